"""A live side from memory: seats as given, commands remembered, messages handed in by the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent_desk.live.shapes import (
    LiveCall,
    Message,
    Phone,
    QueueView,
    Seat,
    Snapshot,
    TargetKind,
    Viewer,
)
from agent_desk.telephony.commands import ListenMode
from ticketing.errors import NotFound


class FakeFeed:
    """Gives what the test puts in."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.closed = False

    async def next(self) -> Message:
        return await self.messages.get()

    def close(self) -> None:
        self.closed = True


class FakeLiveDesk:
    """Speaks agent_desk.live.desk.LiveDesk."""

    def __init__(self, *seats: Seat) -> None:
        self._seats = {seat.extension: seat for seat in seats}
        self.done: list[tuple[str, ...]] = []
        """What was asked of it: verb, login, then the arguments."""
        self.feeds: list[tuple[Viewer, int | None, FakeFeed]] = []
        self.trouble = ""
        self.is_running = False
        self.refusal: Exception | None = None
        """Raised by the next command."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.is_running = True
        yield
        self.is_running = False

    def seats(self) -> list[Seat]:
        return list(self._seats.values())

    def my_seat(self, viewer: Viewer) -> Seat | None:
        return self._seats.get(viewer.extension or "")

    def queues(self, viewer: Viewer) -> list[QueueView]:  # noqa: ARG002 (the interface)
        return []

    def calls(self, viewer: Viewer) -> list[LiveCall]:  # noqa: ARG002 (the interface)
        return []

    def snapshot(self, viewer: Viewer) -> Snapshot:
        return Snapshot(me=self.my_seat(viewer), seats=self.seats(), queues=[], calls=[])

    def open_feed(self, viewer: Viewer, resume: int | None) -> FakeFeed:
        feed = FakeFeed()
        data = self.snapshot(viewer).model_dump(mode="json")
        feed.messages.put_nowait(Message(1, "snapshot", data))
        self.feeds.append((viewer, resume, feed))
        return feed

    async def sign_in(self, viewer: Viewer, queues: list[str], phone: Phone) -> Seat:
        return self._changed(viewer, "sign_in", ",".join(queues), phone, state="ready")

    async def sign_out(self, viewer: Viewer) -> Seat:
        return self._changed(viewer, "sign_out", state="signed_out")

    async def set_ready(self, viewer: Viewer) -> Seat:
        return self._changed(viewer, "set_ready", state="ready")

    async def set_busy(self, viewer: Viewer, reason: str) -> Seat:
        return self._changed(viewer, "set_busy", reason, state="busy")

    async def release_seat(self, viewer: Viewer, extension: str) -> Seat:
        self._note(viewer, "release_seat", extension)
        if extension not in self._seats:
            raise NotFound("seat", extension)
        return self._seats[extension]

    async def transfer(self, viewer: Viewer, call_key: str, to: TargetKind, target: str) -> None:
        self._note(viewer, "transfer", call_key, to, target)

    async def distress(self, viewer: Viewer, call_key: str) -> None:
        self._note(viewer, "distress", call_key)

    async def consult(self, viewer: Viewer, call_key: str, to: TargetKind, target: str) -> None:
        self._note(viewer, "consult", call_key, to, target)

    async def complete_consult(self, viewer: Viewer, call_key: str) -> None:
        self._note(viewer, "complete_consult", call_key)

    async def cancel_consult(self, viewer: Viewer, call_key: str) -> None:
        self._note(viewer, "cancel_consult", call_key)

    async def conference(self, viewer: Viewer, call_key: str) -> None:
        self._note(viewer, "conference", call_key)

    async def hang_up(self, viewer: Viewer, call_key: str) -> None:
        self._note(viewer, "hang_up", call_key)

    async def call_out(self, viewer: Viewer, number: str) -> str:
        self._note(viewer, "call_out", number)
        return "t-99.1"

    async def listen(self, viewer: Viewer, call_key: str, mode: ListenMode) -> None:
        self._note(viewer, "listen", call_key, mode)

    def _changed(self, viewer: Viewer, verb: str, *arguments: str, state: str) -> Seat:
        self._note(viewer, verb, *arguments)
        seat = self.my_seat(viewer)
        if seat is None:
            raise NotFound("seat", viewer.login)
        changed = seat.model_copy(update={"state": state})
        self._seats[seat.extension] = changed
        return changed

    def _note(self, viewer: Viewer, verb: str, *arguments: str) -> None:
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            raise refusal
        self.done.append((verb, viewer.login, *arguments))
