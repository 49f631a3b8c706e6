"""The live side at work: the link to Asterisk, the floor, the hub and the tasks that keep them.

`running()` starts everything and ends it; the methods are what the web's handlers call.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Final

from panoramisk.message import Message as AmiMessage

from agent_desk.live.alignment import Alignment
from agent_desk.live.conversations import Conversations
from agent_desk.live.derive import FloorRules
from agent_desk.live.desk import PopQuery
from agent_desk.live.facts import (
    CitizenGone,
    ConsultAbandoned,
    ConsultFailed,
    Effect,
    LeftAlone,
    Listening,
    Missed,
    Pop,
    SeatFacts,
)
from agent_desk.live.hub import Feed
from agent_desk.live.newstail import NewsTail
from agent_desk.live.present import Present
from agent_desk.live.reconciler import Reconciler
from agent_desk.live.seating import Seating
from agent_desk.live.shapes import (
    LiveCall,
    Phone,
    QueueView,
    Seat,
    Snapshot,
    TargetKind,
    Viewer,
)
from agent_desk.live.shaping import shape_calls, shape_floor, shape_queue, shape_seat
from agent_desk.telephony import events
from agent_desk.telephony.commands import ListenMode, Telephone
from agent_desk.telephony.errors import TelephoneAway, TelephoneRefused
from agent_desk.telephony.link import Address, Link, Patience
from ticketing.clock import SHANGHAI, Clock
from ticketing.database import Database
from ticketing.errors import BusinessError, DatabaseAway, NotFound
from ticketing.seats import list_seats, tally_queues

log = logging.getLogger(__name__)

TICK_SECONDS: Final = 0.5
POP_RETRIES: Final = (0.2, 0.4, 0.8, 1.6, 3.0)
"""Seconds between attempts to read a call that is not in the database yet."""
PEOPLE_SECONDS: Final = 15.0
"""How often people, seats and the day's figures are read again."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the live side must know of the installation."""

    ami: Address
    systemname: str
    trunk: str
    """Endpoint through which outside numbers are called (asterisk_conf.render.outbound_trunk)."""
    queues: Mapping[str, str]
    """Queues by name with their Chinese titles."""
    rules: FloorRules = field(default_factory=FloorRules)
    patience: Patience = field(default_factory=Patience)
    compare_every: float = 5.0
    """Seconds between two comparisons of what we believe with what Asterisk says."""


class Exchange:
    """The one implementation of desk.LiveDesk."""

    def __init__(self, site: Site, database: Database, clock: Clock, pop: PopQuery) -> None:
        self._database = database
        self._clock = clock
        self._pop = pop
        self._tasks: set[asyncio.Task[None]] = set()
        self._link = Link(site.ami, self._hear, self._came_up, self._went_down, site.patience)
        telephone = Telephone(self._link, site.trunk)
        self._present = Present(site.rules, site.queues, clock, self._effect, self._changed)
        self._alignment = Alignment(self._present.floor, telephone, self._present.hear)
        self._reconciler = Reconciler(self._present, telephone, site.compare_every)
        self._conversations = Conversations(self._present, telephone, site.systemname)
        self._seating = Seating(self._present, telephone, database, clock)
        self._tail = NewsTail(database, self._present.hub, self._people_changed)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Reads who sits where, then keeps everything going until the block ends."""
        await self._read_people()
        async with AsyncExitStack() as stack:
            for run in (
                self._link.run,
                self._alignment.run,
                self._reconciler.run,
                self._tail.run,
                self._keep_time,
                self._keep_people,
            ):
                task = asyncio.create_task(_forever(run), name=run.__qualname__)
                stack.push_async_callback(_end, task)
            yield
            for task in tuple(self._tasks):
                stack.push_async_callback(_end, task)

    @property
    def trouble(self) -> str:
        return self._link.trouble

    # --- reading ---
    def seats(self) -> list[Seat]:
        at = self._clock.now()
        floor = self._present.floor
        return [shape_seat(floor, seat, at) for seat in floor.seats.values()]

    def my_seat(self, viewer: Viewer) -> Seat | None:
        seat = self._present.floor.seats.get(viewer.extension or "")
        return self._shape(seat) if seat and seat.user_id == viewer.user_id else None

    def queues(self, viewer: Viewer) -> list[QueueView]:
        floor, at = self._present.floor, self._clock.now()
        labels = self._present.labels
        return [
            shape_queue(floor, name, labels.get(name, name), viewer, at) for name in floor.queues
        ]

    def calls(self, viewer: Viewer) -> list[LiveCall]:
        return shape_calls(self._present.floor, viewer, self._clock.now())

    def snapshot(self, viewer: Viewer) -> Snapshot:
        return shape_floor(self._present.floor, self._present.labels, viewer, self._clock.now())

    def open_feed(self, viewer: Viewer, resume: int | None) -> Feed:
        return self._present.open_feed(viewer, resume)

    # --- the agent's own seat ---
    async def sign_in(self, viewer: Viewer, queues: list[str], phone: Phone) -> Seat:
        return self._shape(await self._seating.sign_in(viewer, queues, phone))

    async def sign_out(self, viewer: Viewer) -> Seat:
        return self._shape(await self._seating.sign_out(viewer))

    async def set_ready(self, viewer: Viewer) -> Seat:
        return self._shape(await self._seating.set_ready(viewer))

    async def set_busy(self, viewer: Viewer, reason: str) -> Seat:
        return self._shape(await self._seating.set_busy(viewer, reason))

    async def release_seat(self, viewer: Viewer, extension: str) -> Seat:
        return self._shape(await self._seating.release(viewer, extension))

    # --- calls ---
    async def transfer(self, viewer: Viewer, call_key: str, to: TargetKind, target: str) -> None:
        await self._conversations.transfer(viewer, call_key, to, target)

    async def distress(self, viewer: Viewer, call_key: str) -> None:
        await self._conversations.distress(viewer, call_key)

    async def consult(self, viewer: Viewer, call_key: str, to: TargetKind, target: str) -> None:
        await self._conversations.consult(viewer, call_key, to, target)

    async def complete_consult(self, viewer: Viewer, call_key: str) -> None:
        await self._conversations.complete_consult(viewer, call_key)

    async def cancel_consult(self, viewer: Viewer, call_key: str) -> None:
        await self._conversations.cancel_consult(viewer, call_key)

    async def conference(self, viewer: Viewer, call_key: str) -> None:
        await self._conversations.conference(viewer, call_key)

    async def hang_up(self, viewer: Viewer, call_key: str) -> None:
        await self._conversations.hang_up(viewer, call_key)

    async def call_out(self, viewer: Viewer, number: str) -> str:
        return await self._conversations.call_out(viewer, number, self._clock.now())

    async def listen(self, viewer: Viewer, call_key: str, mode: ListenMode) -> None:
        await self._conversations.listen(viewer, call_key, mode)

    # --- Asterisk's side ---
    def _hear(self, message: AmiMessage) -> None:
        event = events.decode(message)
        if event is not None:
            self._present.hear(event)

    async def _came_up(self) -> None:
        await self._reconciler.look_at_all()
        self._alignment.wake()

    def _went_down(self, reason: str) -> None:
        self._present.lost(reason)

    def _changed(self) -> None:
        self._alignment.wake()

    def _effect(self, effect: Effect) -> None:
        self._start(self._carry_out(effect))

    async def _carry_out(self, effect: Effect) -> None:
        talk = self._conversations
        match effect:
            case Pop(extension, key):
                await self._show(extension, key)
            case Missed(extension):
                await self._seating.note_missed(extension)
            case ConsultFailed(key, consult):
                await talk.consult_failed(key, consult)
            case ConsultAbandoned(key, consult):
                await talk.consult_abandoned(key, consult)
            case CitizenGone(consult):
                await talk.citizen_gone(consult)
            case LeftAlone(channel):
                await talk.left_alone(channel)
            case Listening(uniqueid):
                await talk.listening_began(uniqueid)

    async def _show(self, extension: str, key: str) -> None:
        """The call with its menu steps and the caller's past, on the ringing seat's screen.

        When the menu's Python is down the call's row comes seconds later, from the worker.
        """
        viewer = self._present.viewer_at(extension)
        if viewer is None:
            return
        for pause in POP_RETRIES:
            try:
                data = await self._database.read(self._pop, key, viewer)
            except (NotFound, DatabaseAway):
                await asyncio.sleep(pause)
                if key not in self._present.floor.calls:
                    return
            else:
                self._present.hub.tell(viewer.user_id, "pop", data)
                return
        log.warning("call %s rang at %s without its past: not in the database", key, extension)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- time and people ---
    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._present.tick()

    async def _keep_people(self) -> None:
        while True:
            await asyncio.sleep(PEOPLE_SECONDS)
            await self._read_people()

    def _people_changed(self) -> None:
        self._start(self._read_people())

    async def _read_people(self) -> None:
        try:
            seated = await self._database.read(list_seats)
            tallies = await self._database.read(tally_queues, day_begins(self._clock.now()))
        except BusinessError as error:
            log.warning("seats not read: %s", error)
            return
        self._present.know_seats(seated)
        self._present.know_tallies(tallies)

    def _shape(self, seat: SeatFacts) -> Seat:
        return shape_seat(self._present.floor, seat, self._clock.now())


def day_begins(at: datetime) -> datetime:
    """Midnight in Shanghai."""
    return datetime.combine(at.astimezone(SHANGHAI), time(), SHANGHAI)


async def _forever(run: Callable[[], Awaitable[None]]) -> None:
    """Keeps one task going: what it stumbles over is told, and it begins again."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("%s stumbled", run.__qualname__)
            await asyncio.sleep(1)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (TelephoneAway, TelephoneRefused) as error:
        log.warning("not done: %s", error)
    except Exception:
        log.exception("not done")


async def _end(task: asyncio.Task[None]) -> None:
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1)
