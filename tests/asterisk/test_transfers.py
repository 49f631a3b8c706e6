"""Blind transfers: to a seat, a queue, an outside number; every way ends in the survey, and every
failure at a person.
"""

import pytest

from asterisk_conf.names import SURVEY_SCRIPT, TRANSFER, DialplanEvent, QueuedReason
from tests.asterisk.calls import (
    AGENT,
    CALLER,
    OUTSIDE,
    SECOND,
    Talk,
    a_talk,
    menu_then_goodbye,
    seconds_recorded,
    talk_on,
)
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx
from tests.fakes.fastagi import FakeFastAgi


def pass_on(pbx: HotlinePbx, talk: Talk, target: str) -> None:
    """The agent's page asks for a blind transfer."""
    talk_on(talk.seat)
    pbx.ami.action("BlindTransfer", Channel=talk.leg, Context=TRANSFER, Exten=target)


def test_to_a_seat_both_phases_are_kept_and_the_survey_follows(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    with FakeFastAgi(pbx.settings.fastagi_port, menu_then_goodbye) as python:
        talk = a_talk(pbx, carrier)
        pass_on(pbx, talk, "s1042")
        ringing = carrier.rings("1042")
        assert ringing.call_key == talk.key
        second = ringing.answer(hums=SECOND)
        talk.caller.hears_tone(SECOND)
        second.hears_tone(CALLER)
        talk_on(second)
        second.hang_up()
        talk.caller.waits_for_end()
        assert python.scripts == ["main", SURVEY_SCRIPT]
    assert seconds_recorded(pbx, talk.key, "agent", "1041", AGENT) >= 0.75
    assert seconds_recorded(pbx, talk.key, "agent", "1042", SECOND) >= 0.75
    assert seconds_recorded(pbx, talk.key, "caller", "13900001111", CALLER) >= 2
    caller_stretches = [
        s for s in pbx.told(DialplanEvent.STRETCH, talk.key) if s["role"] == "caller"
    ]
    assert len(caller_stretches) == 1


def test_to_a_queue(pbx: HotlinePbx, carrier: Carrier) -> None:
    talk = a_talk(pbx, carrier)
    pbx.sign_in("1042", "etc")
    pass_on(pbx, talk, "qetc")
    carrier.rings("1042").answer(hums=SECOND)
    talk.caller.hears_tone(SECOND)
    queued = pbx.told(DialplanEvent.QUEUED, talk.key)[-1]
    assert (queued["queue"], queued["reason"]) == ("etc", QueuedReason.TRANSFER)


@pytest.mark.parametrize("target", ["o13800138000", "o12395"])
def test_to_an_outside_number_who_hears_that_it_is_recorded(
    pbx: HotlinePbx, carrier: Carrier, target: str
) -> None:
    with FakeFastAgi(pbx.settings.fastagi_port, menu_then_goodbye) as python:
        talk = a_talk(pbx, carrier)
        pass_on(pbx, talk, target)
        ringing = carrier.rings(target[1:])
        outside = ringing.answer(hums=OUTSIDE)
        outside.hears("named/recorded")
        talk.caller.hears_tone(OUTSIDE)
        outside.hears_tone(CALLER)
        outside.hang_up()
        talk.caller.waits_for_end()
        assert python.scripts[-1] == SURVEY_SCRIPT


def test_a_seat_that_does_not_answer_gives_the_caller_back_to_the_queue(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    talk = a_talk(pbx, carrier)
    pass_on(pbx, talk, "s1042")
    carrier.rings("1042").reject()
    talk.caller.hears("named/seat-away")
    carrier.rings("1041").answer(hums=SECOND)
    talk.caller.hears_tone(SECOND)
    assert pbx.told(DialplanEvent.QUEUED, talk.key)[-1]["reason"] == QueuedReason.NO_ANSWER


def test_a_seat_that_does_not_exist_gives_the_caller_back_to_the_queue(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    talk = a_talk(pbx, carrier)
    pass_on(pbx, talk, "s7777")
    talk.caller.hears("named/seat-away")
    carrier.rings("1041").answer(hums=SECOND)
    talk.caller.hears_tone(SECOND)


def test_an_outside_number_that_is_busy_gives_the_caller_back_to_the_queue(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    talk = a_talk(pbx, carrier)
    pass_on(pbx, talk, "o13800138000")
    carrier.rings("13800138000").reject()
    talk.caller.hears("named/outside-away")
    carrier.rings("1041").answer(hums=SECOND)
    talk.caller.hears_tone(SECOND)
