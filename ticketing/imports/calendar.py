"""The yearly holiday notice of the State Council, and the alarm while next year's is missing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final

from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.imports.importer import Problem
from ticketing.imports.tables import Column, Row
from ticketing.orders.supervision import due_under
from ticketing.rules.calendar import CalendarException, CalendarVersion, DayKind, local_day
from ticketing.rules.texts import clean

ALARM_MONTH: Final = 11
URGENT_MONTH: Final = 12
SHOWN: Final = 200
"""Moved due times that a preview lists; all are counted."""
KINDS: Final = {
    "holiday": DayKind.HOLIDAY,
    "放假": DayKind.HOLIDAY,
    "makeup_workday": DayKind.MAKEUP_WORKDAY,
    "调休上班": DayKind.MAKEUP_WORKDAY,
    "local_holiday": DayKind.LOCAL_HOLIDAY,
    "地方放假": DayKind.LOCAL_HOLIDAY,
}


class CalendarAlarm(StrEnum):
    """Next year's notice is missing."""

    NONE = ""
    MISSING = "missing"
    URGENT = "urgent"


def calendar_alarm(session: Session, moment: datetime) -> CalendarAlarm:
    """Missing from 1 November on, urgent from 1 December: limits already run into next year."""
    today = local_day(moment)
    if today.year + 1 in catalogues.calendar(session, today).years:
        return CalendarAlarm.NONE
    if today.month >= URGENT_MONTH:
        return CalendarAlarm.URGENT
    return CalendarAlarm.MISSING if today.month >= ALARM_MONTH else CalendarAlarm.NONE


class CalendarImport:
    """Rows of one year's notice; they replace all that was known of that year."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("day", "日期", required=True, example="2027-01-01"),
        Column("kind", "类别", required=True, example="放假"),
        Column("name", "名称", example="元旦"),
    )
    at_once: ClassVar[bool] = True

    def __init__(self, session: Session, year: int, notice: str) -> None:
        self._year = year
        self._notice = clean(notice)
        self._known = catalogues.whole_calendar(session)
        self._days: dict[date, CalendarException] = {}

    def problems(self, row: Row) -> list[Problem]:
        try:
            day = date.fromisoformat(row.get("day").replace("/", "-"))
        except ValueError:
            return [("day", f"日期“{row.get('day')}”应写作 2027-02-06")]
        kind = KINDS.get(row.get("kind"))
        found = [
            problem
            for problem in (self._of_the_day(day, kind), _of_the_kind(kind), _of_the_name(row))
            if problem
        ]
        if kind is not None and not found:
            self._days[day] = CalendarException(day, kind, row.get("name"), self._notice)
        return found

    def _of_the_day(self, day: date, kind: DayKind | None) -> Problem | None:
        if day.year != self._year:
            return "day", f"{day} 不在{self._year}年"
        if day in self._days:
            return "day", f"{day} 重复出现"
        if kind is DayKind.MAKEUP_WORKDAY and day.weekday() < 5:
            return "day", f"{day} 本来就是工作日，不需要调休上班"
        return None

    def summary(self, session: Session, _moment: datetime) -> dict[str, Any]:
        """What the year would be, to be compared with the paper, and which due times would move."""
        whole = CalendarVersion("preview", frozenset({self._year}), self._days)
        moved = due_under(session, self._newer("preview"))
        return {
            "year": self._year,
            "working_days": whole.working_days_between(
                date(self._year - 1, 12, 31), date(self._year, 12, 31)
            ),
            "holidays": [day.isoformat() for day in self._sorted(working=False)],
            "makeup_workdays": [day.isoformat() for day in self._sorted(working=True)],
            "replaces": self._year in self._known.years,
            "moved": len(moved),
            "moved_orders": [
                {
                    "order_no": one.order_no,
                    "before": one.before.isoformat(),
                    "after": one.after.isoformat(),
                }
                for one in moved[:SHOWN]
            ],
        }

    def write(self, session: Session, moment: datetime, by: Actor, rows: Sequence[Row]) -> int:
        """A new version; running clocks follow (`supervision.recompute_due`)."""
        version = f"{self._year}.{moment:%Y%m%d%H%M%S}"
        newer = self._newer(version)
        catalogues.release_calendar(session, moment, by.login, newer, self._notice)
        return len(rows)

    def _newer(self, version: str) -> CalendarVersion:
        kept = {day: one for day, one in self._known.exceptions.items() if day.year != self._year}
        return replace(
            self._known,
            version=version,
            years=self._known.years | {self._year},
            exceptions=kept | self._days,
        )

    def _sorted(self, *, working: bool) -> list[date]:
        return sorted(day for day, one in self._days.items() if one.kind.is_working is working)


def _of_the_kind(kind: DayKind | None) -> Problem | None:
    return None if kind else ("kind", "类别应为放假、调休上班或地方放假")


def _of_the_name(row: Row) -> Problem | None:
    return ("name", "名称最多64个字符") if len(row.get("name")) > 64 else None
