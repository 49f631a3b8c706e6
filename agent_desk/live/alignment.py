"""Making Asterisk's queues what the floor says they should be.

Wanted and had are compared, the difference is commanded, and again after every change, restart or
failure: nothing is remembered as "already sent". A seat is paused from the moment it talks, so that
no second call can slip in between hang-up and wrap-up.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from agent_desk.live.facts import WRAP_UP, SeatFacts
from agent_desk.live.floor import Floor
from agent_desk.telephony import events
from agent_desk.telephony.commands import Telephone, interface
from agent_desk.telephony.errors import TelephoneAway, TelephoneRefused

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 2.0
LONGEST_REASON: Final = 60
"""Bytes; Asterisk cuts a longer one, and what it notes must be what we asked for."""


@dataclass(frozen=True, slots=True)
class Join:
    queue: str
    extension: str
    paused: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Leave:
    queue: str
    extension: str


@dataclass(frozen=True, slots=True)
class Pause:
    queue: str
    extension: str
    paused: bool
    reason: str


Order = Join | Leave | Pause


def orders(floor: Floor) -> list[Order]:
    """What must be commanded so that Asterisk's members are as the seats want them."""
    found: list[Order] = []
    for seat in floor.seats.values():
        if seat.signed_in:
            for queue in seat.queues:
                found.extend(_orders_for(floor, seat, queue))
    for queue, extension in floor.members:
        owner = floor.seats.get(extension)
        if owner is None or not (owner.signed_in and queue in owner.queues):
            found.append(Leave(queue, extension))
    return found


def wanted_pause(seat: SeatFacts) -> tuple[bool, str]:
    """Whether queues must leave the seat alone, and the word Asterisk notes for it."""
    if seat.state in ("ready", "ringing"):
        return False, ""
    if seat.state == "busy":
        return True, seat.reason.replace("|", "/").encode()[:LONGEST_REASON].decode(errors="ignore")
    return True, WRAP_UP if seat.state == "wrap_up" else seat.state


def _orders_for(floor: Floor, seat: SeatFacts, queue: str) -> list[Order]:
    if queue not in floor.known_queues:
        return []
    member = floor.members.get((queue, seat.extension))
    paused, reason = wanted_pause(seat)
    if member is None:
        return [Join(queue, seat.extension, paused, reason)]
    if seat.state == "ringing":
        return []  # what rings, rings; the pause is settled by how it ends
    if member.paused != paused or (paused and member.reason != reason):
        return [Pause(queue, seat.extension, paused, reason)]
    return []


class Alignment:
    """The task that carries orders out, one after the other."""

    def __init__(
        self, floor: Floor, telephone: Telephone, done: Callable[[events.Event], None]
    ) -> None:
        """`done` tells the floor what an order achieved, before Asterisk's own event does."""
        self._floor = floor
        self._telephone = telephone
        self._done = done
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something changed; compare again."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._floor.away:
                continue
            failed = False
            for order in orders(self._floor):
                failed = not await self._carry_out(order) or failed
            if failed:
                await asyncio.sleep(RETRY_SECONDS)
                self._wake.set()

    async def _carry_out(self, order: Order) -> bool:
        telephone = self._telephone
        where = (order.queue, order.extension)
        try:
            match order:
                case Join(_, _, paused, reason):
                    await telephone.add_member(*where, paused, reason)
                    self._noted(order.queue, order.extension, paused, reason)
                case Pause(_, _, paused, reason):
                    await telephone.pause_member(*where, paused, reason)
                    self._noted(order.queue, order.extension, paused, reason)
                case Leave():
                    await telephone.remove_member(*where)
                    self._done(events.MemberGone(order.queue, interface(order.extension)))
        except (TelephoneAway, TelephoneRefused) as error:
            log.warning("%s not done: %s", order, error)
            return False
        return True

    def _noted(self, queue: str, extension: str, paused: bool, reason: str) -> None:
        member = self._floor.members.get((queue, extension))
        device = member.device if member else 0
        seen = events.MemberSeen(queue, interface(extension), paused, reason, device)
        self._done(seen)
