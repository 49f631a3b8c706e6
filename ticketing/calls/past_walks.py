"""How callers of one day went through the voice menu, for walking their keys through a draft."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.records.calls import Call, CallStep

_AT_ONCE: Final = 400
"""Keys in one query; SQLite takes at most 999."""


@dataclass(frozen=True, slots=True)
class PastWalk:
    """One caller's way through the flow that greeted them."""

    call: Call
    steps: Sequence[CallStep]


def past_walks(
    session: Session, since: datetime, until: datetime, most: int
) -> tuple[list[PastWalk], bool]:
    """Calls in begun in the time, newest first, and whether there were more than `most`."""
    query = (
        select(Call)
        .where(Call.started_at >= since, Call.started_at < until)
        .where(Call.direction == "in", Call.is_test.is_(False), Call.flow != "")
        .order_by(Call.started_at.desc(), Call.id.desc())
        .limit(most + 1)
    )
    calls = session.scalars(query).all()
    steps = _steps(session, [call.key for call in calls[:most]])
    walks = [PastWalk(call, steps[call.key]) for call in calls[:most] if call.key in steps]
    return [walk for walk in walks if walk.steps[0].flow == walk.call.flow], len(calls) > most


def _steps(session: Session, keys: Sequence[str]) -> dict[str, list[CallStep]]:
    """The steps of each call's first run; the survey after a talk is a run of its own."""
    found: dict[str, list[CallStep]] = {}
    for begin in range(0, len(keys), _AT_ONCE):
        query = (
            select(CallStep)
            .where(CallStep.call_key.in_(keys[begin : begin + _AT_ONCE]))
            .order_by(CallStep.call_key, CallStep.script, CallStep.seq)
        )
        for key, run in _runs(session.scalars(query)):
            if key not in found or run[0].at < found[key][0].at:
                found[key] = run
    return found


def _runs(steps: Iterator[CallStep]) -> Iterator[tuple[str, list[CallStep]]]:
    for (key, _), run in groupby(steps, lambda step: (step.call_key, step.script)):
        yield key, list(run)
