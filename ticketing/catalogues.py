"""Reads and writes the data with versions: calendar, taxonomy, texts, policy, units, routes."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.records.catalogues import (
    CalendarDay,
    CalendarRelease,
    Catalogue,
    HandlingUnit,
    RoutingRoute,
)
from ticketing.rules.acceptance import TextRule, TextRuleType, When
from ticketing.rules.calendar import CalendarException, CalendarVersion, DayKind
from ticketing.rules.classification import (
    Channel,
    Domain,
    Kind,
    Region,
    RegionKind,
    Taxonomy,
    TaxonomyEntry,
)
from ticketing.rules.deadlines import Clocks
from ticketing.rules.notices import Means, NoticeKind, Recipient, Template, problems
from ticketing.rules.policy import Policy, from_document
from ticketing.rules.roads import Road, Roads
from ticketing.rules.routing import Route

CALENDAR_REACH: Final = timedelta(days=400)
"""How far before and after a moment the calendar is read: more than any clock runs."""


def current(session: Session, name: str) -> Catalogue:
    """The newest version of a catalogue."""
    found = session.scalars(
        select(Catalogue).where(Catalogue.name == name).order_by(Catalogue.id.desc()).limit(1)
    ).first()
    if found is None:
        raise NotFound("catalogue", name)
    return found


def publish(
    session: Session,
    moment: datetime,
    by: str,
    name: str,
    version: str,
    content: dict[str, Any],
    note: str = "",
) -> Catalogue:
    """Makes a new version the current one; older ones stay as they are."""
    row = Catalogue(
        name=name, version=version, content=content, note=note, created_by=by, created_at=moment
    )
    session.add(row)
    session.flush()
    return row


def policy(session: Session) -> Policy:
    return from_document(current(session, "policy").content)


def taxonomy(session: Session) -> Taxonomy:
    row = current(session, "taxonomy")
    return Taxonomy(
        version=row.version,
        domains=tuple(Domain(**one) for one in row.content["domains"]),
        entries=tuple(TaxonomyEntry(**one) for one in row.content["entries"]),
        aliases=row.content["aliases"],
    )


def taxonomy_document(tree: Taxonomy) -> dict[str, Any]:
    return {
        "domains": [asdict(domain) for domain in tree.domains],
        "entries": [asdict(entry) for entry in tree.entries],
        "aliases": dict(tree.aliases),
    }


def channels(session: Session) -> tuple[Channel, ...]:
    return tuple(Channel(**one) for one in current(session, "channels").content["channels"])


def regions(session: Session) -> tuple[Region, ...]:
    return tuple(
        Region(one["code"], one["name"], RegionKind(one["kind"]), one["parent"])
        for one in current(session, "regions").content["regions"]
    )


def roads(session: Session) -> Roads:
    row = current(session, "roads")
    return Roads(
        row.version, tuple(Road(**one) for one in row.content["roads"]), row.content["area_codes"]
    )


def roads_document(known: Roads) -> dict[str, Any]:
    return {
        "roads": [asdict(road) for road in known.roads],
        "area_codes": dict(known.area_codes),
    }


def text_rules(session: Session) -> tuple[TextRule, ...]:
    return tuple(
        TextRule(
            name=one["name"],
            when=frozenset(When(word) for word in one["when"]),
            field=one["field"],
            type=TextRuleType(one["type"]),
            message=one["message"],
            pattern=one["pattern"],
            number=one["number"],
            kinds=frozenset(Kind(word) for word in one["kinds"]),
            source=one["source"],
        )
        for one in current(session, "text_rules").content["rules"]
    )


def text_rules_document(rules: Iterable[TextRule]) -> dict[str, Any]:
    return {
        "rules": [
            {**asdict(rule), "when": sorted(rule.when), "kinds": sorted(rule.kinds)}
            for rule in rules
        ]
    }


def notice_templates(session: Session) -> tuple[str, tuple[Template, ...]]:
    """The version in force and its templates."""
    row = current(session, "notice_templates")
    return row.version, _templates(row.content)


def _templates(document: dict[str, Any]) -> tuple[Template, ...]:
    return tuple(
        Template(
            NoticeKind(one["kind"]), Recipient(one["recipient"]), Means(one["means"]), one["text"]
        )
        for one in document["templates"]
    )


def template_findings(document: dict[str, Any]) -> tuple[Finding, ...]:
    """What is wrong with the templates of a document."""
    return tuple(Finding("templates", one) for one in problems(_templates(document)))


def notice_templates_document(templates: Iterable[Template]) -> dict[str, Any]:
    """Raises InvalidInput, naming each template that cannot be filled."""
    chosen = tuple(templates)
    if findings := tuple(Finding("templates", one) for one in problems(chosen)):
        raise InvalidInput(findings)
    return {"templates": [asdict(one) for one in chosen]}


# --- calendar ---


def calendar(session: Session, around: date, version: str = "") -> CalendarVersion:
    """The calendar of a version (the newest when none is named), a year and more each way."""
    query = select(CalendarRelease).order_by(CalendarRelease.id.desc()).limit(1)
    if version:
        query = query.where(CalendarRelease.version == version)
    release = session.scalars(query).first()
    if release is None:
        raise NotFound("calendar_release", version or "newest")
    days = session.scalars(
        select(CalendarDay).where(
            CalendarDay.release_id == release.id,
            CalendarDay.day.between(around - CALENDAR_REACH, around + CALENDAR_REACH),
        )
    )
    return CalendarVersion(
        version=release.version,
        years=frozenset(release.years["noticed"]),
        exceptions=_exceptions(days),
    )


def _exceptions(days: Iterable[CalendarDay]) -> dict[date, CalendarException]:
    return {
        row.day: CalendarException(row.day, DayKind(row.kind), row.name, row.source_notice)
        for row in days
    }


def whole_calendar(session: Session) -> CalendarVersion:
    """The newest version with all its days, to make the next one from."""
    release = session.scalars(
        select(CalendarRelease).order_by(CalendarRelease.id.desc()).limit(1)
    ).one()
    days = session.scalars(select(CalendarDay).where(CalendarDay.release_id == release.id))
    return CalendarVersion(release.version, frozenset(release.years["noticed"]), _exceptions(days))


def calendar_releases(session: Session, limit: int = 20) -> list[CalendarRelease]:
    """Newest first; the first is in force."""
    query = select(CalendarRelease).order_by(CalendarRelease.id.desc()).limit(limit)
    return list(session.scalars(query))


def clocks(session: Session, around: date, calendar_version: str = "") -> Clocks:
    """The clocks that hold now for what happens around a day, by the newest calendar if none is
    named."""
    rules = policy(session)
    known = calendar(session, around, calendar_version)
    return Clocks(known, rules.limits(), rules.postponement)


def release_calendar(
    session: Session, moment: datetime, by: str, known: CalendarVersion, note: str = ""
) -> CalendarRelease:
    """Writes a new version of the calendar.

    Statutory days of years without a notice are written too, so that such years are answered.
    """
    release = CalendarRelease(
        version=known.version,
        years={"noticed": sorted(known.years)},
        note=note,
        created_by=by,
        created_at=moment,
    )
    session.add(release)
    session.flush()
    days = dict(known.exceptions)
    for day, name in known.statutory.items():
        if day.year not in known.years and day not in days:
            days[day] = CalendarException(day, DayKind.HOLIDAY, name, "全国年节及纪念日放假办法")
    session.add_all(
        CalendarDay(
            release_id=release.id,
            day=one.day,
            kind=one.kind,
            name=one.name,
            source_notice=one.source_notice,
        )
        for one in days.values()
    )
    session.flush()
    return release


# --- units and routes ---


def unit(session: Session, code: str) -> HandlingUnit:
    found = session.scalars(select(HandlingUnit).where(HandlingUnit.code == code)).first()
    if found is None or found.disabled_at is not None:
        raise NotFound("handling_unit", code)
    return found


def routes(session: Session) -> list[Route]:
    """The routing table in force."""
    rows = session.execute(
        select(RoutingRoute, HandlingUnit.code)
        .join(HandlingUnit, HandlingUnit.id == RoutingRoute.unit_id)
        .where(RoutingRoute.retired_at.is_(None), HandlingUnit.disabled_at.is_(None))
        .order_by(RoutingRoute.id)
    )
    return [
        Route(
            unit_code=code,
            responsible_person=row.responsible_person,
            domain=row.domain,
            topic=row.topic,
            sub_item=row.sub_item,
            region_code=row.region_code,
            caller_group=row.caller_group,
            direct=row.direct,
        )
        for row, code in rows
    ]
