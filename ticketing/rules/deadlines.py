"""The clocks D1-D19 of the hotline: what starts them, how long they run, on which article.

Every figure of the law stands here as one row of data; a province may set shorter limits (管理办法
第三十九条), never longer ones, while another law may set any limit with its basis named (第二十三条
末款). A deadline explains itself day by day, so that a unit and a caller can check it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from ticketing.clock import SHANGHAI
from ticketing.rules.calendar import (
    MINUTE,
    ONE_DAY,
    CalendarVersion,
    Day,
    end_of_day,
    last_day_of,
    local_day,
)
from ticketing.rules.classification import Kind

REGULATION = "《12328交通运输服务监督热线管理办法》"


class Clock(StrEnum):
    """The clocks, named as in the catalogue of requirements."""

    FORWARD = "D1"
    ESCALATE = "D2"
    UNIT_RETURN = "D3"
    CONSULT = "D4"
    SUGGESTION = "D5"
    COMPLAINT = "D6"
    OTHER_LAW = "D7"
    EXTENSION = "D8"
    PROVINCE_REVIEW = "D9"
    REVISIT = "D10"
    MONTHLY_REPORT = "D11"
    ANNUAL_REPORT = "D12"
    SAFETY = "D13"
    KEEP_RECORDINGS = "D14"
    KEEP_ORDERS = "D15"
    ANSWER_CALL = "D16"
    CLOSED_WITHIN = "D17"
    REACHABLE = "D18"
    OTHER_MEDIA = "D19"


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAYS = "working_days"
    HOURS_POSTPONED = "hours_postponed"
    HOURS = "hours"
    YEARS = "years"
    SECONDS = "seconds"
    MINUTES = "minutes"
    PERCENT = "percent"
    AT_ONCE = "at_once"


class Postponement(StrEnum):
    """How `24小时内（非工作日顺延）` is read; the text allows three readings."""

    WORKING_DAYS_ONLY = "a"
    """The clock runs on working days only, each worth 24 hours."""
    SAME_TIME_NEXT_WORKING_DAY = "b"
    """24 hours on; if that is no working day, the same time of the next one."""
    END_OF_NEXT_WORKING_DAY = "c"
    """24 hours on; if that is no working day, the end of the next one."""


class Bound(StrEnum):
    """Which way a local rule may move a limit."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    MEASURED = "measured"


@dataclass(frozen=True)
class Limit:
    """One row of the table of clocks."""

    clock: Clock
    zh: str
    amount: int
    unit: Unit
    basis: str
    bound: Bound = Bound.AT_MOST


STATUTORY: tuple[Limit, ...] = (
    Limit(Clock.FORWARD, "转办", 24, Unit.HOURS_POSTPONED, f"{REGULATION}第十七条"),
    Limit(Clock.ESCALATE, "报请上级协调转办", 24, Unit.HOURS_POSTPONED, f"{REGULATION}第十八条"),
    Limit(Clock.UNIT_RETURN, "承办单位退回", 24, Unit.HOURS_POSTPONED, f"{REGULATION}第二十二条"),
    Limit(Clock.CONSULT, "信息咨询办理", 3, Unit.WORKING_DAYS, f"{REGULATION}第二十三条（一）"),
    Limit(Clock.SUGGESTION, "意见建议办理", 5, Unit.WORKING_DAYS, f"{REGULATION}第二十三条（二）"),
    Limit(Clock.COMPLAINT, "投诉举报办理", 10, Unit.WORKING_DAYS, f"{REGULATION}第二十三条（三）"),
    Limit(Clock.EXTENSION, "延长办理期限", 10, Unit.WORKING_DAYS, f"{REGULATION}第二十四条"),
    Limit(Clock.PROVINCE_REVIEW, "省级复核", 5, Unit.WORKING_DAYS, f"{REGULATION}第二十五条"),
    Limit(Clock.REVISIT, "回访", 5, Unit.WORKING_DAYS, f"{REGULATION}第二十九条"),
    Limit(Clock.MONTHLY_REPORT, "月度报告", 5, Unit.WORKING_DAYS, f"{REGULATION}第三十二条（一）"),
    Limit(Clock.ANNUAL_REPORT, "年度报告", 10, Unit.WORKING_DAYS, f"{REGULATION}第三十二条（二）"),
    Limit(Clock.SAFETY, "安全生产立即转办", 0, Unit.AT_ONCE, f"{REGULATION}第二十一条"),
    Limit(
        Clock.KEEP_RECORDINGS, "录音存档", 1, Unit.YEARS, f"{REGULATION}第三十条", Bound.AT_LEAST
    ),
    Limit(Clock.KEEP_ORDERS, "工单存档", 5, Unit.YEARS, f"{REGULATION}第三十条", Bound.AT_LEAST),
    Limit(Clock.ANSWER_CALL, "人工接听", 15, Unit.SECONDS, "GB/T 33358-2016", Bound.MEASURED),
    Limit(Clock.CLOSED_WITHIN, "24小时办结", 24, Unit.HOURS, "辽宁省月度监测", Bound.MEASURED),
    Limit(Clock.REACHABLE, "接通率", 95, Unit.PERCENT, "GB/T 33358-2016", Bound.MEASURED),
    Limit(Clock.OTHER_MEDIA, "短信等媒体答复", 3, Unit.MINUTES, "GB/T 33358-2016", Bound.MEASURED),
)

HANDLING: Mapping[Kind, Clock] = {
    Kind.CONSULT: Clock.CONSULT,
    Kind.SUGGESTION: Clock.SUGGESTION,
    Kind.COMPLAINT: Clock.COMPLAINT,
}


class LocalLimitError(ValueError):
    """A local rule tried to loosen what the regulation sets."""

    def __init__(self, statutory: Limit, amount: int) -> None:
        self.statutory = statutory
        self.amount = amount
        way = "长于" if statutory.bound is Bound.AT_MOST else "短于"
        super().__init__(f"{statutory.zh}的地方期限不得{way}{statutory.basis}的规定")


class ExtensionError(ValueError):
    """An extension the regulation does not allow, with the reason in Chinese."""


@dataclass(frozen=True)
class LocalLimit:
    """A province's or city's own figure for a clock (管理办法 第三十九条)."""

    clock: Clock
    amount: int
    basis: str


@dataclass(frozen=True)
class LegalOverride:
    """A limit another law or rule sets for one order (第二十三条末款), with its basis."""

    working_days: int
    basis: str

    def __post_init__(self) -> None:
        if self.working_days < 1 or not self.basis.strip():
            raise ValueError("另有规定的办理期限须写明天数和法律依据")


@dataclass(frozen=True)
class ExplainedDay:
    """One line of a deadline's explanation. `counted_as` is the day's number, None: not counted."""

    day: date
    kind: str
    counted_as: int | None
    text: str


@dataclass(frozen=True)
class Deadline:
    """When something is due and why; keep the first one beside an extended one."""

    clock: Clock
    started_at: datetime
    due_at: datetime
    amount: int
    unit: Unit
    basis: str
    provisional: bool
    calendar_version: str
    days: tuple[ExplainedDay, ...] = ()

    def is_overdue(self, moment: datetime) -> bool:
        """Past the due moment; exactly at it is still in time."""
        return moment > self.due_at


@dataclass(frozen=True)
class Clocks:
    """The clocks of one place at one time: its calendar, its limits, its reading of 顺延."""

    calendar: CalendarVersion
    limits: Mapping[Clock, Limit]
    postponement: Postponement = Postponement.WORKING_DAYS_ONLY

    def handling(
        self, kind: Kind, received_at: datetime, override: LegalOverride | None = None
    ) -> Deadline:
        """D4-D7: from the day the unit received the forwarded order, not from its signing."""
        if override is not None:
            limit = Limit(
                Clock.OTHER_LAW,
                "另有规定的办理期限",
                override.working_days,
                Unit.WORKING_DAYS,
                f"{REGULATION}第二十三条末款；{override.basis}",
            )
            return self._working_days(limit, received_at)
        return self.due(HANDLING[kind], received_at)

    def due(self, clock: Clock, started_at: datetime) -> Deadline:
        """The deadline of a clock that starts with a moment (D1-D6, D9, D10, D13-D15)."""
        limit = self.limits[clock]
        shape: Mapping[Unit, Callable[[Limit, datetime], Deadline]] = {
            Unit.WORKING_DAYS: self._working_days,
            Unit.HOURS_POSTPONED: self._postponed_hours,
            Unit.AT_ONCE: self._plain,
            Unit.SECONDS: self._plain,
            Unit.MINUTES: self._plain,
            Unit.HOURS: self._plain,
            Unit.YEARS: self._plain,
        }
        if limit.unit not in shape:
            raise ValueError(f"{clock} is a rate, nothing falls due by it")
        return shape[limit.unit](limit, started_at)

    def extended(self, current: Deadline, working_days: int, asked_at: datetime) -> Deadline:
        """D8: n more working days from the old due day; asked before expiry, at most ten."""
        most = self.limits[Clock.EXTENSION].amount
        if current.clock is Clock.EXTENSION:
            raise ExtensionError("办理期限只能延长一次")
        if current.is_overdue(asked_at):
            raise ExtensionError("办理期限已届满，不能再申请延期")
        if not 1 <= working_days <= most:
            raise ExtensionError(f"延长时间须为1至{most}个工作日")
        return self.lengthened(current, working_days)

    def lengthened(self, current: Deadline, working_days: int) -> Deadline:
        """The deadline with an extension that was granted; nothing is asked again."""
        limit = replace(self.limits[Clock.EXTENSION], amount=working_days)
        deadline = self._count_days(limit, last_day_of(current.due_at))
        return replace(deadline, started_at=current.started_at)

    def report(self, clock: Clock, year: int, month: int = 12) -> Deadline:
        """D11, D12: the n-th working day after the reported month or year."""
        limit = self.limits[clock]
        after = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
        return self._count_days(limit, after - ONE_DAY)

    def _working_days(self, limit: Limit, started_at: datetime) -> Deadline:
        return replace(self._count_days(limit, local_day(started_at)), started_at=started_at)

    def _count_days(self, limit: Limit, start: date) -> Deadline:
        days = [_not_counted(self.calendar.day(start), "起算日，不计入")]
        counted = 0
        for later in self.calendar.days_after(start):
            counted += later.is_working
            days.append(_counted(later, counted) if later.is_working else _not_counted(later))
            if counted == limit.amount:
                break
        due_at = end_of_day(days[-1].day)
        return self._deadline(limit, end_of_day(start) - ONE_DAY, due_at, days)

    def _postponed_hours(self, limit: Limit, started_at: datetime) -> Deadline:
        length = timedelta(hours=limit.amount)
        due_at = self._postponed(started_at, length)
        days = []
        day = local_day(started_at)
        while day <= last_day_of(due_at):
            days.append(self._hours_of(self.calendar.day(day), started_at, due_at))
            day += ONE_DAY
        return self._deadline(limit, started_at, due_at, days)

    def _postponed(self, started_at: datetime, length: timedelta) -> datetime:
        if self.postponement is Postponement.WORKING_DAYS_ONLY:
            return self.calendar.after_working_time(started_at, length)
        plain = started_at.astimezone(SHANGHAI) + length
        last = last_day_of(plain)
        if self.calendar.is_working(last):
            return plain
        next_working = self.calendar.nth_working_day_after(last, 1)
        if self.postponement is Postponement.END_OF_NEXT_WORKING_DAY:
            return end_of_day(next_working)
        return plain + (next_working - last)

    def _hours_of(self, day: Day, started_at: datetime, due_at: datetime) -> ExplainedDay:
        if not day.is_working:
            return _not_counted(day, "顺延，不计")
        if self.postponement is not Postponement.WORKING_DAYS_ONLY:
            is_last = day.day == last_day_of(due_at)
            return _not_counted(day, "到期" if is_last else "计时")
        begin = max(started_at, end_of_day(day.day) - ONE_DAY)
        minutes = int((min(due_at, end_of_day(day.day)) - begin) / MINUTE)
        text = f"{day.zh} 计{minutes // 60}小时{minutes % 60}分"
        return ExplainedDay(day.day, day.kind, minutes, _provisional(day, text))

    def _plain(self, limit: Limit, started_at: datetime) -> Deadline:
        local = started_at.astimezone(SHANGHAI)
        if limit.unit is Unit.YEARS:
            due_at = years_later(local, limit.amount)
        else:
            due_at = local + timedelta(**{_TIMEDELTA[limit.unit]: limit.amount})
        return self._deadline(limit, started_at, due_at, [])

    def _deadline(
        self, limit: Limit, started_at: datetime, due_at: datetime, days: list[ExplainedDay]
    ) -> Deadline:
        counts_days = limit.unit in (Unit.WORKING_DAYS, Unit.HOURS_POSTPONED)
        return Deadline(
            clock=limit.clock,
            started_at=started_at,
            due_at=due_at,
            amount=limit.amount,
            unit=limit.unit,
            basis=limit.basis,
            provisional=counts_days
            and self.calendar.is_provisional(local_day(started_at), last_day_of(due_at)),
            calendar_version=self.calendar.version,
            days=tuple(days),
        )


_TIMEDELTA: Mapping[Unit, str] = {
    Unit.AT_ONCE: "hours",
    Unit.HOURS: "hours",
    Unit.MINUTES: "minutes",
    Unit.SECONDS: "seconds",
}


def limits(local: Iterable[LocalLimit] = ()) -> dict[Clock, Limit]:
    """The regulation's limits, tightened by the place's own; loosening one is refused."""
    table = {limit.clock: limit for limit in STATUTORY}
    for own in local:
        law = table[own.clock]
        looser = {
            Bound.AT_MOST: own.amount > law.amount,
            Bound.AT_LEAST: own.amount < law.amount,
            Bound.MEASURED: False,
        }
        if own.amount < 0 or looser[law.bound]:
            raise LocalLimitError(law, own.amount)
        table[own.clock] = replace(law, amount=own.amount, basis=f"{own.basis}；{law.basis}")
    return table


def years_later(moment: datetime, years: int) -> datetime:
    """The same day and time years on; 29 February becomes 1 March, never a day too early."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)


def _counted(day: Day, number: int) -> ExplainedDay:
    return ExplainedDay(day.day, day.kind, number, _provisional(day, f"{day.zh} 第{number}日"))


def _not_counted(day: Day, why: str = "不计") -> ExplainedDay:
    return ExplainedDay(day.day, day.kind, None, _provisional(day, f"{day.zh} {why}"))


def _provisional(day: Day, text: str) -> str:
    return f"{text}（该年放假安排尚未公布，暂定）" if day.provisional else text
