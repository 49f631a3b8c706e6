"""The clocks of the regulation, with the examples of the catalogue."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing import data
from ticketing.clock import SHANGHAI
from ticketing.rules.calendar import CalendarVersion, last_day_of
from ticketing.rules.classification import Kind
from ticketing.rules.deadlines import (
    STATUTORY,
    Clock,
    Clocks,
    ExtensionError,
    LegalOverride,
    LocalLimit,
    LocalLimitError,
    Postponement,
    Unit,
    limits,
    years_later,
)

CALENDAR = data.calendar()
CLOCKS = Clocks(CALENDAR, limits())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("reading", "accepted", "due"),
    [
        ("a", "2026-11-27 16:00", "2026-11-30 16:00"),
        ("a", "2026-11-28 10:00", "2026-12-01 00:00"),
        ("a", "2026-09-30 17:00", "2026-10-08 17:00"),
        ("a", "2026-02-14 09:00", "2026-02-24 09:00"),
        ("a", "2026-11-27 00:00", "2026-11-28 00:00"),
        ("b", "2026-11-27 16:00", "2026-11-30 16:00"),
        ("b", "2026-11-28 10:00", "2026-11-30 10:00"),
        ("b", "2026-11-27 00:00", "2026-11-28 00:00"),
        ("c", "2026-11-27 16:00", "2026-12-01 00:00"),
        ("c", "2026-11-25 16:00", "2026-11-26 16:00"),
    ],
)
def test_24_hours_with_days_off_postponed_in_each_reading(
    reading: str, accepted: str, due: str
) -> None:
    clocks = replace(CLOCKS, postponement=Postponement(reading))
    assert clocks.due(Clock.FORWARD, at(accepted)).due_at == at(due)


@given(
    st.datetimes(datetime(2006, 1, 1), datetime(2026, 11, 1))  # noqa: DTZ001
)
def test_readings_a_and_b_agree_on_whatever_comes_on_a_working_day(naive: datetime) -> None:
    moment = naive.replace(tzinfo=SHANGHAI)
    if CALENDAR.is_working(moment.date()):
        other = replace(CLOCKS, postponement=Postponement.SAME_TIME_NEXT_WORKING_DAY)
        assert CLOCKS.due(Clock.FORWARD, moment).due_at == other.due(Clock.FORWARD, moment).due_at


@pytest.mark.parametrize(
    ("kind", "due", "article"),
    [
        (Kind.CONSULT, "2026-02-26 00:00", "第二十三条（一）"),
        (Kind.SUGGESTION, "2026-02-28 00:00", "第二十三条（二）"),
        (Kind.COMPLAINT, "2026-03-06 00:00", "第二十三条（三）"),
    ],
)
def test_each_kind_has_its_own_limit_from_the_day_of_receipt(
    kind: Kind, due: str, article: str
) -> None:
    deadline = CLOCKS.handling(kind, at("2026-02-13 09:30"))
    assert deadline.due_at == at(due)
    assert deadline.basis.endswith(article)


def test_a_deadline_explains_itself_day_by_day() -> None:
    texts = [line.text for line in CLOCKS.handling(Kind.CONSULT, at("2026-02-13 09:30")).days]
    assert texts[0] == "2月13日 周五 工作日 起算日，不计入"
    assert texts[1] == "2月14日 周六 调休上班（春节） 第1日"
    assert texts[2] == "2月15日 周日 放假（春节） 不计"
    assert texts[-1] == "2月25日 周三 工作日 第3日"


def test_an_hour_clock_explains_how_many_hours_each_day_gave() -> None:
    texts = [line.text for line in CLOCKS.due(Clock.FORWARD, at("2026-11-27 16:00")).days]
    assert texts == [
        "11月27日 周五 工作日 计8小时0分",
        "11月28日 周六 周末 顺延，不计",
        "11月29日 周日 周末 顺延，不计",
        "11月30日 周一 工作日 计16小时0分",
    ]


def test_the_other_readings_tell_which_day_it_falls_due_not_hours() -> None:
    clocks = replace(CLOCKS, postponement=Postponement.SAME_TIME_NEXT_WORKING_DAY)
    texts = [line.text for line in clocks.due(Clock.FORWARD, at("2026-11-27 16:00")).days]
    assert texts[0].endswith("计时")
    assert texts[-1] == "11月30日 周一 工作日 到期"


def test_a_limit_that_runs_into_a_year_without_notice_is_provisional() -> None:
    late = CLOCKS.handling(Kind.COMPLAINT, at("2026-12-18 09:00"))
    assert late.provisional
    assert "暂定" in late.days[-1].text
    assert not CLOCKS.handling(Kind.COMPLAINT, at("2026-12-17 09:00")).provisional


def test_when_the_notice_comes_the_same_order_is_due_elsewhere() -> None:
    received = at("2026-12-25 09:00")
    before = CLOCKS.handling(Kind.SUGGESTION, received)
    notice = CalendarVersion(
        "2027", CALENDAR.years | {2027}, CALENDAR.exceptions, CALENDAR.statutory
    )
    after = replace(CLOCKS, calendar=notice).handling(Kind.SUGGESTION, received)
    assert before.provisional
    assert not after.provisional
    assert (before.calendar_version, after.calendar_version) == ("2026.2", "2027")
    assert after.due_at != before.due_at


def test_a_safety_matter_is_due_at_once_on_any_day() -> None:
    saturday_night = at("2026-11-28 23:30")
    assert CLOCKS.due(Clock.SAFETY, saturday_night).due_at == saturday_night


def test_another_law_sets_its_own_limit_and_names_its_basis() -> None:
    override = LegalOverride(20, "《道路运输条例》示例条款")
    deadline = CLOCKS.handling(Kind.COMPLAINT, at("2026-03-02 09:00"), override)
    assert deadline.clock is Clock.OTHER_LAW
    assert last_day_of(deadline.due_at) == date(2026, 3, 30)
    assert "《道路运输条例》示例条款" in deadline.basis


def test_another_law_without_a_basis_is_no_law() -> None:
    with pytest.raises(ValueError, match="法律依据"):
        LegalOverride(20, " ")


def test_an_extension_counts_from_the_old_due_day() -> None:
    first = CLOCKS.handling(Kind.COMPLAINT, at("2026-03-02 09:00"))
    longer = CLOCKS.extended(first, 10, at("2026-03-10 09:00"))
    assert last_day_of(first.due_at) == date(2026, 3, 16)
    assert last_day_of(longer.due_at) == date(2026, 3, 30)
    assert longer.basis.endswith("第二十四条")


@pytest.mark.parametrize("days", [0, 11])
def test_an_extension_is_one_to_ten_working_days(days: int) -> None:
    first = CLOCKS.handling(Kind.COMPLAINT, at("2026-03-02 09:00"))
    with pytest.raises(ExtensionError, match="1至10个工作日"):
        CLOCKS.extended(first, days, at("2026-03-10 09:00"))


def test_an_extension_comes_once_and_before_the_limit() -> None:
    first = CLOCKS.handling(Kind.COMPLAINT, at("2026-03-02 09:00"))
    with pytest.raises(ExtensionError, match="已届满"):
        CLOCKS.extended(first, 5, first.due_at + timedelta(minutes=1))
    longer = CLOCKS.extended(first, 5, at("2026-03-10 09:00"))
    with pytest.raises(ExtensionError, match="只能延长一次"):
        CLOCKS.extended(longer, 5, at("2026-03-11 09:00"))


def test_a_province_may_be_stricter_than_the_regulation_but_not_laxer() -> None:
    strict = limits([LocalLimit(Clock.COMPLAINT, 7, "省实施细则")])
    assert strict[Clock.COMPLAINT].amount == 7
    assert "省实施细则" in strict[Clock.COMPLAINT].basis
    with pytest.raises(LocalLimitError, match="不得长于"):
        limits([LocalLimit(Clock.COMPLAINT, 11, "省实施细则")])


def test_recordings_may_be_kept_longer_but_never_shorter_than_a_year() -> None:
    assert limits([LocalLimit(Clock.KEEP_RECORDINGS, 3, "省")])[Clock.KEEP_RECORDINGS].amount == 3
    with pytest.raises(LocalLimitError, match="不得短于"):
        limits([LocalLimit(Clock.KEEP_RECORDINGS, 0, "省")])


def test_reports_are_due_on_the_fifth_and_tenth_working_day() -> None:
    assert last_day_of(CLOCKS.report(Clock.MONTHLY_REPORT, 2026, 1).due_at) == date(2026, 2, 6)
    assert last_day_of(CLOCKS.report(Clock.MONTHLY_REPORT, 2025).due_at) == date(2026, 1, 8)
    assert last_day_of(CLOCKS.report(Clock.ANNUAL_REPORT, 2025).due_at) == date(2026, 1, 15)


def test_a_year_from_29_february_ends_on_1_march() -> None:
    assert years_later(at("2024-02-29 10:00"), 1) == at("2025-03-01 10:00")


def test_every_clock_that_is_a_limit_names_its_article() -> None:
    assert {row.clock for row in STATUTORY} == set(Clock) - {Clock.OTHER_LAW}
    assert all("第" in row.basis for row in STATUTORY if row.clock <= Clock.SAFETY)


def test_a_rate_has_no_due_time() -> None:
    assert CLOCKS.limits[Clock.REACHABLE].unit is Unit.PERCENT
    with pytest.raises(ValueError, match="rate"):
        CLOCKS.due(Clock.REACHABLE, at("2026-03-02 09:00"))
