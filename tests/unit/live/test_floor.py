"""The floor replays what a real Asterisk said and shows what people would see."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agent_desk.live.derive import FloorRules
from agent_desk.live.facts import (
    MISSED,
    Consult,
    ConsultAbandoned,
    ConsultFailed,
    LeftAlone,
    Missed,
    Pop,
)
from agent_desk.telephony import events
from agent_desk.telephony.commands import Picture
from tests.unit.live.replay import Story, floor_with, recorded


def test_a_queue_call_goes_from_menu_to_talk_to_the_end_and_pops_once(moment: datetime) -> None:
    story = Story(floor_with("1041"), moment).play(recorded("queue_call"))
    assert story.call_states == ["menu", "queued", "ringing", "talking", "after"]
    assert story.seat_states["1041"] == ["ready", "ringing", "talking", "wrap_up"]
    assert [type(effect) for effect in story.effects] == [Pop]
    assert len(story.ended) == 1
    assert story.floor.legs == {}
    assert story.floor.queues["common"].answered_today == 1
    assert story.passes(31).seat_states["1041"][-1] == "ready"


def test_the_caller_and_the_dialled_number_are_known(moment: datetime) -> None:
    story = Story(floor_with("1041"), moment)
    for event in recorded("queue_call"):
        story.play(iter([event]))
        if story.floor.calls:
            break
    call = next(iter(story.floor.calls.values()))
    assert (call.caller_number, call.dialled) == ("13912345678", "12328")


def test_a_speech_turn_in_the_menu_is_nobodys_talk(moment: datetime) -> None:
    """The media server's channel is bridged with the caller for some seconds, again and again."""
    story = Story(floor_with("1041"), moment)
    for event in recorded("queue_call"):
        story.play(iter([event]))
        if story.floor.calls:
            break
    key = next(iter(story.floor.calls))
    turn = f"{key.rpartition('.')[0]}.77"
    media = seen(turn, "WebSocket/speech/0x7f0c4c0", linkedid=key)
    bridged = [events.Bridged(leg, key, bridged=True) for leg in (key, turn)]
    left = [events.Bridged(leg, key, bridged=False) for leg in (turn, key)]
    story.play(iter([media, *bridged, *left, events.ChannelGone(turn, 16)]))
    assert story.call_states[-1] == "menu"
    assert turn not in story.floor.legs
    assert story.effects == []


def test_a_blind_transfer_makes_the_other_seat_the_agent_and_both_wrap_up(
    moment: datetime,
) -> None:
    story = Story(floor_with("1041", "1042"), moment).play(recorded("blind_transfer"))
    assert [agent for agent in story.agents if agent] == ["1041", "1042"]
    assert story.seat_states["1041"][:4] == ["ready", "ringing", "talking", "wrap_up"]
    assert story.seat_states["1042"] == ["ready", "ringing", "talking", "wrap_up"]
    assert [one.extension for one in story.effects if isinstance(one, Pop)] == ["1041", "1042"]


def test_a_consulted_seat_pops_though_its_leg_bears_another_linkedid(moment: datetime) -> None:
    story = Story(floor_with("1041", "1042"), moment).play(recorded("consult_completed"))
    pops = [one for one in story.effects if isinstance(one, Pop)]
    assert [one.extension for one in pops] == ["1041", "1042"]
    assert len({one.call_key for one in pops}) == 1


def test_a_call_out_is_the_citizens_call_and_rings_until_both_talk(moment: datetime) -> None:
    floor = floor_with("1041")
    stream = list(recorded("call_out"))
    key = next(one.linkedid for one in stream if isinstance(one, events.ChannelSeen))
    floor.outbound[key] = "13800002222"
    story = Story(floor, moment).play(iter(stream))
    assert story.call_states == ["ringing", "talking"]
    assert story.seat_states["1041"] == ["ready", "ringing", "talking", "wrap_up"]
    assert story.ended == [key]
    assert [one for one in story.effects if isinstance(one, Pop)] == []


def test_two_unanswered_rings_make_the_seat_busy_and_the_caller_gives_up(moment: datetime) -> None:
    story = Story(floor_with("1041"), moment).play(recorded("unanswered_then_abandoned"))
    assert story.floor.seats["1041"].reason == MISSED
    assert story.seat_states["1041"][-1] == "busy"
    assert Missed("1041") in story.effects
    assert story.floor.queues["common"].abandoned_today == 1
    assert story.floor.queues["common"].waiting == ()


@pytest.mark.parametrize(
    "name",
    ["queue_call", "blind_transfer", "consult_completed", "call_out", "unanswered_then_abandoned"],
)
def test_every_event_told_twice_leaves_the_same_floor(name: str, moment: datetime) -> None:
    """But for the counters of the day, which the database corrects."""
    once = Story(floor_with("1041", "1042"), moment).play(recorded(name)).passes(60)
    twice = Story(floor_with("1041", "1042"), moment)
    for event in recorded(name):
        twice.play(iter([event, event]))
    twice.passes(60)
    assert twice.floor.legs == once.floor.legs == {}
    assert twice.floor.calls == once.floor.calls == {}
    assert [queue.waiting for queue in twice.floor.queues.values()] == [(), ()]


def asking(moment: datetime) -> tuple[Story, str, str]:
    """1041 talks with a caller and asks 1042, whose phone rings; the call's key, the asked leg."""
    story = Story(floor_with("1041", "1042"), moment)
    key, leg = "hl1-1.1", "consult-7-hl1-1.1"
    story.play(
        iter(
            [
                seen(key, "PJSIP/carrier-1", key, up=True),
                seen("hl1-1.2", "PJSIP/1041-2", key, up=True),
                events.Bridged("hl1-1.2", key, bridged=True),
            ]
        )
    )
    call = story.floor.calls[key]
    consult = Consult("7", "hl1-1.2", leg, "1042")
    story.floor.calls[key] = replace(call, consult=consult, room="7")
    story.play(
        iter(
            [
                events.RoomChanged("7", key, inside=True),
                events.RoomChanged("k7", "hl1-1.2", inside=True),
                seen(leg, "PJSIP/1042-3", leg, ringing=True),
            ]
        )
    )
    return story, key, leg


def test_an_asked_one_who_hangs_up_gives_the_caller_back(moment: datetime) -> None:
    story, key, leg = asking(moment)
    assert story.call_states[-1] == "consulting"
    story.play(iter([events.ChannelGone(leg, 17), events.OriginateEnded(leg, False, 5)]))
    assert [type(one) for one in story.effects if not isinstance(one, Pop)] == [ConsultFailed]
    assert story.floor.calls[key].consult is None
    assert story.floor.seats["1042"].state == "ready"


def test_an_asking_one_who_hangs_up_leaves_the_caller_to_somebody(moment: datetime) -> None:
    story, key, _ = asking(moment)
    story.play(iter([events.ChannelGone("hl1-1.2", 16)]))
    abandoned = [one for one in story.effects if isinstance(one, ConsultAbandoned)]
    assert [one.call_key for one in abandoned] == [key]


def test_a_leg_alone_in_a_room_is_let_go_but_not_at_once(moment: datetime) -> None:
    story, key, leg = asking(moment)
    story.play(iter([events.ChannelGone(leg, 17), events.ChannelGone(key, 16)]))
    story.passes(0)
    assert LeftAlone("PJSIP/1041-2") not in story.effects
    story.passes(3)
    assert LeftAlone("PJSIP/1041-2") in story.effects


def test_who_waits_for_the_asked_one_is_not_alone(moment: datetime) -> None:
    story, _, _ = asking(moment)
    story.passes(60).passes(60)
    assert [one for one in story.effects if isinstance(one, LeftAlone)] == []


def test_a_page_that_reloads_is_no_loss_but_one_that_stays_away_is(moment: datetime) -> None:
    floor = floor_with("1041", rules=FloorRules(browser_grace=timedelta(seconds=10)))
    story = Story(floor, moment).passes(0)
    seat = floor.seats["1041"]
    floor.seats["1041"] = replace(seat, browsers=0, browser_gone_at=story.at)
    assert story.passes(5).seat_states["1041"] == ["ready"]
    assert story.passes(6).seat_states["1041"] == ["ready", "unreachable"]


def test_a_seat_without_a_registered_phone_is_unreachable(moment: datetime) -> None:
    story = Story(floor_with("1041"), moment)
    story.play(iter([events.PhoneSeen("1041", False, "sip:x")]))
    assert story.seat_states["1041"] == ["unreachable"]
    story.play(iter([events.PhoneSeen("1041", True, "sip:y")]))
    assert story.seat_states["1041"][-1] == "ready"


def test_a_new_contact_that_comes_before_the_old_one_goes_keeps_the_phone(
    moment: datetime,
) -> None:
    story = Story(floor_with("1041"), moment).passes(0)
    story.play(
        iter([events.PhoneSeen("1041", True, "sip:y"), events.PhoneSeen("1041", False, "sip:x")])
    )
    assert story.seat_states["1041"] == ["ready"]


def test_a_picture_without_the_call_ends_it_and_frees_the_seat(moment: datetime) -> None:
    story, key, _ = asking(moment)
    phones = (events.PhoneSeen("1041", True, "sip:x"), events.PhoneSeen("1042", True, "sip:x"))
    story.floor.take(Picture((), (), phones), story.at)
    story.note(story.floor.settle(story.at))
    assert story.ended == [key]
    assert story.floor.seats["1041"].state == "wrap_up"
    assert story.floor.seats["1042"].state == "ready"


def seen(
    uniqueid: str, channel: str, linkedid: str, *, up: bool = False, ringing: bool = False
) -> events.ChannelSeen:
    return events.ChannelSeen(
        uniqueid, channel, linkedid, up, ringing, "13912345678", "from-carrier", "12328"
    )
