"""What a browser is told of the present: the shapes of REST answers and live messages.

Pydantic models, so that the API's schema (and the front end's types) come from here and nobody
writes them twice. Numbers are masked before they get into a shape, by the viewer's rights.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

SeatState = Literal["signed_out", "ready", "busy", "ringing", "talking", "wrap_up", "unreachable"]
CallState = Literal["menu", "queued", "ringing", "talking", "held", "consulting", "after"]
Phone = Literal["browser", "desk"]
TargetKind = Literal["seat", "queue", "outside"]


class Shape(BaseModel):
    """Base: immutable; moments are ISO 8601 with +08:00."""

    model_config = ConfigDict(frozen=True)


class Seat(Shape):
    """One seat and the person at it."""

    extension: str
    user_id: int
    name: str
    state: SeatState
    reason: str
    """Chinese, why busy (小休, 未接听 …) or unreachable; empty otherwise."""
    since: datetime
    call_key: str | None
    queues: list[str]
    registered: bool
    """A phone is registered for this extension."""
    wrap_up_until: datetime | None
    phone: Phone


class Waiting(Shape):
    """A caller in a queue."""

    call_key: str
    caller_number: str
    waited_seconds: int
    position: int


class QueueView(Shape):
    """A queue: who waits, who serves."""

    name: str
    label: str
    waiting: list[Waiting]
    members: list[str]
    """Extensions signed in."""
    answered_today: int
    abandoned_today: int


class LiveCall(Shape):
    """A call that is up."""

    key: str
    direction: Literal["in", "out"]
    caller_number: str
    dialled: str
    queue: str
    state: CallState
    waited_seconds: int
    agent_extension: str | None
    consult_extension: str | None
    """Who is being consulted: a seat or an outside number."""
    conference: bool


class Snapshot(Shape):
    """Everything this viewer may see, at one moment."""

    me: Seat | None
    seats: list[Seat]
    queues: list[QueueView]
    calls: list[LiveCall]


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a browser, as far as the live side must know."""

    user_id: int
    login: str
    name: str
    extension: str | None
    allowed_queues: tuple[str, ...] = ()
    """Queues this person may serve."""
    sees_numbers: bool = False
    """May see callers' numbers unmasked everywhere; one's own call is always unmasked."""
    sees_desk: bool = True
    """May see seats and queues; a handling unit's people hear of orders only."""
    sees_floor: bool = False
    """May see all calls and release seats (leader); others see their own call only."""


@dataclass(frozen=True, slots=True)
class Message:
    """One live message as it goes over the socket: {"seq", "type", "data"}."""

    seq: int
    type: str
    data: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"seq": self.seq, "type": self.type, "data": self.data}
