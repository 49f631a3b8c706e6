"""Whatever Python does, the caller reaches a person or can leave a message."""

import threading

import pytest

from asterisk_conf.names import DialplanEvent, QueuedReason
from tests.asterisk.calls import AGENT, CALLER, a_talk
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx
from tests.fakes.fastagi import AgiSession, FakeFastAgi


def test_a_caller_reaches_a_seat_when_no_python_runs_at_all(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    caller = carrier.dial("12328", caller="13912345678")
    caller.hears("named/recording-notice")
    caller.hears("named/menu-failed")
    ringing = carrier.rings("1041")
    assert ringing.caller_id == "13912345678"
    seat = ringing.answer(hums=AGENT)
    caller.speaks(CALLER)
    caller.hears_tone(AGENT)
    seat.hears_tone(CALLER)
    call = pbx.told(DialplanEvent.CALL)[-1]
    queued = pbx.told(DialplanEvent.QUEUED, call["call"])
    assert [q["reason"] for q in queued] == [QueuedReason.FAILURE]
    assert (ringing.call_key, ringing.call_ref) == (call["call"], call["callref"])
    seat.hang_up()
    caller.waits_for_end()


def test_a_caller_reaches_a_seat_when_python_is_killed_in_mid_menu(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    in_menu = threading.Event()

    def menu(session: AgiSession) -> None:
        in_menu.set()
        session.wait_until_gone()

    server = FakeFastAgi(pbx.settings.fastagi_port, menu)
    with server:
        caller = carrier.dial("12328")
        assert in_menu.wait(20)
        server.die()
        carrier.rings("1041").answer(hums=AGENT)
        caller.hears_tone(AGENT)
    assert pbx.told(DialplanEvent.QUEUED)[-1]["reason"] == QueuedReason.FAILURE


def test_a_caller_reaches_a_seat_when_python_accepts_and_never_answers(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    with FakeFastAgi(pbx.settings.fastagi_port, AgiSession.wait_until_gone):
        caller = carrier.dial("12328")
        carrier.rings("1041").answer(hums=AGENT)
        caller.hears_tone(AGENT)
    assert pbx.told(DialplanEvent.QUEUED)[-1]["reason"] == QueuedReason.TIMEOUT


@pytest.mark.parametrize("word", ["", "nonsense", '")]?BYE,1'])
def test_a_flow_that_ends_with_a_word_nobody_knows_leads_to_a_seat(
    pbx: HotlinePbx, carrier: Carrier, word: str
) -> None:
    pbx.sign_in("1041", "common")
    escaped = word.replace('"', '\\"')
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: s.set("FLOW_RESULT", escaped)):
        carrier.dial("12328")
        carrier.rings("1041").answer(hums=AGENT)
    assert pbx.told(DialplanEvent.QUEUED)[-1]["reason"] == QueuedReason.FAILURE


def test_a_hung_survey_lets_the_caller_go(pbx: HotlinePbx, carrier: Carrier) -> None:
    talk = a_talk(pbx, carrier)
    with FakeFastAgi(pbx.settings.fastagi_port, AgiSession.wait_until_gone):
        talk.seat.hang_up()
        talk.caller.waits_for_end()
    pbx.wait_quiet()


def test_a_caller_who_hangs_up_while_python_hangs_leaves_no_channel_behind(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    in_menu = threading.Event()

    def menu(session: AgiSession) -> None:
        in_menu.set()
        session.wait_until_gone()

    with FakeFastAgi(pbx.settings.fastagi_port, menu):
        caller = carrier.dial("12328")
        assert in_menu.wait(20)
        caller.hang_up()
        pbx.wait_quiet()
