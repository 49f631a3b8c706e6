"""The live desk whole: an Exchange between a database and a manager interface that speaks bytes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from agent_desk.live.derive import FloorRules
from agent_desk.live.exchange import Exchange, Site
from agent_desk.live.hub import Feed
from agent_desk.live.shapes import Message, Seat, Viewer
from agent_desk.telephony.errors import TelephoneAway
from agent_desk.telephony.link import Address, Patience
from tests.fakes.ami import SECRET, FakeAmi
from tests.unit.waiting import wait_until
from ticketing.calls.news import tell
from ticketing.clock import SystemClock
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed, NotFound
from ticketing.records.people import User
from ticketing.records.recordings import Recording

HASTY = Patience(
    answer=2, connect=2, boot=5, ping_every=0.2, ping_answer=2, first_retry=0.02, longest_retry=0.1
)
KEY, LEG = "hl1-1.1", "hl1-1.2"


class Room:
    """A desk, its database, its Asterisk, and the people of the test."""

    def __init__(self, ami: FakeAmi, database: Database, stack: AsyncExitStack) -> None:
        self.ami = ami
        self.database = database
        self.stack = stack
        self.rows_late = 0
        """So many times a call is not in the database yet."""
        self.anna = self._person("anna", "1041")
        self.boris = self._person("boris", "1042")
        self.leader = self._person("leader", None, sees_floor=True)

    async def open(self) -> Exchange:
        """A desk process begins; closed by the stack or by `close`."""
        site = Site(
            Address("127.0.0.1", self.ami.port, "desk", SECRET),
            "hl1",
            "trunk",
            {"common": "综合", "etc": "ETC业务"},
            FloorRules(wrap_up=timedelta(seconds=1), browser_grace=timedelta(seconds=0.5)),
            HASTY,
            compare_every=0.2,
        )
        exchange = Exchange(site, self.database, SystemClock(), self._pop)
        self.process = AsyncExitStack()
        await self.process.enter_async_context(exchange.running())
        self.stack.push_async_callback(self.process.aclose)
        await wait_until("connected", lambda: not exchange.trouble)
        return exchange

    async def close(self) -> None:
        await self.process.aclose()

    def register(self, extension: str) -> None:
        """A phone registers: Asterisk knows its contact, its device becomes idle."""
        self.ami.contacts.append({"Endpoint": extension, "Uri": "sip:x", "Status": "Available"})
        self.ami.tell("ContactStatus", AOR=extension, ContactStatus="Created", URI="sip:x")

    def member(self, extension: str, queue: str = "common") -> dict[str, str]:
        return self.ami.queues[queue].get(f"PJSIP/{extension}", {})

    def call_arrives(self, extension: str) -> None:
        """A caller waits in the queue and the seat's phone rings."""
        caller = {"Channel": "PJSIP/trunk-1", "Uniqueid": KEY, "Linkedid": KEY}
        seat = {"Channel": f"PJSIP/{extension}-2", "Uniqueid": LEG, "Linkedid": KEY}
        number = {"CallerIDNum": "13912345678", "Context": "from-carrier", "Exten": "12328"}
        self.ami.channels = [{**caller, "ChannelState": "6"}, {**seat, "ChannelState": "5"}]
        self.ami.tell("Newchannel", **caller, **number, ChannelState="4")
        self.ami.tell("QueueCallerJoin", Queue="common", Uniqueid=KEY, Position="1")
        self.ami.tell("Newchannel", **seat, ChannelState="0")
        self.ami.tell("Newstate", **seat, ChannelState="5")

    def _person(self, login: str, extension: str | None, *, sees_floor: bool = False) -> Viewer:
        with self.database.transaction() as session:
            user = User(
                login=login,
                name=login,
                password_hash="-",
                roles=["agent"],
                extension=extension,
                queues=["common", "etc"] if login == "anna" else ["common"],
                created_at=datetime.now(UTC),
            )
            session.add(user)
            session.flush()
            return Viewer(user.id, login, login, extension, sees_floor=sees_floor)

    def _pop(self, _session: Session, call_key: str, viewer: Viewer) -> dict[str, Any]:
        if self.rows_late > 0:
            self.rows_late -= 1
            raise NotFound("call", call_key)
        return {"call": {"key": call_key}, "for": viewer.login}


@pytest.fixture
async def room(database: Database) -> AsyncIterator[Room]:
    async with AsyncExitStack() as stack:
        ami = FakeAmi(queues=("common", "etc"))
        await stack.enter_async_context(ami.running())
        yield Room(ami, database, stack)


async def signed_in(room: Room, exchange: Exchange, viewer: Viewer) -> Feed:
    """Page open, phone registered, signed in, a member of the queue, ready."""
    feed = exchange.open_feed(viewer, None)
    extension = str(viewer.extension)
    room.register(extension)
    await exchange.sign_in(viewer, ["common"], "browser")
    await state_of(exchange, viewer, "ready")
    await wait_until("membership", lambda: room.member(extension).get("Paused") == "0")
    return feed


async def state_of(exchange: Exchange, viewer: Viewer, state: str) -> Seat:
    def look() -> Seat | None:
        seat = exchange.my_seat(viewer)
        return seat if seat is not None and seat.state == state else None

    seat = await wait_until(f"{viewer.login} is {state}", look)
    assert seat is not None
    return seat


async def first_of(feed: Feed, kind: str) -> Message:
    """Reads on until a message of this kind comes."""

    async def read() -> Message:
        while True:
            message = await feed.next()
            if message.type == kind:
                return message

    return await asyncio.wait_for(read(), 20)


async def test_a_seat_is_paused_until_page_and_phone_are_there(room: Room) -> None:
    exchange = await room.open()
    await exchange.sign_in(room.anna, ["common", "etc"], "browser")
    await wait_until("paused member", lambda: room.member("1041").get("Paused") == "1")
    assert (await state_of(exchange, room.anna, "unreachable")).reason == "话机未注册"
    exchange.open_feed(room.anna, None)
    room.register("1041")
    await state_of(exchange, room.anna, "ready")
    for queue in ("common", "etc"):
        await wait_until(queue, lambda q=queue: room.member("1041", q).get("Paused") == "0")


async def test_one_may_sign_in_only_to_ones_own_queues_and_only_with_a_seat(room: Room) -> None:
    exchange = await room.open()
    with pytest.raises(InvalidInput) as foreign:
        await exchange.sign_in(room.boris, ["etc"], "browser")
    assert "etc" in foreign.value.findings[0].message
    with pytest.raises(InvalidInput):
        await exchange.sign_in(room.boris, ["nowhere"], "browser")
    with pytest.raises(InvalidInput):
        await exchange.sign_in(room.boris, [], "browser")
    with pytest.raises(NotAllowed):
        await exchange.sign_in(room.leader, ["common"], "browser")
    assert room.member("1042") == {}


async def test_who_sits_where_and_why_busy_survives_the_desks_death(room: Room) -> None:
    exchange = await room.open()
    await signed_in(room, exchange, room.anna)
    await exchange.set_busy(room.anna, "小休")
    await wait_until("pause", lambda: room.member("1041").get("PausedReason") == "小休")
    await room.close()
    again = await room.open()
    again.open_feed(room.anna, None)
    seat = await state_of(again, room.anna, "busy")
    assert (seat.reason, seat.queues) == ("小休", ["common"])
    assert len(room.ami.actions("QueueAdd")) == 1
    assert (await again.set_ready(room.anna)).state == "ready"
    await wait_until("unpaused", lambda: room.member("1041").get("Paused") == "0")


async def test_wrap_up_goes_on_when_the_desk_died_in_it(room: Room) -> None:
    exchange = await room.open()
    await signed_in(room, exchange, room.anna)
    await room.close()
    room.member("1041").update(Paused="1", PausedReason="talking")
    again = await room.open()
    again.open_feed(room.anna, None)
    await state_of(again, room.anna, "wrap_up")
    await state_of(again, room.anna, "ready")
    await wait_until("unpaused", lambda: room.member("1041").get("Paused") == "0")


async def test_people_without_the_desks_rights_are_told_of_no_seat(room: Room) -> None:
    exchange = await room.open()
    unit = replace(room.leader, sees_desk=False, sees_floor=False)
    feed = exchange.open_feed(unit, None)
    snapshot = await first_of(feed, "snapshot")
    assert snapshot.data == {"me": None, "seats": [], "queues": [], "calls": []}
    await signed_in(room, exchange, room.anna)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(feed.next(), 0.3)


async def test_after_asterisk_came_again_every_seat_is_a_member_again(room: Room) -> None:
    exchange = await room.open()
    feed = await signed_in(room, exchange, room.anna)
    await room.ami.stop()
    assert "中断" in (await first_of(feed, "notice")).data["text"]
    assert (await state_of(exchange, room.anna, "unreachable")).reason == "电话系统连接中断"
    with pytest.raises(TelephoneAway):
        await exchange.call_out(room.anna, "13912345678")
    await room.ami.start()
    await state_of(exchange, room.anna, "ready")
    await wait_until("membership", lambda: room.member("1041").get("Paused") == "0")


async def test_signing_out_ends_the_membership(room: Room) -> None:
    exchange = await room.open()
    await signed_in(room, exchange, room.anna)
    assert (await exchange.sign_out(room.anna)).state == "signed_out"
    await wait_until("no member", lambda: room.member("1041") == {})


async def test_a_member_nobody_wants_is_removed(room: Room) -> None:
    room.ami.queues["common"]["PJSIP/1042"] = {"Paused": "0", "PausedReason": "", "Status": "1"}
    await room.open()
    await wait_until("no member", lambda: room.member("1042") == {})


async def test_a_membership_asterisk_refused_is_asked_for_again(room: Room) -> None:
    exchange = await room.open()
    room.ami.refusals["QueueAdd"] = "Unable to add interface"
    exchange.open_feed(room.anna, None)
    room.register("1041")
    await exchange.sign_in(room.anna, ["common"], "browser")
    await wait_until("refusal", lambda: room.ami.actions("QueueAdd"))
    room.ami.refusals.clear()
    await wait_until("membership", lambda: room.member("1041").get("Paused") == "0")


async def test_the_pop_comes_to_the_ringing_seat_alone_with_its_own_call_unmasked(
    room: Room,
) -> None:
    exchange = await room.open()
    anna = await signed_in(room, exchange, room.anna)
    boris = await signed_in(room, exchange, room.boris)
    leader = exchange.open_feed(room.leader, None)
    await first_of(leader, "snapshot")
    room.call_arrives("1041")
    pop = await first_of(anna, "pop")
    assert pop.data == {"call": {"key": KEY}, "for": "anna"}
    assert exchange.calls(room.anna)[0].caller_number == "13912345678"
    assert exchange.calls(room.leader)[0].caller_number == "139****5678"
    assert exchange.calls(room.boris) == []
    assert (await first_of(leader, "call")).data["key"] == KEY
    exchange.open_feed(room.boris, None)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(first_of(boris, "pop"), 0.5)


async def test_a_call_whose_row_comes_late_pops_once_it_is_there(room: Room) -> None:
    exchange = await room.open()
    anna = await signed_in(room, exchange, room.anna)
    room.rows_late = 2
    room.call_arrives("1041")
    assert (await first_of(anna, "pop")).data["call"] == {"key": KEY}


async def test_a_hang_up_nobody_told_of_is_found_out_and_the_seat_is_free_again(
    room: Room,
) -> None:
    exchange = await room.open()
    await signed_in(room, exchange, room.anna)
    room.call_arrives("1041")
    await state_of(exchange, room.anna, "ringing")
    room.ami.channels.clear()
    await state_of(exchange, room.anna, "ready")
    assert exchange.calls(room.leader) == []


async def test_a_leader_frees_a_stuck_seat_and_others_may_not(room: Room) -> None:
    exchange = await room.open()
    await signed_in(room, exchange, room.anna)
    room.call_arrives("1041")
    await state_of(exchange, room.anna, "ringing")
    with pytest.raises(NotAllowed):
        await exchange.release_seat(room.boris, "1041")
    with pytest.raises(NotFound):
        await exchange.release_seat(room.leader, "9999")
    await exchange.release_seat(room.leader, "1041")
    assert room.ami.actions("Hangup")[0]["Channel"] == "PJSIP/1041-2"
    room.ami.channels.clear()
    assert (await state_of(exchange, room.anna, "busy")).reason == "班长释放"


async def test_only_who_talks_in_a_call_may_act_on_it(room: Room) -> None:
    exchange = await room.open()
    await signed_in(room, exchange, room.anna)
    await signed_in(room, exchange, room.boris)
    room.call_arrives("1041")
    await state_of(exchange, room.anna, "ringing")
    for viewer in (room.boris, room.leader):
        with pytest.raises(NotAllowed):
            await exchange.transfer(viewer, KEY, "queue", "common")
        with pytest.raises(NotAllowed):
            await exchange.hang_up(viewer, KEY)
    with pytest.raises(NotAllowed):
        await exchange.listen(room.boris, KEY, "listen")
    with pytest.raises(NotFound):
        await exchange.transfer(room.anna, "no-such-call", "queue", "common")
    assert room.ami.actions("BlindTransfer") == []


async def test_news_of_other_processes_reach_open_pages(room: Room) -> None:
    exchange = await room.open()
    feed = exchange.open_feed(room.leader, None)
    await first_of(feed, "snapshot")
    recording = await told_of_a_recording(room, feed)
    assert recording.data["call_key"] == KEY
    assert recording.data["state"] == "stored"
    assert recording.data["id"] > 0


async def told_of_a_recording(room: Room, feed: Feed) -> Message:
    """Tells of a recording again until the page hears: the tail begins where it finds the end."""
    waiting = asyncio.create_task(first_of(feed, "recording"))
    number = 0
    while not waiting.done():
        number += 1
        with room.database.transaction() as session:
            _add_recording(session, f"{LEG}-{number}")
        await asyncio.wait({waiting}, timeout=0.2)
    return await waiting


def _add_recording(session: Session, stretch: str) -> None:
    now = datetime.now(UTC)
    recording = Recording(
        stretch=stretch,
        call_key=KEY,
        kind="voice",
        state="stored",
        started_at=now,
        retain_until=date(2027, 12, 1),
    )
    session.add(recording)
    session.flush()
    tell(session, now, "recording.stored", stretch, call_key=KEY)
