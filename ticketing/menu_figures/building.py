"""Adds up a day's calls: today again and again, a past day once more when its callers' 24 hours
are over. A day is written whole in one transaction, so a killed worker leaves no half of one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.menu_figures.passages import (
    CAME_BACK_WITHIN,
    Passages,
    Served,
    StepPassed,
    ending_of,
    was_answered,
)
from ticketing.records.calls import Call, CallStep
from ticketing.records.menu_figures import MenuDay, MenuPassage
from ticketing.rules.calendar import ONE_DAY, local_day, start_of_day

SETTLED_AFTER: Final = CAME_BACK_WITHIN + timedelta(hours=1)
"""So long after a day's end nothing of it changes any more."""
ASKED_AT_ONCE: Final = 500
"""Numbers in one question."""
ALONE: Final = frozenset({"self_service", "transferred"})
"""Outcomes of calls that nobody here took."""

Run = Sequence[StepPassed]


@dataclass(frozen=True, slots=True)
class MenuCall:
    """A call that met a menu."""

    key: str
    caller_number: str
    flow_version: str
    flow_ending: str
    outcome: str
    started_at: datetime
    queued_at: datetime | None


@dataclass(frozen=True)
class DayBuilder:
    """The worker's job."""

    database: Database
    clock: Clock

    def build(self) -> bool:
        """Adds up one past day that needs it, else today; whether another one waits."""
        moment = self.clock.now()
        with self.database.transaction() as session:
            day = _unsettled(session, moment)
            build_day(session, day or local_day(moment), moment)
        return day is not None


def build_day(session: Session, day: date, moment: datetime) -> None:
    """Makes the day's figures anew from its calls and steps."""
    passages = Passages()
    served: dict[str, Served] = defaultdict(Served)
    answered: list[MenuCall] = []
    runs_of = _runs(session, day)
    for call in _calls(session, day):
        runs = runs_of.get(call.key, [])
        for run in runs:
            passages.add(run, ending_of(call.flow_ending if run is runs[0] else "", run))
        was_served = bool(runs) and call.outcome in ALONE and was_answered(runs[0])
        served[call.flow_version].count(call.started_at, call.queued_at, was_served)
        if was_served:
            answered.append(call)
    for call in answered:
        served[call.flow_version].withheld += not call.caller_number
    for version in _came_back(session, answered):
        served[version].came_back += 1
    _write(session, day, moment, passages, served)


def _unsettled(session: Session, moment: datetime) -> date | None:
    """The oldest past day that was never added up, or too early."""
    earliest = session.scalar(select(func.min(Call.started_at)))
    if earliest is None:
        return None
    marks = select(MenuDay.day, MenuDay.built_at).where(MenuDay.flow_version == "")
    built = {row.day: row.built_at for row in session.execute(marks)}
    day = local_day(earliest)
    while day < local_day(moment):
        settled_at = start_of_day(day + ONE_DAY) + SETTLED_AFTER
        was_built = built.get(day)
        if was_built is None or was_built < settled_at <= moment:
            return day
        day += ONE_DAY
    return None


def _calls(session: Session, day: date) -> Sequence[MenuCall]:
    """The day's calls that met a menu."""
    found = session.execute(
        select(
            Call.key,
            Call.caller_number,
            Call.flow_version,
            Call.flow_ending,
            Call.outcome,
            Call.started_at,
            Call.queued_at,
        ).where(
            *_begun_on(day),
            Call.direction == "in",
            Call.is_test.is_(False),
            Call.flow_version != "",
        )
    )
    return [MenuCall(*row) for row in found]


def _runs(session: Session, day: date) -> Mapping[str, list[Run]]:
    """Call → its runs through flows, in the order they began."""
    steps = session.execute(
        select(
            CallStep.call_key,
            CallStep.script,
            CallStep.at,
            CallStep.flow_version,
            CallStep.flow,
            CallStep.step,
            CallStep.kind,
            CallStep.outcome,
            CallStep.seconds,
            CallStep.mistakes,
        )
        .join(Call, Call.key == CallStep.call_key)
        .where(*_begun_on(day))
        .order_by(CallStep.call_key, CallStep.script, CallStep.seq)
    )
    begun: dict[str, list[tuple[datetime, Run]]] = defaultdict(list)
    for (key, _script), rows in groupby(steps, lambda row: (row.call_key, row.script)):
        run = list(rows)
        passed = [
            StepPassed(
                row.flow_version,
                row.flow,
                row.step,
                row.kind,
                row.outcome,
                row.seconds,
                row.mistakes,
            )
            for row in run
        ]
        begun[key].append((run[0].at, passed))
    return {
        key: [run for _, run in sorted(runs, key=lambda one: one[0])] for key, runs in begun.items()
    }


def _begun_on(day: date) -> tuple[Any, Any]:
    return Call.started_at >= start_of_day(day), Call.started_at < start_of_day(day + ONE_DAY)


def _came_back(session: Session, answered: Sequence[MenuCall]) -> list[str]:
    """The versions of the calls whose caller called again within 24 hours, once for each call."""
    known = [call for call in answered if call.caller_number]
    if not known:
        return []
    numbers = sorted({call.caller_number for call in known})
    since = min(call.started_at for call in known)
    until = max(call.started_at for call in known) + CAME_BACK_WITHIN
    later: dict[str, list[datetime]] = defaultdict(list)
    for start in range(0, len(numbers), ASKED_AT_ONCE):
        asked = select(Call.caller_number, Call.started_at).where(
            Call.caller_number.in_(numbers[start : start + ASKED_AT_ONCE]),
            Call.direction == "in",
            Call.started_at > since,
            Call.started_at <= until,
        )
        for number, started_at in session.execute(asked):
            later[number].append(started_at)
    return [
        call.flow_version
        for call in known
        if any(
            call.started_at < again <= call.started_at + CAME_BACK_WITHIN
            for again in later[call.caller_number]
        )
    ]


def _write(
    session: Session,
    day: date,
    moment: datetime,
    passages: Passages,
    served: Mapping[str, Served],
) -> None:
    session.execute(delete(MenuPassage).where(MenuPassage.day == day))
    session.execute(delete(MenuDay).where(MenuDay.day == day))
    ways = [{"day": day, **asdict(way), **asdict(total)} for way, total in passages.sums.items()]
    if ways:
        session.execute(insert(MenuPassage), ways)
    whole = {"": Served(), **served}
    session.execute(
        insert(MenuDay),
        [
            {"day": day, "flow_version": version, "built_at": moment, **asdict(one)}
            for version, one in whole.items()
        ],
    )
