"""Consultation by rooms, and a leader who listens: what the desk does over AMI."""

import uuid
from dataclasses import dataclass

import pytest

from asterisk_conf.names import (
    CALLERUID,
    CALLREF,
    LISTEN,
    LISTEN_CHANNEL,
    PARTY,
    ROOM,
    SURVEY_SCRIPT,
    DialplanEvent,
    QueuedReason,
)
from tests.asterisk.calls import (
    AGENT,
    CALLER,
    OUTSIDE,
    SECOND,
    Talk,
    a_talk,
    leg_of,
    menu_then_goodbye,
    seconds_recorded,
    talk_on,
)
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx
from tests.asterisk.phone import Phone
from tests.asterisk.sound import RATE, has_tone
from tests.fakes.fastagi import FakeFastAgi


@dataclass(frozen=True, slots=True)
class Consultation:
    """The caller waits in room `id`; first and second seat speak in room k`id`."""

    talk: Talk
    second: Phone
    second_leg: str
    id: str


def redirect(pbx: HotlinePbx, leg: str, target: str) -> None:
    pbx.ami.action("Redirect", Channel=leg, Context=ROOM, Exten=target, Priority="1")


def ask_in(pbx: HotlinePbx, talk: Talk, channel: str, target: str, *more: str) -> None:
    """Call a further party into a room."""
    pbx.ami.action(
        "Originate",
        f"{CALLERUID}={talk.key}",
        f"{CALLREF}=test",
        *more,
        Channel=channel,
        ChannelId=str(uuid.uuid4()),
        Context=ROOM,
        Exten=target,
        Priority="1",
        Async="true",
    )


def consult(pbx: HotlinePbx, carrier: Carrier) -> Consultation:
    talk = a_talk(pbx, carrier)
    caller_leg = leg_of(pbx, "trunk-carrier")
    room = uuid.uuid4().hex
    pbx.ami.action(
        "Redirect",
        Channel=caller_leg, Context=ROOM, Exten=f"c{room}", Priority="1",
        ExtraChannel=talk.leg, ExtraContext=ROOM, ExtraExten=f"rk{room}", ExtraPriority="1",
    )  # fmt: skip
    ask_in(pbx, talk, "PJSIP/1042", f"bk{room}")
    second = carrier.rings("1042").answer(hums=SECOND)
    second.hears_tone(AGENT)
    talk.seat.hears_tone(SECOND)
    talk_on(talk.seat)
    return Consultation(talk, second, leg_of(pbx, "1042"), room)


def test_completed_the_caller_speaks_with_the_second_seat_and_is_asked_the_survey(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    with FakeFastAgi(pbx.settings.fastagi_port, menu_then_goodbye) as python:
        c = consult(pbx, carrier)
        redirect(pbx, c.second_leg, f"r{c.id}")
        c.talk.seat.hang_up()
        c.talk.caller.hears_tone(SECOND)
        c.second.hears_tone(CALLER)
        talk_on(c.second)
        c.second.hang_up()
        c.talk.caller.waits_for_end()
        assert python.scripts == ["main", SURVEY_SCRIPT]
    assert seconds_recorded(pbx, c.talk.key, "agent", "1042", SECOND) >= 0.5
    assert seconds_recorded(pbx, c.talk.key, "agent", "1041", AGENT) >= 1


def test_cancelled_the_caller_has_the_first_seat_again(pbx: HotlinePbx, carrier: Carrier) -> None:
    c = consult(pbx, carrier)
    c.second.hang_up()
    redirect(pbx, c.talk.leg, f"r{c.id}")
    c.talk.caller.hears_tone(AGENT)
    c.talk.seat.hears_tone(CALLER)


def test_as_a_conference_everybody_hears_everybody(pbx: HotlinePbx, carrier: Carrier) -> None:
    c = consult(pbx, carrier)
    redirect(pbx, c.talk.leg, f"r{c.id}")
    redirect(pbx, c.second_leg, f"r{c.id}")
    c.talk.caller.hears_tone(AGENT)
    c.talk.seat.speaks(None)
    c.talk.caller.hears_tone(SECOND)
    c.second.hears_tone(CALLER)


def test_an_outside_number_may_be_asked_in_and_hears_that_it_is_recorded(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    talk = a_talk(pbx, carrier)
    room = uuid.uuid4().hex
    redirect(pbx, leg_of(pbx, "trunk-carrier"), f"c{room}")
    ask_in(pbx, talk, "PJSIP/13800138000@trunk-carrier", f"o{room}", f"{PARTY}=13800138000")
    outside = carrier.rings("13800138000").answer(hums=OUTSIDE)
    outside.hears("named/recorded")
    talk.caller.hears_tone(OUTSIDE)
    talk_on(talk.caller)
    outside.hang_up()
    pbx.wait_quiet()
    assert seconds_recorded(pbx, talk.key, "outside", "13800138000", OUTSIDE) >= 0.25


def test_a_caller_left_alone_in_a_room_comes_back_to_a_person(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    c = consult(pbx, carrier)  # and then the desk dies
    c.talk.seat.hang_up()
    c.second.hang_up()
    carrier.rings("1041").answer(hums=SECOND)
    c.talk.caller.hears_tone(SECOND)
    assert pbx.told(DialplanEvent.QUEUED, c.talk.key)[-1]["reason"] == QueuedReason.TRANSFER


def test_a_long_talk_in_a_room_is_not_cut_by_that_watch(pbx: HotlinePbx, carrier: Carrier) -> None:
    c = consult(pbx, carrier)
    redirect(pbx, c.second_leg, f"r{c.id}")
    c.talk.seat.hang_up()
    since = pbx.ami.mark()
    # the watch (3 s here) makes the caller leave the room and come back
    pbx.ami.wait_event("ConfbridgeLeave", lambda m: m["Channel"].startswith("PJSIP/trunk"), since)
    c.talk.caller.hears_tone(SECOND)
    c.second.hears_tone(CALLER)


@pytest.mark.parametrize(
    ("key", "seat_hears", "caller_hears"),
    [("4", False, False), ("5", True, False), ("6", True, True)],
)
def test_a_leader_listens_whispers_or_speaks_with_both(
    pbx: HotlinePbx, carrier: Carrier, key: str, seat_hears: bool, caller_hears: bool
) -> None:
    talk = a_talk(pbx, carrier)
    pbx.ami.action(
        "Originate",
        f"{LISTEN_CHANNEL}={talk.leg}",
        f"{CALLERUID}={talk.key}",
        Channel="PJSIP/1043", Context=LISTEN, Exten="s", Priority="1", Async="true",
    )  # fmt: skip
    leader = carrier.rings("1043").answer(hums=SECOND)
    leader.hears_tone(AGENT)
    pbx.ami.action(
        "PlayDTMF", Channel=leg_of(pbx, "1043"), Digit=key, Receive="true", Duration="100"
    )
    talk.seat.speaks(None)
    talk.caller.speaks(None)
    talk_on(talk.seat, 2)
    heard = [has_tone(phone.heard()[-RATE // 2 :], SECOND) for phone in (talk.seat, talk.caller)]
    assert heard == [seat_hears, caller_hears]
    leader.hang_up()
    pbx.hang_up_all()
    assert seconds_recorded(pbx, talk.key, "leader", "1043", SECOND) >= 1
