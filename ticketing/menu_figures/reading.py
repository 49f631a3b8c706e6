"""What managers and the menu's editors see: steps, ways and versions of a stretch of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.errors import Finding, InvalidInput
from ticketing.menu_figures.passages import Served
from ticketing.records.menu_figures import MenuDay, MenuPassage

LONGEST_DAYS = 366


@dataclass(frozen=True)
class WayFigure:
    """How often one step led to one place."""

    flow: str
    step: str
    kind: str
    outcome: str
    to_flow: str
    to_step: str
    times: int
    seconds: float
    """All passages together."""
    mistakes: int


@dataclass(frozen=True)
class VersionFigure:
    """What one version did for its callers."""

    flow_version: str
    first_day: date
    last_day: date
    served: Served


def ways(session: Session, since: date, until: date, version: str = "") -> Sequence[WayFigure]:
    """Every way callers took on these days, both included; `version` empty: in any."""
    _check(since, until)
    key = (
        MenuPassage.flow,
        MenuPassage.step,
        MenuPassage.kind,
        MenuPassage.outcome,
        MenuPassage.to_flow,
        MenuPassage.to_step,
    )
    query = (
        select(
            *key,
            func.sum(MenuPassage.times),
            func.sum(MenuPassage.seconds),
            func.sum(MenuPassage.mistakes),
        )
        .where(MenuPassage.day >= since, MenuPassage.day <= until)
        .group_by(*key)
        .order_by(func.sum(MenuPassage.times).desc(), *key)
    )
    if version:
        query = query.where(MenuPassage.flow_version == version)
    return [WayFigure(*row) for row in session.execute(query)]


def versions(session: Session, since: date, until: date) -> Sequence[VersionFigure]:
    """Each version that answered calls on these days, the latest first."""
    _check(since, until)
    rows = session.execute(
        select(
            MenuDay.flow_version,
            func.min(MenuDay.day),
            func.max(MenuDay.day),
            func.sum(MenuDay.calls),
            func.sum(MenuDay.to_person),
            func.sum(MenuDay.seconds_to_person),
            func.sum(MenuDay.answered),
            func.sum(MenuDay.came_back),
            func.sum(MenuDay.withheld),
        )
        .where(MenuDay.day >= since, MenuDay.day <= until, MenuDay.flow_version != "")
        .group_by(MenuDay.flow_version)
        .order_by(func.max(MenuDay.day).desc(), func.sum(MenuDay.calls).desc())
    )
    return [VersionFigure(*row[:3], Served(*row[3:])) for row in rows]


def _check(since: date, until: date) -> None:
    if not 0 <= (until - since).days < LONGEST_DAYS:
        raise InvalidInput((Finding("to", f"起止日期应先后有序，最长 {LONGEST_DAYS} 天"),))
