"""The desk and a real Asterisk: ring, pop, talk, pass on, ask, lose each other, find again."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_desk.telephony.errors import TelephoneAway
from asterisk_conf.secrets import seat_password
from asterisk_conf.tree import Asterisk
from tests.asterisk.carrier import Carrier, Seat
from tests.asterisk.conftest import SEATS, site
from tests.asterisk.desk import LiveDeskThread
from tests.asterisk.pbx import HotlinePbx, throwaway_settings
from tests.asterisk.phone import Phone
from tests.waiting import wait_for

CALLER, FIRST, SECOND, LEADER = 1450.0, 2525.0, 1975.0, 700.0


@pytest.fixture(scope="module")
def house(asterisk: Asterisk) -> Iterator[tuple[HotlinePbx, Carrier, Path]]:
    """An Asterisk of this module's own: it is killed in here."""
    with tempfile.TemporaryDirectory(prefix="hd") as folder:
        state = Path(folder)
        settings = throwaway_settings(state)
        described = site(settings.carrier_port)
        described["transfers"] = {"ring": "20", "consult": "120"}
        own = HotlinePbx(asterisk, settings, described)
        own.start()
        carrier = Carrier(
            asterisk, state / "c", settings.prompts, settings.carrier_port, settings.sip_port
        )
        secret = settings.installation_secret
        carrier.start([Seat(e, seat_password(secret, e)) for e in SEATS])
        yield own, carrier, state
        carrier.stop()
        own.stop()


@pytest.fixture
def pbx(house: tuple[HotlinePbx, Carrier, Path]) -> Iterator[HotlinePbx]:
    own = house[0]
    yield own
    own.sign_out_all()
    own.hang_up_all()


@pytest.fixture
def carrier(house: tuple[HotlinePbx, Carrier, Path], pbx: HotlinePbx) -> Iterator[Carrier]:
    yield house[1]
    house[1].hang_up_all()


@pytest.fixture
def desk(pbx: HotlinePbx, tmp_path: Path) -> Iterator[LiveDeskThread]:
    desk = LiveDeskThread(pbx, tmp_path, SEATS)
    desk.start()
    yield desk
    desk.stop()


def talk(desk: LiveDeskThread, carrier: Carrier) -> tuple[Phone, Phone, str]:
    """A caller and the seat 1041 talk: the caller's phone, the seat's, the call's key."""
    caller = carrier.dial("12328", caller="13912345678")
    seat = carrier.rings("1041").answer(hums=FIRST)
    caller.speaks(CALLER)
    caller.hears_tone(FIRST)
    seat.hears_tone(CALLER)
    return caller, seat, desk.is_call_in_state("talking").key


def test_a_queue_call_pops_rings_is_talked_and_leaves_the_seat_in_wrap_up(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    browser = desk.signs_in("1041", "common")
    caller = carrier.dial("12328", caller="13912345678")
    ringing = carrier.rings("1041")
    pop = browser.waits_for("pop")
    assert pop["call"]["key"] == ringing.call_key
    assert desk.is_in_state("1041", "ringing").call_key == ringing.call_key
    seat = ringing.answer(hums=FIRST)
    caller.speaks(CALLER)
    caller.hears_tone(FIRST)
    call = desk.is_call_in_state("talking")
    assert (call.key, call.agent_extension) == (ringing.call_key, "1041")
    assert (call.caller_number, call.dialled) == ("13912345678", "12328")
    desk.is_in_state("1041", "talking")
    seat.hang_up()
    assert desk.is_in_state("1041", "wrap_up").wrap_up_until is not None
    desk.is_in_state("1041", "ready")
    caller.hang_up()
    assert browser.waits_for("call_ended") == {"key": ringing.call_key}


def test_a_blind_transfer_to_another_seat_takes_the_caller_there(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    first, second = desk.signs_in("1041", "common"), desk.signs_in("1042", "etc")
    caller, seat, key = talk(desk, carrier)
    desk.do(desk.exchange.transfer(first.viewer, key, "seat", "1042"))
    ringing = carrier.rings("1042")
    assert ringing.call_key == key
    assert second.waits_for("pop")["call"]["key"] == key
    other = ringing.answer(hums=SECOND)
    caller.hears_tone(SECOND)
    other.hears_tone(CALLER)
    seat.waits_for_end()
    wait_for("the call is the other's", lambda: desk.calls()[0].agent_extension == "1042")
    desk.is_in_state("1041", "wrap_up")
    desk.is_in_state("1042", "talking")


def test_a_blind_transfer_to_a_queue_waits_there_for_the_next_seat(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    first = desk.signs_in("1041", "common")
    desk.signs_in("1042", "etc")
    caller, _, key = talk(desk, carrier)
    desk.do(desk.exchange.transfer(first.viewer, key, "queue", "etc"))
    carrier.rings("1042").answer(hums=SECOND)
    caller.hears_tone(SECOND)
    call = desk.is_call_in_state("talking")
    assert (call.queue, call.agent_extension) == ("etc", "1042")


def test_one_key_brings_a_person_in_distress_to_12395(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    first = desk.signs_in("1041", "common")
    caller, seat, key = talk(desk, carrier)
    desk.do(desk.exchange.distress(first.viewer, key))
    rescue = carrier.rings("12395").answer(hums=SECOND)
    caller.hears_tone(SECOND)
    rescue.hears_tone(CALLER)
    seat.waits_for_end()


def consulting(desk: LiveDeskThread, carrier: Carrier) -> tuple[Phone, Phone, Phone, str]:
    """Caller on music, 1041 asks 1042 who has answered."""
    first, second = desk.signs_in("1041", "common"), desk.signs_in("1042", "etc")
    caller, seat, key = talk(desk, carrier)
    desk.do(desk.exchange.consult(first.viewer, key, "seat", "1042"))
    assert second.waits_for("pop")["call"]["key"] == key
    ringing = carrier.rings("1042")
    assert ringing.call_key == key
    asked = ringing.answer(hums=SECOND)
    seat.hears_tone(SECOND)
    asked.hears_tone(FIRST)
    call = desk.is_call_in_state("consulting")
    assert (call.agent_extension, call.consult_extension) == ("1041", "1042")
    return caller, seat, asked, key


def test_a_completed_consultation_leaves_the_caller_with_the_asked_one(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    caller, seat, asked, key = consulting(desk, carrier)
    desk.do(desk.exchange.complete_consult(desk.viewers["1041"], key))
    caller.hears_tone(SECOND)
    asked.hears_tone(CALLER)
    seat.waits_for_end()
    call = desk.is_call_in_state("talking")
    assert (call.key, call.agent_extension) == (key, "1042")
    desk.is_in_state("1041", "wrap_up")
    asked.hang_up()
    desk.is_in_state("1042", "wrap_up")
    desk.is_call_in_state("after")
    caller.hang_up()


def test_a_cancelled_consultation_gives_the_asking_one_the_caller_back(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    caller, seat, asked, key = consulting(desk, carrier)
    desk.do(desk.exchange.cancel_consult(desk.viewers["1041"], key))
    asked.waits_for_end()
    caller.hears_tone(FIRST)
    seat.hears_tone(CALLER)
    assert desk.is_call_in_state("talking").agent_extension == "1041"
    desk.is_in_state("1042", "ready")


def test_in_a_conference_all_three_talk_and_one_may_leave(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    caller, seat, asked, key = consulting(desk, carrier)
    desk.do(desk.exchange.conference(desk.viewers["1041"], key))
    wait_for("conference", lambda: [call for call in desk.calls() if call.conference])
    asked.speaks(None)
    caller.hears_tone(FIRST)
    asked.hears_tone(FIRST)
    seat.speaks(None)
    asked.speaks(SECOND)
    caller.hears_tone(SECOND)
    seat.hears_tone(SECOND)
    seat.hang_up()
    desk.is_in_state("1041", "wrap_up")
    caller.hears_tone(SECOND)
    asked.hears_tone(CALLER)
    assert desk.is_call_in_state("talking").agent_extension == "1042"


def test_a_consultation_nobody_answers_ends_by_itself_with_the_caller_back(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    first = desk.signs_in("1041", "common")
    desk.signs_in("1042", "etc")
    caller, seat, key = talk(desk, carrier)
    desk.do(desk.exchange.consult(first.viewer, key, "seat", "1042"))
    carrier.rings("1042").reject()
    assert "1042" in first.waits_for("notice")["text"]
    caller.hears_tone(FIRST)
    seat.hears_tone(CALLER)
    assert desk.is_call_in_state("talking").agent_extension == "1041"


def test_who_asked_and_hangs_up_leaves_the_caller_to_the_asked_one(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    caller, seat, asked, _ = consulting(desk, carrier)
    seat.hang_up()
    caller.hears_tone(SECOND)
    asked.hears_tone(CALLER)
    assert desk.is_call_in_state("talking").agent_extension == "1042"


def test_who_asked_and_hangs_up_before_the_answer_leaves_the_caller_to_a_queue(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    first = desk.signs_in("1041", "common")
    desk.signs_in("1042", "etc")
    desk.signs_in("1043", "common")
    desk.do(desk.exchange.set_busy(desk.viewers["1043"], "小休"))
    caller, seat, key = talk(desk, carrier)
    desk.do(desk.exchange.consult(first.viewer, key, "seat", "1042"))
    carrier.rings("1042")
    seat.hang_up()
    desk.do(desk.exchange.set_ready(desk.viewers["1043"]))
    carrier.rings("1043").answer(hums=SECOND)
    caller.hears_tone(SECOND)


def test_a_member_left_alone_by_the_caller_is_let_go(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    caller, seat, asked, key = consulting(desk, carrier)
    desk.do(desk.exchange.cancel_consult(desk.viewers["1041"], key))
    asked.waits_for_end()
    caller.hears_tone(FIRST)
    caller.hang_up()
    seat.waits_for_end()
    desk.is_in_state("1041", "wrap_up")


def test_an_outside_number_can_be_asked_and_taken_in(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    first = desk.signs_in("1041", "common")
    caller, seat, key = talk(desk, carrier)
    desk.do(desk.exchange.consult(first.viewer, key, "outside", "13800001111"))
    asked = carrier.rings("13800001111").answer(hums=SECOND)
    seat.hears_tone(SECOND)
    desk.do(desk.exchange.conference(first.viewer, key))
    seat.speaks(None)
    asked.hears_tone(CALLER)
    caller.hang_up()


def test_a_call_out_rings_the_seat_then_the_number_and_has_its_key_at_once(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    first = desk.signs_in("1041", "common")
    key = desk.do(desk.exchange.call_out(first.viewer, "13800002222"))
    ringing = carrier.rings("1041")
    assert ringing.call_key == key
    seat = ringing.answer(hums=FIRST)
    citizen = carrier.rings("13800002222").answer(hums=SECOND)
    citizen.hears_tone(FIRST, 30)
    seat.hears_tone(SECOND)
    call = desk.is_call_in_state("talking")
    assert (call.key, call.direction, call.caller_number) == (key, "out", "13800002222")
    assert call.agent_extension == "1041"
    citizen.hang_up()
    desk.is_in_state("1041", "wrap_up")


def test_a_leader_listens_whispers_and_barges_in(desk: LiveDeskThread, carrier: Carrier) -> None:
    desk.signs_in("1041", "common")
    leader = desk.browser("1043").viewer
    caller, seat, key = talk(desk, carrier)
    desk.do(desk.exchange.listen(leader, key, "listen"))
    listening = carrier.rings("1043").answer(hums=LEADER)
    listening.hears_tone(CALLER)
    desk.do(desk.exchange.listen(leader, key, "whisper"))
    caller.speaks(None)
    seat.hears_tone(LEADER)
    desk.do(desk.exchange.listen(leader, key, "barge"))
    seat.speaks(None)
    caller.hears_tone(LEADER)
    assert desk.is_call_in_state("talking").agent_extension == "1041"


def test_a_second_call_never_rings_a_seat_in_wrap_up(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    browser = desk.signs_in("1041", "common")
    caller, seat, _ = talk(desk, carrier)
    waiting = carrier.dial("12328", caller="13800003333")
    desk.is_call_in_state("queued")
    seat.hang_up()
    until = desk.is_in_state("1041", "wrap_up").wrap_up_until
    assert until is not None
    assert carrier.nothing_rings("1041")
    carrier.rings("1041").answer(hums=SECOND)
    waiting.hears_tone(SECOND)
    # a ring that is answered at once may be told as the talk it became
    taken = [seat for seat in browser.told("seat") if seat["state"] in ("ringing", "talking")]
    assert taken[-1]["since"] >= until.isoformat()
    caller.hang_up()


def test_an_agent_who_ends_wrap_up_early_is_rung_at_once(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    browser = desk.signs_in("1041", "common")
    _, seat, _ = talk(desk, carrier)
    seat.hang_up()
    desk.is_in_state("1041", "wrap_up")
    desk.do(desk.exchange.set_ready(browser.viewer))
    assert desk.seat("1041").state == "ready"


def test_a_seat_that_does_not_answer_becomes_busy(desk: LiveDeskThread, carrier: Carrier) -> None:
    browser = desk.signs_in("1041", "common")
    caller = carrier.dial("12328")
    carrier.rings("1041").reject()
    carrier.rings("1041").reject()
    assert desk.is_in_state("1041", "busy").reason == "未接听"
    desk.do(desk.exchange.set_ready(browser.viewer))
    carrier.rings("1041").answer(hums=FIRST)
    caller.hears_tone(FIRST)


def test_a_closed_page_makes_the_seat_unreachable_and_its_return_mends_it(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    browser = desk.signs_in("1041", "common")
    browser.close()
    assert desk.is_in_state("1041", "unreachable").reason == "页面已断开"
    carrier.dial("12328")
    desk.is_call_in_state("queued")
    assert carrier.nothing_rings("1041")
    desk.browser("1041")
    carrier.rings("1041").answer(hums=FIRST)
    desk.is_in_state("1041", "talking")


def test_a_desk_that_restarts_in_mid_call_knows_the_call_and_the_seat_again(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    desk.signs_in("1041", "common")
    caller, seat, key = talk(desk, carrier)
    desk.restart()
    desk.browser("1041")
    call = desk.is_call_in_state("talking")
    assert (call.key, call.agent_extension) == (key, "1041")
    assert desk.seat("1041").state == "talking"
    seat.hang_up()
    desk.is_in_state("1041", "wrap_up")
    desk.is_in_state("1041", "ready")
    caller.hang_up()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_after_asterisk_came_again_seats_are_members_again_and_old_calls_are_gone(
    desk: LiveDeskThread, carrier: Carrier, pbx: HotlinePbx, how: signal.Signals
) -> None:
    browser = desk.signs_in("1041", "common")
    talk(desk, carrier)
    pbx.kill(how)
    desk.is_in_state("1041", "unreachable")
    assert "中断" in browser.waits_for("notice")["text"]
    carrier.hang_up_all()
    pbx.start()
    wait_for("the desk is connected", lambda: not desk.exchange.trouble)
    wait_for("no call is left", lambda: not desk.calls())
    desk.is_in_state("1041", "ready", 60)
    caller = carrier.dial("12328")
    carrier.rings("1041").answer(hums=FIRST)
    caller.hears_tone(FIRST)


def test_a_caller_who_hangs_up_while_a_seat_is_asked_stops_its_ringing(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    first = desk.signs_in("1041", "common")
    desk.signs_in("1042", "etc")
    caller, seat, key = talk(desk, carrier)
    desk.do(desk.exchange.consult(first.viewer, key, "seat", "1042"))
    ringing = carrier.rings("1042")
    caller.hang_up()
    wait_for("1042 rings no longer", ringing.gone.is_set)
    seat.waits_for_end()
    assert first.waits_for("call_ended") == {"key": key}
    desk.is_in_state("1041", "wrap_up")
    desk.is_in_state("1042", "ready")


def test_a_phone_that_dies_in_mid_talk_sends_the_caller_to_the_next_seat(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    desk.signs_in("1041", "common")
    caller, seat, key = talk(desk, carrier)
    desk.signs_in("1042", "common")
    seat.dies()
    ringing = carrier.rings("1042", 40)
    assert ringing.call_key == key
    call = desk.is_call_in_state("ringing")
    assert (call.key, call.agent_extension) == (key, "1042")
    ringing.answer(hums=SECOND)
    caller.hears_tone(SECOND)


def test_a_number_dialled_on_the_seats_own_phone_is_a_call_out_too(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    desk.signs_in("1041", "common")
    seat = carrier.dial_from_seat("1041", "13800004444")
    citizen = carrier.rings("13800004444").answer(hums=SECOND)
    seat.hears_tone(SECOND, 30)
    call = desk.is_call_in_state("talking")
    assert (call.direction, call.caller_number) == ("out", "13800004444")
    assert call.agent_extension == "1041"
    citizen.hang_up()
    desk.is_in_state("1041", "wrap_up")


def test_two_seats_that_talk_with_each_other_have_no_wrap_up(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    desk.signs_in("1041", "common")
    second = desk.signs_in("1042", "etc")
    asking = carrier.dial_from_seat("1041", "1042")
    asked = carrier.rings("1042").answer(hums=SECOND)
    asking.hears_tone(SECOND)
    desk.is_in_state("1042", "talking")
    asked.hang_up()
    desk.is_in_state("1041", "ready")
    desk.is_in_state("1042", "ready")
    states = {seat["state"] for seat in second.told("seat")}
    assert "wrap_up" not in states
    assert second.told("pop") == []


def test_a_frozen_asterisk_is_noticed_and_its_talk_is_there_again_when_it_thaws(
    desk: LiveDeskThread, carrier: Carrier, pbx: HotlinePbx
) -> None:
    browser = desk.signs_in("1041", "common")
    _, _, key = talk(desk, carrier)
    pbx.send_signal(signal.SIGSTOP)
    try:
        assert "没有响应" in browser.waits_for("notice")["text"]
        assert desk.seat("1041").state == "unreachable"
        with pytest.raises(TelephoneAway):
            desk.do(desk.exchange.transfer(browser.viewer, key, "queue", "etc"))
    finally:
        pbx.send_signal(signal.SIGCONT)
    wait_for("the desk is connected", lambda: not desk.exchange.trouble)
    assert desk.is_in_state("1041", "talking").call_key == key
