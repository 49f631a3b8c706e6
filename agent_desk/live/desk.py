"""The live side's front door: what web handlers call and what a browser's socket reads.

Errors are ticketing.errors (NotFound, NotAllowed, InvalidInput) and telephony.errors.TelephoneAway
/ TelephoneRefused, all BusinessErrors; the web's one table translates them.
"""

from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from sqlalchemy.orm import Session

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


class PopQuery(Protocol):
    """Gives the `pop` message's data: {"call": Call with steps, "past": {"calls", "work_orders"}}.

    The web package owns the shape (REST says the same); it runs in a database thread.
    """

    def __call__(self, session: Session, call_key: str, viewer: Viewer) -> dict[str, Any]: ...


class Feed(Protocol):
    """One browser's stream of messages, in order, without gaps."""

    async def next(self) -> Message:
        """Waits for the next message. The first is a snapshot unless the missed were replayed.

        A browser that reads too slowly gets a fresh snapshot in place of what it missed.
        """
        ...

    def close(self) -> None: ...


class LiveDesk(Protocol):
    """Built once in the composition root; `async with desk.running():` while the server serves."""

    def running(self) -> AbstractAsyncContextManager[None]: ...

    @property
    def trouble(self) -> str:
        """Chinese: why Asterisk cannot be reached; empty when all is well (for /health)."""
        ...

    # --- reading (no waiting; from memory) ---
    def seats(self) -> list[Seat]: ...
    def my_seat(self, viewer: Viewer) -> Seat | None: ...
    def queues(self, viewer: Viewer) -> list[QueueView]: ...
    def calls(self, viewer: Viewer) -> list[LiveCall]: ...
    def snapshot(self, viewer: Viewer) -> Snapshot: ...

    # --- the browser's socket ---
    def open_feed(self, viewer: Viewer, resume: int | None) -> Feed:
        """Opening one counts as presence at the viewer's seat; closing ends it."""
        ...

    # --- the agent's own seat ---
    async def sign_in(self, viewer: Viewer, queues: list[str], phone: Phone) -> Seat: ...
    async def sign_out(self, viewer: Viewer) -> Seat: ...
    async def set_ready(self, viewer: Viewer) -> Seat:
        """空闲; also ends wrap-up."""
        ...

    async def set_busy(self, viewer: Viewer, reason: str) -> Seat: ...
    async def release_seat(self, viewer: Viewer, extension: str) -> Seat:
        """A leader frees a stuck seat: its legs are hung up, wrap-up ended, busy till ready."""
        ...

    # --- calls; the viewer's seat must be in the call ---
    async def transfer(
        self, viewer: Viewer, call_key: str, to: TargetKind, target: str
    ) -> None: ...
    async def distress(self, viewer: Viewer, call_key: str) -> None: ...
    async def consult(self, viewer: Viewer, call_key: str, to: TargetKind, target: str) -> None: ...
    async def complete_consult(self, viewer: Viewer, call_key: str) -> None: ...
    async def cancel_consult(self, viewer: Viewer, call_key: str) -> None: ...
    async def conference(self, viewer: Viewer, call_key: str) -> None: ...
    async def hang_up(self, viewer: Viewer, call_key: str) -> None: ...
    async def call_out(self, viewer: Viewer, number: str) -> str:
        """Rings the viewer's seat, then the number. Returns the new call's key at once."""
        ...

    async def listen(self, viewer: Viewer, call_key: str, mode: ListenMode) -> None:
        """A leader joins; a second time with another mode switches."""
        ...
