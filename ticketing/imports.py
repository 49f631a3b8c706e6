"""Loads tables a person made (CSV): the yearly holiday notice, handling units, routes.

Every faulty row is told with its line and what is wrong; then the rest is loaded or nothing, as
asked.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput
from ticketing.records.catalogues import CalendarRelease, HandlingUnit, RoutingRoute
from ticketing.rules.calendar import CalendarException, CalendarVersion, DayKind, local_day
from ticketing.rules.classification import Classification, Kind, Taxonomy
from ticketing.rules.permissions import Right
from ticketing.rules.roads import Road, Roads
from ticketing.rules.roads import problems as road_problems
from ticketing.rules.routing import UnitType
from ticketing.rules.texts import clean

ALARM_MONTH: Final = 11
URGENT_MONTH: Final = 12
KINDS: Final = {
    "holiday": DayKind.HOLIDAY,
    "放假": DayKind.HOLIDAY,
    "makeup_workday": DayKind.MAKEUP_WORKDAY,
    "调休上班": DayKind.MAKEUP_WORKDAY,
    "local_holiday": DayKind.LOCAL_HOLIDAY,
    "地方放假": DayKind.LOCAL_HOLIDAY,
}

_UNIT_TYPES: Final = {word: one for one in UnitType for word in (one.value, one.zh)}

Row = Mapping[str, str]


@dataclass(frozen=True)
class Imported:
    """How many rows went in and what was wrong with the others."""

    loaded: int
    findings: tuple[Finding, ...]


# --- the calendar ---


@dataclass(frozen=True)
class NoticePreview:
    """What a notice would make of its year, to be compared with the paper before it is loaded."""

    year: int
    working_days: int
    holidays: tuple[date, ...]
    makeup_workdays: tuple[date, ...]
    findings: tuple[Finding, ...]


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


def preview_notice(text: str, year: int) -> NoticePreview:
    """Reads `day,kind,name` rows (放假 / 调休上班) of one year's notice."""
    days, findings = _notice(text, year)
    whole = CalendarVersion("preview", frozenset({year}), days)
    return NoticePreview(
        year=year,
        working_days=whole.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)),
        holidays=tuple(sorted(d for d, one in days.items() if not one.kind.is_working)),
        makeup_workdays=tuple(sorted(d for d, one in days.items() if one.kind.is_working)),
        findings=findings,
    )


def import_notice(
    session: Session, moment: datetime, actor: Actor, text: str, year: int, notice: str
) -> CalendarRelease:
    """A new calendar version with this year's notice; then call `supervision.recompute_due`."""
    actor.require(Right.EDIT_CATALOGUES, "导入放假安排")
    days, findings = _notice(text, year)
    if findings or not days:
        raise InvalidInput(findings or (Finding("", "文件中没有任何日期"),))
    known = catalogues.whole_calendar(session)
    kept = {day: one for day, one in known.exceptions.items() if day.year != year}
    named = {day: replace(one, source_notice=clean(notice)) for day, one in days.items()}
    version = f"{year}.{moment:%Y%m%d%H%M%S}"
    newer = CalendarVersion(version, known.years | {year}, kept | named)
    return catalogues.release_calendar(session, moment, actor.login, newer, clean(notice))


def _notice(text: str, year: int) -> tuple[dict[date, CalendarException], tuple[Finding, ...]]:
    days: dict[date, CalendarException] = {}
    findings = []
    for line, row in _rows(text):
        try:
            day = date.fromisoformat(row.get("day", ""))
        except ValueError:
            findings.append(_at(line, "day", f"日期“{row.get('day', '')}”应写作 2027-02-06"))
            continue
        kind = KINDS.get(row.get("kind", ""))
        problem = _notice_problem(day, kind, year, days)
        if kind is None or problem:
            where, told = ("day", problem) if problem else ("kind", "类别应为放假或调休上班")
            findings.append(_at(line, where, told))
            continue
        days[day] = CalendarException(day, kind, row.get("name", ""))
    return days, tuple(findings)


def _notice_problem(
    day: date, kind: DayKind | None, year: int, known: Mapping[date, CalendarException]
) -> str:
    if day.year != year:
        return f"{day} 不在{year}年"
    if day in known:
        return f"{day} 重复出现"
    if kind is DayKind.MAKEUP_WORKDAY and day.weekday() < 5:
        return f"{day} 本来就是工作日，不需要调休上班"
    return ""


# --- roads ---


def import_roads(session: Session, moment: datetime, actor: Actor, text: str) -> Roads:
    """Rows `number,name` as the next version of the catalogue; area codes stay as they are."""
    actor.require(Right.EDIT_CATALOGUES, "导入道路目录")
    known = catalogues.roads(session)
    lined = [
        (line, Road(clean(row.get("number", "")).upper(), clean(row.get("name", ""))))
        for line, row in _rows(text)
    ]
    roads = tuple(road for _, road in lined)
    findings = tuple(_at(lined[row][0], field, told) for row, field, told in road_problems(roads))
    if findings or not roads:
        raise InvalidInput(findings or (Finding("csv", "文件中没有任何道路"),))
    version = f"{moment:%Y%m%d%H%M%S}"
    newer = Roads(version, roads, known.area_codes)
    catalogues.publish(
        session, moment, actor.login, "roads", version, catalogues.roads_document(newer)
    )
    return newer


# --- units and routes ---


def import_units(
    session: Session, moment: datetime, actor: Actor, text: str, *, all_or_nothing: bool
) -> Imported:
    """Rows `code,name,type,parent_code,region_code,duty_person,duty_phone`; known codes change."""
    actor.require(Right.EDIT_CATALOGUES, "导入承办单位")
    known = {one.code: one for one in session.scalars(select(HandlingUnit))}

    def load(row: Row) -> list[tuple[str, str]]:
        problems = _unit_problems(row, known)
        if not problems:
            unit = known.get(row["code"]) or HandlingUnit(code=row["code"], created_at=moment)
            parent = known.get(row.get("parent_code", ""))
            unit.name, unit.type = row["name"], _UNIT_TYPES[row["type"]]
            unit.parent_id = parent.id if parent else None
            unit.region_code = row.get("region_code", "")
            unit.duty_person = row.get("duty_person", "")
            unit.duty_phone = row.get("duty_phone", "")
            session.add(unit)
            session.flush()
            known[unit.code] = unit
        return problems

    return _load(session, text, load, all_or_nothing=all_or_nothing)


def import_routes(
    session: Session, moment: datetime, actor: Actor, text: str, *, all_or_nothing: bool
) -> Imported:
    """Rows `domain,topic,sub_item,region_code,caller_group,unit_code,responsible_person,direct`.

    They replace the table in force: older routes are retired, not erased.
    """
    actor.require(Right.EDIT_CATALOGUES, "导入派单规则")
    tree = catalogues.taxonomy(session)
    units = {one.code: one for one in session.scalars(select(HandlingUnit))}
    in_force = session.scalars(select(RoutingRoute).where(RoutingRoute.retired_at.is_(None))).all()

    def load(row: Row) -> list[tuple[str, str]]:
        problems = _route_problems(row, tree, units)
        if not problems:
            session.add(
                RoutingRoute(
                    domain=row.get("domain", ""),
                    topic=tree.canonical(row.get("topic", "")),
                    sub_item=row.get("sub_item", ""),
                    region_code=row.get("region_code", ""),
                    caller_group=row.get("caller_group", ""),
                    unit_id=units[row["unit_code"]].id,
                    responsible_person=row["responsible_person"],
                    direct=row.get("direct", "") in ("1", "是"),
                    created_by=actor.login,
                    created_at=moment,
                )
            )
        return problems

    result = _load(session, text, load, all_or_nothing=all_or_nothing)
    for route in in_force if result.loaded else ():
        route.retired_at = moment
    session.flush()
    return result


def _unit_problems(row: Row, known: Mapping[str, HandlingUnit]) -> list[tuple[str, str]]:
    problems = []
    if not row.get("code"):
        problems.append(("code", "缺少单位代码"))
    if not row.get("name"):
        problems.append(("name", "缺少单位名称"))
    if row.get("type", "") not in _UNIT_TYPES:
        names = "、".join(one.zh for one in UnitType)
        problems.append(("type", f"单位类型“{row.get('type', '')}”应为{names}之一"))
    parent = row.get("parent_code", "")
    if parent and (parent not in known or parent == row.get("code")):
        problems.append(("parent_code", f"上级单位“{parent}”不存在或尚未出现在前面的行"))
    return problems


def _route_problems(
    row: Row, tree: Taxonomy, units: Mapping[str, HandlingUnit]
) -> list[tuple[str, str]]:
    problems = []
    unit = units.get(row.get("unit_code", ""))
    if unit is None or unit.disabled_at is not None:
        problems.append(("unit_code", f"承办单位“{row.get('unit_code', '')}”不存在"))
    if not row.get("responsible_person"):
        problems.append(("responsible_person", "缺少责任人（第二十一条）"))
    if row.get("domain"):
        found = Classification(
            Kind.CONSULT, row["domain"], row.get("topic", ""), row.get("sub_item", "")
        )
        problems += [("domain", message) for message in tree.problems(found)]
    return problems


def _load(
    session: Session,
    text: str,
    load: Callable[[Row], list[tuple[str, str]]],
    *,
    all_or_nothing: bool,
) -> Imported:
    """Tries every row; with faults and `all_or_nothing`, undoes all and raises InvalidInput."""
    findings = []
    loaded = 0
    with session.begin_nested():
        for line, row in _rows(text):
            problems = load(row)
            findings += [_at(line, field, message) for field, message in problems]
            loaded += not problems
        if findings and all_or_nothing:
            raise InvalidInput(tuple(findings))
    return Imported(loaded, tuple(findings))


def _rows(text: str) -> Iterable[tuple[int, Row]]:
    """Rows with their line in the file, the heading being line 1; a BOM is taken off."""
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines())
    for row in reader:
        yield (
            reader.line_num,
            {
                (name or "").strip(): clean(value)
                for name, value in row.items()
                if isinstance(value, str)
            },
        )


def _at(line: int, field: str, message: str) -> Finding:
    return Finding(f"{line}.{field}", f"第{line}行：{message}")
