"""Waiting, nobody there, giving up, a seat's phone that dies, and the end of a talk."""

import numpy as np

from asterisk_conf.names import SURVEY_SCRIPT, DialplanEvent, FlowResult, QueuedReason
from tests.asterisk.calls import (
    AGENT,
    CALLER,
    SECOND,
    a_talk,
    menu_then_goodbye,
    seconds_recorded,
    talk_on,
    to_queue,
)
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx
from tests.asterisk.phone import Phone
from tests.asterisk.sound import RATE, read_wav, seconds_of_tone
from tests.fakes.fastagi import AgiSession, FakeFastAgi
from tests.waiting import wait_for


def queue_log(pbx: HotlinePbx) -> list[list[str]]:
    text = (pbx.instance.folders.log / "queue_log").read_text("utf-8")
    return [line.split("|") for line in text.splitlines()]


def test_with_nobody_signed_in_the_caller_leaves_a_message_by_hanging_up(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    before = len(pbx.told(DialplanEvent.VOICE_MESSAGE))
    caller = carrier.dial("12328")
    caller.hears("named/nobody")
    caller.hears("named/leave-message")
    caller.hears_tone(1000)
    caller.speaks(CALLER)
    wait_for("two seconds of message", lambda: is_silent(caller, seconds=2))
    caller.hang_up()
    message = pbx.wait_told(DialplanEvent.VOICE_MESSAGE, since=before)
    pbx.wait_quiet()
    file = pbx.settings.monitor / message["file"].rsplit("/", 1)[1]
    assert file.name == f"{message['call']}_{message['stretch']}.wav"
    assert seconds_of_tone(read_wav(file), CALLER) >= 1
    assert message["stretch"] in {s["stretch"] for s in pbx.told(DialplanEvent.STRETCH)}


def is_silent(phone: Phone, seconds: float = 0.3) -> bool:
    """For so long nothing has been heard on the line."""
    return float(np.abs(phone.heard()[-int(RATE * seconds) :]).max()) < 0.02


def test_a_message_ended_by_the_hash_key_is_acknowledged(pbx: HotlinePbx, carrier: Carrier) -> None:
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: s.set("FLOW_RESULT", FlowResult.MESSAGE)):
        caller = carrier.dial("12328")
        caller.hears("named/leave-message")
        caller.hears_tone(1000)
        wait_for("the beep is over", lambda: is_silent(caller))
        caller.press("#")
        caller.hears("named/message-saved")
        caller.waits_for_end()


def test_a_caller_who_gives_up_in_the_queue_is_an_abandoned_call(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    caller = carrier.dial("12328")
    ringing = carrier.rings("1041")
    caller.hang_up()
    assert ringing.gone.wait(20)
    call = pbx.told(DialplanEvent.CALL)[-1]["call"]
    wait_for(
        "ABANDON in queue_log",
        lambda: any(row[1] == call and row[4] == "ABANDON" for row in queue_log(pbx)),
    )


def test_the_first_ring_does_not_wait_for_announcements(pbx: HotlinePbx, carrier: Carrier) -> None:
    pbx.sign_in("1041", "common")
    caller = carrier.dial("12328")
    carrier.rings("1041").answer(hums=AGENT)
    caller.hears_tone(AGENT)
    assert not caller.has_heard("named/queue-youarenext", whole_call=True)


def test_a_busy_seat_passes_the_caller_on_to_the_next(pbx: HotlinePbx, carrier: Carrier) -> None:
    pbx.sign_in("1041", "common")
    caller = carrier.dial("12328")
    carrier.rings("1041").reject()
    pbx.sign_in("1042", "common")
    carrier.rings("1042").answer(hums=SECOND)
    caller.hears_tone(SECOND)


def test_after_the_talk_the_survey_is_asked_and_the_call_ends(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    with FakeFastAgi(pbx.settings.fastagi_port, menu_then_goodbye) as python:
        talk = a_talk(pbx, carrier)
        talk.seat.hang_up()
        talk.caller.waits_for_end()
        assert python.scripts == ["main", SURVEY_SCRIPT]


def test_both_sides_of_a_talk_are_kept_each_in_its_own_file(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    talk = a_talk(pbx, carrier)
    talk_on(talk.seat, 2)
    talk.caller.hang_up()
    pbx.wait_quiet()
    assert seconds_recorded(pbx, talk.key, "caller", "13900001111", CALLER) >= 1.5
    assert seconds_recorded(pbx, talk.key, "agent", "1041", AGENT) >= 1.5
    rows = [row for row in pbx.cel() if row["linkedid"] == talk.key]
    kinds = [row["eventtype"] for row in rows]
    assert kinds.index(DialplanEvent.STRETCH) < kinds.index("BRIDGE_ENTER")
    assert kinds[-1] == "LINKEDID_END"


def test_a_seat_whose_phone_dies_leaves_the_caller_to_another_seat_not_to_the_survey(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    with FakeFastAgi(pbx.settings.fastagi_port, to_queue) as python:
        talk = a_talk(pbx, carrier)
        pbx.ami.action("QueueRemove", Queue="common", Interface="PJSIP/1041")
        pbx.sign_in("1042", "common")
        talk.seat.dies()
        talk.caller.hears("named/lost-agent", seconds=30)
        carrier.rings("1042").answer(hums=SECOND)
        talk.caller.hears_tone(SECOND)
        assert SURVEY_SCRIPT not in python.scripts
    assert pbx.told(DialplanEvent.QUEUED)[-1]["reason"] == QueuedReason.LOST_AGENT


def test_a_survey_script_may_speak_with_the_caller(pbx: HotlinePbx, carrier: Carrier) -> None:
    def python(session: AgiSession) -> None:
        if session.script == SURVEY_SCRIPT:
            session.command('STREAM FILE named/message-saved ""')
        else:
            to_queue(session)

    with FakeFastAgi(pbx.settings.fastagi_port, python):
        talk = a_talk(pbx, carrier)
        talk.seat.hang_up()
        talk.caller.hears("named/message-saved")
        talk.caller.waits_for_end()


def test_the_next_in_line_hears_the_place_in_mandarin(pbx: HotlinePbx, carrier: Carrier) -> None:
    pbx.sign_in("1041", "common")
    carrier.dial("12328")
    carrier.rings("1041")
    second = carrier.dial("12328", caller="13900002222")
    second.hears("named/queue-thereare")
    second.hears("zh/digits/2")
    second.hears("named/queue-callswaiting")


def test_who_has_waited_long_enough_may_leave_a_message_instead(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "short")
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: to_queue(s, "short")):
        caller = carrier.dial("12328")
        carrier.rings("1041")
        caller.hears("named/wait-or-message")
        caller.press("2")
        caller.hears("named/leave-message")


def test_who_presses_nothing_waits_on(pbx: HotlinePbx, carrier: Carrier) -> None:
    pbx.sign_in("1041", "short")
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: to_queue(s, "short")):
        caller = carrier.dial("12328")
        first = carrier.rings("1041")
        caller.hears("named/wait-or-message")
        assert first.gone.wait(20)
        carrier.rings("1041").answer(hums=AGENT)
        caller.hears_tone(AGENT)


def test_who_asks_for_a_person_in_the_survey_gets_one_and_the_second_talk_is_kept_too(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    with FakeFastAgi(pbx.settings.fastagi_port, to_queue):
        talk = a_talk(pbx, carrier)
        talk_on(talk.caller)
        talk.seat.hang_up()
        again = carrier.rings("1041").answer(hums=SECOND)
        again.hears_tone(CALLER)
        talk_on(again)
        talk.caller.hang_up()
        pbx.wait_quiet()
    mine = [s for s in pbx.told(DialplanEvent.STRETCH, talk.key) if s["role"] == "caller"]
    assert [s["stretch"] for s in mine] == [f"{talk.key}-caller", f"{talk.key}-2-caller"]
    for stretch in mine:
        file = pbx.settings.monitor / stretch["file"].rsplit("/", 1)[1]
        assert seconds_of_tone(read_wav(file), CALLER) >= 0.75
