"""What a script run learns about a call, as lines for the spool and as use cases for the database.

A fact carries everything it needs, so that the same line may be written hours later, by another
process, any number of times.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from ticketing.calls import facts as calls


class UnreadableFact(Exception):
    """A line of the spool that no version of ours wrote."""

    def __init__(self, line: bytes, why: str) -> None:
        super().__init__(f"{why}: {line[:80]!r}")
        self.line = line
        self.why = why


@dataclass(frozen=True, slots=True)
class CallBegan:
    """A script has the call; told by each run, so that a run's steps never lack their call."""

    key: str
    at: datetime
    callref: str
    caller_number: str
    dialled: str
    entry: str

    def write(self, session: Session) -> None:
        calls.call_began(
            session,
            self.key,
            self.at,
            callref=self.callref,
            caller_number=self.caller_number,
            dialled=self.dialled,
            entry=self.entry,
        )


@dataclass(frozen=True, slots=True)
class StepTaken:
    """The caller went through one step."""

    key: str
    at: datetime
    script: str
    seq: int
    flow: str
    flow_version: str
    step: str
    kind: str
    label: str
    pressed: str
    outcome: str
    said: str = ""
    stretch: str = ""
    confidence: float | None = None
    learned: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    mistakes: int = 0

    def write(self, session: Session) -> None:
        step = calls.Step(
            script=self.script,
            seq=self.seq,
            flow=self.flow,
            flow_version=self.flow_version,
            step=self.step,
            kind=self.kind,
            label=self.label,
            pressed=self.pressed,
            outcome=self.outcome,
            said=self.said,
            stretch=self.stretch,
            confidence=self.confidence,
            learned=self.learned,
            seconds=self.seconds,
            mistakes=self.mistakes,
        )
        calls.step_taken(session, self.key, self.at, step)


@dataclass(frozen=True, slots=True)
class FlowEnded:
    """The flow that greeted the caller is over."""

    key: str
    at: datetime
    flow: str
    flow_version: str
    ending: str

    def write(self, session: Session) -> None:
        calls.flow_ended(
            session,
            self.key,
            self.at,
            flow=self.flow,
            flow_version=self.flow_version,
            ending=self.ending,
        )


@dataclass(frozen=True, slots=True)
class Rated:
    """The caller rated the talk, 5 非常满意 … 1 非常不满意."""

    key: str
    at: datetime
    rating: int

    def write(self, session: Session) -> None:
        calls.rating_given(session, self.key, self.at, rating=self.rating)


Fact = CallBegan | StepTaken | FlowEnded | Rated

_KINDS: Final[dict[str, Callable[..., Fact]]] = {
    "call_began": CallBegan,
    "step_taken": StepTaken,
    "flow_ended": FlowEnded,
    "rated": Rated,
}
_NAMES: Final[dict[Any, str]] = {kind: name for name, kind in _KINDS.items()}


def to_line(fact: Fact) -> bytes:
    """One line of JSON, ASCII only, with its end."""
    values = {field.name: getattr(fact, field.name) for field in fields(fact)}
    told = {"fact": _NAMES[type(fact)], **values, "at": fact.at.isoformat()}
    return json.dumps(told).encode() + b"\n"


def from_line(line: bytes) -> Fact:
    """Raises UnreadableFact."""
    try:
        told = json.loads(line)
        kind = _KINDS[told.pop("fact")]
        return kind(**{**told, "at": datetime.fromisoformat(told["at"])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFact(line, repr(error)) from error
