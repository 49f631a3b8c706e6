"""Which days are working days, and counting in them.

The State Council moves holidays and weekends about every year by a notice, so the calendar is data
with a version. A year whose notice has not been loaded yet is answered by the weekend rule and the
statutory dates, marked provisional: an order is never refused because of it. Days are Shanghai's;
moments are aware datetimes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from ticketing.clock import SHANGHAI

ONE_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

FIXED_STATUTORY_DATES: Mapping[tuple[int, int], str] = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
"""Statutory days with a date of the common calendar (全国年节及纪念日放假办法, as of 2025)."""

WEEKDAYS = "一二三四五六日"


class DayKind(StrEnum):
    """What a day is, in the words of the notice."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"
    LOCAL_HOLIDAY = "local_holiday"

    @property
    def is_working(self) -> bool:
        return self in (DayKind.WORKING, DayKind.MAKEUP_WORKDAY)

    @property
    def zh(self) -> str:
        return _KIND_ZH[self]


_KIND_ZH: Mapping[DayKind, str] = {
    DayKind.WORKING: "工作日",
    DayKind.WEEKEND: "周末",
    DayKind.HOLIDAY: "放假",
    DayKind.MAKEUP_WORKDAY: "调休上班",
    DayKind.LOCAL_HOLIDAY: "地方放假",
}


@dataclass(frozen=True)
class CalendarException:
    """One day that the weekend rule alone would answer otherwise."""

    day: date
    kind: DayKind
    name: str = ""
    source_notice: str = ""


@dataclass(frozen=True)
class Day:
    """A day as the calendar sees it; `provisional` while the year's notice is missing."""

    day: date
    kind: DayKind
    name: str
    provisional: bool

    @property
    def is_working(self) -> bool:
        return self.kind.is_working

    @property
    def zh(self) -> str:
        """For example `2月14日 周六 调休上班（春节）`."""
        name = f"（{self.name}）" if self.name else ""
        weekday = WEEKDAYS[self.day.weekday()]
        return f"{self.day.month}月{self.day.day}日 周{weekday} {self.kind.zh}{name}"


@dataclass(frozen=True)
class CalendarVersion:
    """The calendar as known at one time.

    `years` are those whose notice is loaded. `statutory` holds dates by law for the years without
    (the lunar ones, which need a table); local days of a province or city come as exceptions.
    """

    version: str
    years: frozenset[int]
    exceptions: Mapping[date, CalendarException]
    statutory: Mapping[date, str] = field(default_factory=dict)

    def day(self, day: date) -> Day:
        provisional = day.year not in self.years
        found = self.exceptions.get(day)
        if found is not None:
            return Day(day, found.kind, found.name, provisional)
        if provisional:
            name = self.statutory.get(day) or FIXED_STATUTORY_DATES.get((day.month, day.day))
            if name:
                return Day(day, DayKind.HOLIDAY, name, provisional)
        kind = DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKING
        return Day(day, kind, "", provisional)

    def is_working(self, day: date) -> bool:
        return self.day(day).is_working

    def days_after(self, day: date) -> Iterator[Day]:
        """All days after `day`, working or not, without end."""
        while True:
            day += ONE_DAY
            yield self.day(day)

    def nth_working_day_after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which itself does not count (民法典 第二百零一条)."""
        if n < 1:
            raise ValueError(f"a limit has at least one working day, not {n}")
        for later in self.days_after(day):
            n -= later.is_working
            if n == 0:
                return later.day
        raise AssertionError("days do not end")

    def nth_working_day_of(self, first: date, n: int) -> date:
        """The n-th working day of the stretch that begins with `first` (a month, a year)."""
        return self.nth_working_day_after(first - ONE_DAY, n)

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and with `until`."""
        count = (until - after).days
        return sum(self.is_working(after + ONE_DAY * step) for step in range(1, count + 1))

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether any day of the stretch belongs to a year whose notice is missing."""
        return any(year not in self.years for year in range(first.year, last.year + 1))

    def working_stretches(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of working time from `moment` on, a day (0:00-24:00) at a time."""
        local = moment.astimezone(SHANGHAI)
        if self.is_working(local.date()):
            yield local, end_of_day(local.date())
        for later in self.days_after(local.date()):
            if later.is_working:
                yield start_of_day(later.day), end_of_day(later.day)

    def after_working_time(self, moment: datetime, length: timedelta) -> datetime:
        """The moment when `length` has passed, counting working days only, each worth 24 h."""
        for begin, end in self.working_stretches(moment):
            if length <= end - begin:
                return begin + length
            length -= end - begin
        raise AssertionError("days do not end")

    def working_minutes(self, begin: datetime, end: datetime) -> int:
        """Whole minutes between two moments that lie on working days, each worth 24 h."""
        passed = timedelta()
        if end > begin:
            for opens, closes in self.working_stretches(begin):
                if opens >= end:
                    break
                passed += min(closes, end) - opens
        return passed // MINUTE


def local_day(moment: datetime) -> date:
    """The Shanghai day of a moment."""
    return moment.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def end_of_day(day: date) -> datetime:
    """24:00 of a day, that is 0:00 of the next."""
    return start_of_day(day + ONE_DAY)


def last_day_of(due_at: datetime) -> date:
    """The day a due moment belongs to: 24:00 is the end of a day, not the start of the next."""
    return local_day(due_at - timedelta(microseconds=1))
