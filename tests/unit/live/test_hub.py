"""Numbered messages: resumed, replaced by a snapshot, addressed, never stalled by the slow."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from agent_desk.live.hub import KEPT, PENDING, REMEMBERED, Feed, Hub
from agent_desk.live.shapes import Viewer

ANNA = Viewer(1, "anna", "安娜", "1041")
BORIS = Viewer(2, "boris", "伯里", "1042")
LEADER = Viewer(3, "leader", "班长", None, sees_floor=True)


def snapshot(_viewer: Viewer) -> dict[str, Any]:
    return {"me": None, "seats": [], "queues": [], "calls": []}


def opened(hub: Hub, viewer: Viewer = ANNA, resume: int | None = None) -> Feed:
    return hub.open(viewer, resume, snapshot, lambda: None)


async def next_of(feed: Feed) -> tuple[int, str, dict[str, Any]]:
    message = await asyncio.wait_for(feed.next(), 5)
    return message.seq, message.type, message.data


def tell_all(hub: Hub, number: int) -> None:
    hub.publish("notice", lambda _: {"text": str(number)})


async def test_a_browser_gets_a_snapshot_first_and_then_every_message_in_order() -> None:
    hub = Hub(1000)
    feed = opened(hub)
    assert (await next_of(feed))[:2] == (1000, "snapshot")
    for number in range(3):
        tell_all(hub, number)
    seqs = [await next_of(feed) for _ in range(3)]
    assert [(seq, data["text"]) for seq, _, data in seqs] == [(1001, "0"), (1002, "1"), (1003, "2")]


async def test_who_comes_back_gets_exactly_what_was_missed() -> None:
    hub = Hub(1000)
    first = opened(hub)
    await next_of(first)
    tell_all(hub, 1)
    seq, _, _ = await next_of(first)
    first.close()
    tell_all(hub, 2)
    tell_all(hub, 3)
    again = opened(hub, resume=seq)
    assert [(await next_of(again))[2]["text"] for _ in range(2)] == ["2", "3"]


async def test_who_missed_nothing_gets_no_snapshot() -> None:
    hub = Hub(1000)
    first = opened(hub)
    seq, _, _ = await next_of(first)
    again = opened(hub, resume=seq)
    tell_all(hub, 1)
    assert (await next_of(again))[1] == "notice"


@pytest.mark.parametrize("resume", [0, 5, 999, 10**15])
async def test_a_number_of_another_time_gets_a_snapshot(resume: int) -> None:
    hub = Hub(1000)
    opened(hub)
    tell_all(hub, 1)
    assert (await next_of(opened(hub, resume=resume)))[1] == "snapshot"


async def test_who_was_away_for_too_long_gets_a_snapshot() -> None:
    hub = Hub(1000)
    seq, _, _ = await next_of(opened(hub))
    for number in range(KEPT + 1):
        tell_all(hub, number)
    assert (await next_of(opened(hub, resume=seq)))[1] == "snapshot"


async def test_a_browser_that_does_not_read_gets_a_snapshot_and_stalls_nobody() -> None:
    hub = Hub(1000)
    slow, quick = opened(hub), opened(hub, BORIS)
    await next_of(slow)
    await next_of(quick)
    for number in range(PENDING + 50):
        tell_all(hub, number)
        assert (await next_of(quick))[2]["text"] == str(number)
    seq, kind, _ = await next_of(slow)
    assert (seq, kind) == (1000 + PENDING + 50, "snapshot")
    tell_all(hub, 7)
    assert (await next_of(slow))[0] == seq + 1


async def test_what_is_told_to_one_reaches_no_other() -> None:
    hub = Hub(1000)
    anna, boris = opened(hub), opened(hub, BORIS)
    await next_of(anna)
    await next_of(boris)
    hub.tell(ANNA.user_id, "pop", {"call": {}})
    tell_all(hub, 1)
    assert (await next_of(anna))[1] == "pop"
    assert (await next_of(boris))[1] == "notice"


async def test_two_tabs_of_one_person_hear_the_same_numbers() -> None:
    hub = Hub(1000)
    one, two = opened(hub), opened(hub)
    await next_of(one)
    await next_of(two)
    tell_all(hub, 1)
    assert await next_of(one) == await next_of(two)


async def test_a_call_that_goes_to_another_seat_ends_for_the_first_one() -> None:
    hub = Hub(1000)
    anna, boris, leader = opened(hub), opened(hub, BORIS), opened(hub, LEADER)
    for feed in (anna, boris, leader):
        await next_of(feed)

    def seen_by(user_id: int) -> None:
        hub.publish_call(
            "k", lambda who: {"key": "k"} if who.user_id == user_id or who.sees_floor else None
        )

    seen_by(ANNA.user_id)
    seen_by(BORIS.user_id)
    hub.publish_ended("k")
    assert [(await next_of(anna))[1] for _ in range(2)] == ["call", "call_ended"]
    assert [(await next_of(boris))[1] for _ in range(2)] == ["call", "call_ended"]
    assert [(await next_of(leader))[1] for _ in range(3)] == ["call", "call", "call_ended"]


async def test_a_call_known_from_the_snapshot_alone_ends_too() -> None:
    hub = Hub(1000)
    calls = [{"key": "k"}]
    feed = hub.open(ANNA, None, lambda _: {"calls": calls}, lambda: None)
    await next_of(feed)
    hub.publish_ended("k")
    assert (await next_of(feed))[1] == "call_ended"


async def test_nobodys_stream_is_forgotten_and_its_numbers_are_never_given_again(
    moment: datetime,
) -> None:
    hub = Hub(1000)
    feed = opened(hub)
    for number in range(5):
        tell_all(hub, number)
    feed.close()
    hub.forget(moment)
    hub.forget(moment + REMEMBERED + timedelta(seconds=1))
    again = opened(hub, resume=1003)
    assert await next_of(again) == (1005, "snapshot", snapshot(ANNA))


async def test_changed_rights_replay_nothing_shaped_for_the_old_ones() -> None:
    hub = Hub(1000)
    seq, _, _ = await next_of(opened(hub))
    tell_all(hub, 1)
    lesser = Viewer(1, "anna", "安娜", None)
    assert (await next_of(opened(hub, lesser, resume=seq)))[1] == "snapshot"


async def test_closing_twice_is_one_leaving() -> None:
    left: list[int] = []
    feed = Hub(1).open(ANNA, None, snapshot, lambda: left.append(1))
    feed.close()
    feed.close()
    assert left == [1]
