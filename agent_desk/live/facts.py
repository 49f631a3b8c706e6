"""The facts of the present: legs, seats, calls, queues, as frozen values the floor replaces."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from agent_desk.live.shapes import CallState, Phone, SeatState

MISSED: Final = "未接听"
RELEASED: Final = "班长释放"
WRAP_UP: Final = "wrap_up"
"""The pause's reason in Asterisk during wrap-up; told again by Asterisk after our restart."""

Purpose = Literal["call", "consult", "listen"]


@dataclass(frozen=True, slots=True)
class Leg:
    """One SIP channel."""

    uniqueid: str
    channel: str
    linkedid: str
    endpoint: str
    """The seat's extension, or a trunk's name."""
    purpose: Purpose
    up: bool = False
    ringing: bool = False
    bridged: bool = False
    held: bool = False
    room: str = ""
    popped: bool = False
    number: str = ""
    exten: str = ""
    context: str = ""
    listening: bool = False
    """A leader's leg that hears the spied one."""
    served: bool = False
    """A seat's leg that talked with a citizen: wrap-up follows."""


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """What we know of one seat; `state` follows from the rest."""

    extension: str
    user_id: int
    name: str
    signed_in: bool = False
    queues: tuple[str, ...] = ()
    phone: Phone = "browser"
    reason: str = ""
    """Why the agent is busy; empty: wants calls."""
    registered: bool = False
    browsers: int = 0
    """Live sockets open at this seat."""
    browser_gone_at: datetime | None = None
    wrap_up_until: datetime | None = None
    misses: int = 0
    state: SeatState = "signed_out"
    since: datetime | None = None
    call_key: str | None = None


@dataclass(frozen=True, slots=True)
class Consult:
    """An agent asks somebody while the caller hears music."""

    room: str
    by: str
    """Uniqueid of the asking agent's leg."""
    leg: str
    """Uniqueid of the asked one's leg."""
    party: str
    """Extension or outside number."""
    answered: bool = False


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A call that is up."""

    key: str
    direction: Literal["in", "out"]
    caller_number: str
    dialled: str
    began_at: datetime
    internal: bool = False
    """From seat to seat: no citizen is in it."""
    queue: str = ""
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    room: str = ""
    """The conference room the call has moved to, if it has."""
    consult: Consult | None = None
    conference: bool = False
    consulted: tuple[str, ...] = ()
    """Legs asked into the call, whose linkedid is their own."""
    state: CallState = "menu"
    agent: str | None = None
    """Extension that talks, or rings."""


@dataclass(frozen=True, slots=True)
class Member:
    """A seat in a queue, as Asterisk has it."""

    paused: bool
    reason: str
    device: int


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """A queue; `waiting` are callers' uniqueids in order."""

    name: str
    waiting: tuple[str, ...] = ()
    answered_today: int = 0
    abandoned_today: int = 0


# --- what the outside must do because of what happened ---
@dataclass(frozen=True, slots=True)
class Pop:
    """This seat's phone rings for this call."""

    extension: str
    call_key: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A seat did not answer too often and was set busy: the database must know."""

    extension: str


@dataclass(frozen=True, slots=True)
class ConsultFailed:
    """The asked one did not come, or left: caller and agent must be joined again."""

    call_key: str
    consult: Consult


@dataclass(frozen=True, slots=True)
class ConsultAbandoned:
    """The asking agent's leg is gone: the asked one takes over, or the caller queues again."""

    call_key: str
    consult: Consult


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A leg is in a room with nobody else and nobody to come."""

    channel: str


@dataclass(frozen=True, slots=True)
class CitizenGone:
    """The caller hung up in mid-consultation."""

    consult: Consult


@dataclass(frozen=True, slots=True)
class Listening:
    """A leader's leg hears the one it was placed for."""

    uniqueid: str


Effect = Pop | Missed | ConsultFailed | ConsultAbandoned | CitizenGone | LeftAlone | Listening


@dataclass(slots=True)
class Changes:
    """What an event, or a moment's passing, changed; names to be told anew."""

    seats: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    effects: list[Effect] = field(default_factory=list)

    def any(self) -> bool:
        return bool(self.seats or self.calls or self.queues or self.ended or self.effects)
