"""From a call's steps to passages: which step led where, and whether the menu served the caller.

Pure: rows in, rows out, so that every definition behind a figure can be read and tested here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

HEARD_SECONDS: Final = 3.0
"""Who hangs up sooner has not heard an answer."""
CAME_BACK_WITHIN: Final = timedelta(hours=24)

ASKING: Final = frozenset(
    {"menu", "choose", "digits", "listen", "survey", "offer_message", "offer_callback"}
)
"""Kinds that ask."""
PASSING: Final = frozenset({"branch", "subflow", "back", "to_agent", "hang_up"})
"""Kinds that neither ask nor answer."""
UNDECIDED: Final = frozenset({"gone", "person", "failure", "declined"})
"""Outcomes that choose nothing."""


class End(StrEnum):
    """How the menu ended for a caller."""

    PERSON = "person"
    TRANSFER = "transfer"
    MESSAGE = "message"
    HANG_UP = "hang_up"
    """Everything was said."""
    GONE = "gone"
    """The caller hung up."""
    FAILURE = "failure"
    """A fault of ours; a person took over."""


ENDINGS: Final = {
    "queue": End.PERSON,
    "transfer": End.TRANSFER,
    "message": End.MESSAGE,
    "hangup": End.HANG_UP,
    "gone": End.GONE,
}
"""A call's flow_ending → how its menu ended."""


@dataclass(frozen=True, slots=True)
class StepPassed:
    """One step of one run, as the journal keeps it."""

    flow_version: str
    flow: str
    step: str
    kind: str
    outcome: str
    seconds: float
    mistakes: int


@dataclass(frozen=True, slots=True)
class Way:
    """One step left in one way."""

    flow_version: str
    flow: str
    step: str
    kind: str
    outcome: str
    to_flow: str
    to_step: str


@dataclass
class Sum:
    """Passages of one way."""

    times: int = 0
    seconds: float = 0.0
    mistakes: int = 0


@dataclass
class Passages:
    """All ways of a day."""

    sums: dict[Way, Sum] = field(default_factory=dict)

    def add(self, run: Sequence[StepPassed], ending: End) -> None:
        """One run through a flow, its steps in order; `ending` is where the last one led."""
        for passed, following in zip(run, [*run[1:], None], strict=True):
            to_flow, to_step = (following.flow, following.step) if following else ("", str(ending))
            way = Way(
                passed.flow_version,
                passed.flow,
                passed.step,
                passed.kind,
                passed.outcome,
                to_flow,
                to_step,
            )
            total = self.sums.setdefault(way, Sum())
            total.times += 1
            total.seconds += passed.seconds
            total.mistakes += passed.mistakes


def ending_of(flow_ending: str, run: Sequence[StepPassed]) -> End:
    """Where a run led. `flow_ending` is the call's, empty for a run beside it (the survey)."""
    last = run[-1].outcome
    if last == "failure":
        return End.FAILURE
    if last == "gone":
        return End.GONE
    if last in {"person", "agent"}:
        return End.PERSON
    return ENDINGS.get(flow_ending, End.HANG_UP)


def was_answered(run: Iterable[StepPassed]) -> bool:
    """Did the menu give an answer: after a choice of the caller's, something was told and heard."""
    has_chosen = False
    for passed in run:
        if passed.kind in ASKING:
            has_chosen = has_chosen or passed.outcome not in UNDECIDED
        elif passed.kind not in PASSING and has_chosen and passed.outcome != "failure":
            is_whole = passed.outcome not in UNDECIDED
            if is_whole or passed.seconds >= HEARD_SECONDS:
                return True
    return False


@dataclass
class Served:
    """What one version did for its callers on one day."""

    calls: int = 0
    to_person: int = 0
    seconds_to_person: float = 0.0
    answered: int = 0
    came_back: int = 0
    withheld: int = 0

    def count(self, started_at: datetime, queued_at: datetime | None, was_served: bool) -> None:
        """One more call."""
        self.calls += 1
        self.answered += was_served
        if queued_at is not None:
            self.to_person += 1
            self.seconds_to_person += (queued_at - started_at).total_seconds()
