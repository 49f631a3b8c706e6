"""The working-day calendar against two independent packages and the examples worked by hand."""

from datetime import date, datetime, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing import data
from ticketing.clock import SHANGHAI
from ticketing.rules.calendar import (
    CalendarException,
    CalendarVersion,
    DayKind,
    end_of_day,
)

CALENDAR = data.calendar()
WITHOUT_NOTICES = CalendarVersion("none", frozenset(), {}, data.statutory_days())
known_days = st.dates(date(2006, 1, 1), date(2026, 12, 31))
moments = st.datetimes(datetime(2006, 1, 1), datetime(2026, 11, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=SHANGHAI)
)


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def test_every_day_from_2006_to_2026_is_what_chinesecalendar_says() -> None:
    days = every_day(date(2006, 1, 1), date(2026, 12, 31))
    assert [d for d in days if CALENDAR.is_working(d) != chinese_calendar.is_workday(d)] == []


def test_every_day_from_2006_to_2026_is_what_holidays_says() -> None:
    china = holidays.country_holidays("CN", years=range(2006, 2027))
    days = every_day(date(2006, 1, 1), date(2026, 12, 31))
    assert [d for d in days if CALENDAR.is_working(d) != china.is_working_day(d)] == []


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_the_notice_gives(year: int, count: int) -> None:
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


@pytest.mark.parametrize(
    ("received", "third", "fifth", "tenth"),
    [
        (date(2026, 2, 13), date(2026, 2, 25), date(2026, 2, 27), date(2026, 3, 5)),
        (date(2026, 9, 30), date(2026, 10, 10), date(2026, 10, 13), date(2026, 10, 20)),
        (date(2026, 4, 30), date(2026, 5, 8), date(2026, 5, 11), date(2026, 5, 18)),
        (date(2025, 9, 30), date(2025, 10, 11), date(2025, 10, 14), date(2025, 10, 21)),
    ],
)
def test_limits_run_around_holidays_and_over_makeup_saturdays(
    received: date, third: date, fifth: date, tenth: date
) -> None:
    found = [CALENDAR.nth_working_day_after(received, n) for n in (3, 5, 10)]
    assert found == [third, fifth, tenth]


def test_what_comes_on_a_day_off_counts_from_the_first_working_day_after() -> None:
    assert CALENDAR.nth_working_day_after(date(2026, 2, 16), 1) == date(2026, 2, 24)


def test_the_fifth_working_day_of_every_month_of_2026_is_the_published_one() -> None:
    found = [CALENDAR.nth_working_day_of(date(2026, month, 1), 5) for month in range(1, 13)]
    days = ["01-08", "02-06", "03-06", "04-08", "05-11", "06-05"]
    days += ["07-07", "08-07", "09-07", "10-13", "11-06", "12-07"]
    assert [f"{day:%m-%d}" for day in found] == days


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_annual_report_falls_on_the_fifteenth_of_january(year: int) -> None:
    assert CALENDAR.nth_working_day_of(date(year, 1, 1), 10) == date(year, 1, 15)


def test_a_year_without_notice_is_answered_but_marked_provisional() -> None:
    day = CALENDAR.day(date(2027, 2, 8))
    assert (day.kind, day.name, day.provisional) == (DayKind.HOLIDAY, "春节", True)
    assert CALENDAR.day(date(2027, 2, 15)).kind is DayKind.WORKING
    assert CALENDAR.is_provisional(date(2026, 12, 20), date(2027, 1, 4))
    assert not CALENDAR.is_provisional(date(2026, 12, 1), date(2026, 12, 31))


def test_even_a_year_beyond_every_table_gets_an_answer() -> None:
    assert CALENDAR.day(date(2099, 10, 1)).kind is DayKind.HOLIDAY
    assert CALENDAR.nth_working_day_after(date(2099, 9, 30), 1) == date(2099, 10, 5)


def test_a_province_can_have_days_of_its_own() -> None:
    festival = CalendarException(date(2026, 8, 3), DayKind.LOCAL_HOLIDAY, "民族节日", "省通知")
    local = CalendarVersion(
        "local", CALENDAR.years, {**CALENDAR.exceptions, festival.day: festival}
    )
    assert not local.is_working(festival.day)
    assert local.nth_working_day_after(date(2026, 7, 31), 1) == date(2026, 8, 4)


def test_a_day_reads_as_a_person_would_write_it() -> None:
    assert CALENDAR.day(date(2026, 2, 14)).zh == "2月14日 周六 调休上班（春节）"


@given(known_days, st.integers(1, 40))
def test_the_nth_working_day_is_working_and_has_n_working_days_up_to_it(day: date, n: int) -> None:
    found = CALENDAR.nth_working_day_after(day, n)
    assert CALENDAR.is_working(found)
    assert CALENDAR.working_days_between(day, found) == n


@given(st.dates(date(2027, 1, 1), date(2050, 1, 1)), st.integers(1, 40))
def test_no_order_is_ever_refused_because_of_the_calendar(day: date, n: int) -> None:
    assert WITHOUT_NOTICES.nth_working_day_after(day, n) > day


@given(moments, st.integers(0, 10 * 24 * 60))
def test_working_time_added_is_the_working_time_measured(moment: datetime, minutes: int) -> None:
    later = CALENDAR.after_working_time(moment, timedelta(minutes=minutes))
    assert CALENDAR.working_minutes(moment, later) == minutes


@given(moments, moments, moments)
def test_working_minutes_add_up(one: datetime, two: datetime, three: datetime) -> None:
    a, b, c = (m.replace(second=0, microsecond=0) for m in sorted((one, two, three)))
    parts = CALENDAR.working_minutes(a, b) + CALENDAR.working_minutes(b, c)
    assert parts == CALENDAR.working_minutes(a, c)


def test_no_time_passes_backwards() -> None:
    late = end_of_day(date(2026, 3, 3))
    assert CALENDAR.working_minutes(late, late - timedelta(hours=5)) == 0
