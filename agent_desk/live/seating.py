"""Signing in and out, 空闲 and 示忙, wrap-up's end, a leader freeing a stuck seat.

First the database, then the floor, then (by alignment) Asterisk: what must survive is committed
before it is told.
"""

import logging

from agent_desk.live.facts import MISSED, RELEASED, SeatFacts
from agent_desk.live.present import Present
from agent_desk.live.shapes import Phone, Viewer
from agent_desk.telephony.commands import Telephone
from agent_desk.telephony.errors import TelephoneAway, TelephoneRefused
from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.errors import Finding, InvalidInput, NotAllowed, NotFound
from ticketing.seats import leave_seat, list_seats, note_reason, take_seat

log = logging.getLogger(__name__)

IN_A_CALL = ("ringing", "talking")


class Seating:
    """Commands on seats."""

    def __init__(
        self, present: Present, telephone: Telephone, database: Database, clock: Clock
    ) -> None:
        self._present = present
        self._telephone = telephone
        self._database = database
        self._clock = clock

    async def sign_in(self, viewer: Viewer, queues: list[str], phone: Phone) -> SeatFacts:
        unknown = [queue for queue in queues if queue not in self._present.labels]
        if unknown:
            raise InvalidInput((Finding("queues", f"没有队列 {'、'.join(unknown)}"),))
        now = self._clock.now()
        seated = await self._database.write(take_seat, now, viewer.user_id, queues, phone)
        if seated.user.extension not in self._present.floor.seats:
            self._present.know_seats(await self._database.read(list_seats))
        return self._present.seat_taken(seated)

    async def sign_out(self, viewer: Viewer) -> SeatFacts:
        seat = self._mine(viewer, "签出")
        if seat.state in IN_A_CALL:
            raise NotAllowed("签出", "通话尚未结束，不能签出")
        await self._database.write(leave_seat, self._clock.now(), viewer.user_id)
        return self._present.change_seat(
            seat.extension, signed_in=False, queues=(), reason="", wrap_up_until=None, misses=0
        )

    async def set_ready(self, viewer: Viewer) -> SeatFacts:
        seat = self._signed_in(viewer, "置闲")
        await self._database.write(note_reason, viewer.user_id, "")
        return self._present.change_seat(seat.extension, reason="", misses=0, wrap_up_until=None)

    async def set_busy(self, viewer: Viewer, reason: str) -> SeatFacts:
        seat = self._signed_in(viewer, "示忙")
        reason = reason.strip()[:64] or "示忙"
        await self._database.write(note_reason, viewer.user_id, reason)
        return self._present.change_seat(seat.extension, reason=reason, wrap_up_until=None)

    async def release(self, viewer: Viewer, extension: str) -> SeatFacts:
        """Ends what holds a seat: its legs, its wrap-up, its misses. It is busy till its agent."""
        if not viewer.sees_floor:
            raise NotAllowed("释放座席", "只有班长可以释放座席")
        seat = self._present.floor.seats.get(extension)
        if seat is None:
            raise NotFound("seat", extension)
        for leg in self._present.floor.seat_legs(extension):
            try:
                await self._telephone.hang_up(leg.channel)
            except (TelephoneAway, TelephoneRefused) as error:
                log.warning("seat %s released, its leg %s not: %s", extension, leg.channel, error)
        await self._database.write(note_reason, seat.user_id, RELEASED)
        log.warning("seat %s released by %s", extension, viewer.login)
        return self._present.change_seat(
            extension, reason=RELEASED if seat.signed_in else "", wrap_up_until=None, misses=0
        )

    async def note_missed(self, extension: str) -> None:
        """The floor set a seat busy because it does not answer; keep it so over a restart."""
        seat = self._present.floor.seats.get(extension)
        if seat is not None:
            await self._database.write(note_reason, seat.user_id, MISSED)

    def _mine(self, viewer: Viewer, what: str) -> SeatFacts:
        seat = self._present.floor.seats.get(viewer.extension or "")
        if seat is None or seat.user_id != viewer.user_id:
            raise NotAllowed(what, "您的账号没有分配座席分机，请联系管理员")
        return seat

    def _signed_in(self, viewer: Viewer, what: str) -> SeatFacts:
        seat = self._mine(viewer, what)
        if not seat.signed_in:
            raise NotAllowed(what, "请先签入")
        return seat
