"""Catalogues with versions as an administrator keeps them; the calendar's years; routing gaps."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, any_of, delete, get, post
from agent_desk.web.shapes.base import Choice, FindingShape, Nothing
from agent_desk.web.shapes.catalogue_versions import (
    CalendarDayShape,
    CalendarQuery,
    CalendarShape,
    CatalogueChange,
    CatalogueChanges,
    CatalogueList,
    CataloguePlanShape,
    CataloguePreview,
    CataloguePublish,
    CatalogueShape,
    CatalogueSummary,
    CatalogueVersionShape,
    Gaps,
    GapShape,
    RowsBody,
    SheetColumnShape,
    SheetShape,
)
from ticketing import catalogue_versions as versions
from ticketing import catalogues
from ticketing.catalogue_forms import FORMS
from ticketing.catalogue_sheets import Sheet, SheetColumn
from ticketing.catalogue_versions import Change
from ticketing.imports.calendar import calendar_alarm
from ticketing.orders.dispatch import matters_of, routing_gaps
from ticketing.people.person import Person
from ticketing.rules.permissions import Right


async def show_catalogues(ask: Ask[Nothing, Nothing]) -> CatalogueList:
    return await ask.desk.database.read(_list)


async def show_one_catalogue(ask: Ask[Nothing, Nothing]) -> CatalogueShape:
    return await ask.desk.database.read(_one, ask.path["name"])


async def show_catalogue_version(ask: Ask[Nothing, Nothing]) -> CatalogueChanges:
    return await ask.desk.database.read(_changes, ask.path["name"], ask.path["version"])


async def preview_catalogue(ask: Ask[Nothing, RowsBody]) -> CataloguePreview:
    looked = await ask.desk.database.read(versions.preview, ask.path["name"], ask.body.rows)
    return CataloguePreview(
        findings=[FindingShape(field=one.field, message=one.message) for one in looked.findings],
        changes=[_change(one) for one in looked.changes],
        effects=list(looked.effects),
    )


async def publish_catalogue(ask: Ask[Nothing, CataloguePublish]) -> CatalogueShape:
    return await ask.desk.database.write(
        _publish, ask.desk.clock.now(), ask.person, ask.path["name"], ask.body
    )


async def cancel_catalogue_plan(ask: Ask[Nothing, Nothing]) -> None:
    await ask.desk.database.write(
        versions.cancel_plan, ask.desk.clock.now(), ask.person, ask.number("id")
    )


async def show_calendar(ask: Ask[CalendarQuery, Nothing]) -> CalendarShape:
    return await ask.desk.database.read(_calendar, ask.desk.clock.now(), ask.query.year)


async def show_gaps(ask: Ask[Nothing, Nothing]) -> Gaps:
    return await ask.desk.database.read(_gaps)


def _list(session: Session) -> CatalogueList:
    waiting = [plan.name for plan in versions.plans(session)]
    return CatalogueList(
        items=[
            CatalogueSummary(
                name=form.name,
                title=form.zh,
                about=form.note,
                current=CatalogueVersionShape.model_validate(
                    catalogues.current(session, form.name)
                ),
                plans=waiting.count(form.name),
            )
            for form in FORMS.values()
        ]
    )


def _one(session: Session, name: str) -> CatalogueShape:
    form = versions.form_of(name)
    rows = versions.versions(session, name)
    return CatalogueShape(
        name=form.name,
        title=form.zh,
        about=form.note,
        sheets=[_sheet(sheet) for sheet in form.sheets],
        rows=form.rows(rows[0].content),
        versions=[CatalogueVersionShape.model_validate(row) for row in rows],
        plans=[CataloguePlanShape.model_validate(plan) for plan in versions.plans(session, name)],
    )


def _changes(session: Session, name: str, version: str) -> CatalogueChanges:
    row = versions.one_version(session, versions.form_of(name).name, version)
    found = versions.changes_of(session, row)
    return CatalogueChanges(
        version=CatalogueVersionShape.model_validate(row), changes=[_change(one) for one in found]
    )


def _publish(
    session: Session, moment: datetime, person: Person, name: str, body: CataloguePublish
) -> CatalogueShape:
    versions.publish_version(
        session, moment, person, name, body.rows, body.note, body.seen, body.valid_from
    )
    return _one(session, name)


def _calendar(session: Session, moment: datetime, year: int) -> CalendarShape:
    known = catalogues.calendar(session, date(year, 7, 1))
    days = sorted(one for one in known.exceptions if one.year == year)
    releases = catalogues.calendar_releases(session)
    return CalendarShape(
        year=year,
        version=known.version,
        noticed=year in known.years,
        years=sorted(known.years),
        alarm=calendar_alarm(session, moment).value,
        working_days=known.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)),
        days=[
            CalendarDayShape(
                day=day,
                kind=known.exceptions[day].kind.zh,
                working=known.exceptions[day].kind.is_working,
                name=known.exceptions[day].name,
                source=known.exceptions[day].source_notice,
            )
            for day in days
        ],
        versions=[CatalogueVersionShape.model_validate(row) for row in releases],
    )


def _gaps(session: Session) -> Gaps:
    return Gaps(
        items=[
            GapShape(domain=one.domain, topic=one.topic, sub_item=one.sub_item)
            for one in routing_gaps(session)
        ],
        matters=len(matters_of(catalogues.taxonomy(session))),
    )


def _sheet(sheet: Sheet) -> SheetShape:
    columns = _columns(sheet.columns)
    return SheetShape(name=sheet.name, label=sheet.zh, single=sheet.single, columns=columns)


def _columns(columns: Sequence[SheetColumn]) -> list[SheetColumnShape]:
    return [
        SheetColumnShape(
            name=column.name,
            label=column.zh,
            type=column.type,
            required=column.required,
            options=[Choice(value=value, label=label) for value, label in column.options],
        )
        for column in columns
    ]


def _change(change: Change) -> CatalogueChange:
    return CatalogueChange(
        sheet=change.sheet, kind=change.kind, before=change.before, after=change.after
    )


_EDIT = any_of(Right.EDIT_CATALOGUES)
_SEE = any_of(Right.SEE_ORDERS, Right.EDIT_CATALOGUES)
_NAME = "/catalogues/{name}"

ROUTES: tuple[AnyRoute, ...] = (
    get("/catalogues", show_catalogues, _EDIT, Nothing, CatalogueList, "各目录及其现行版本"),
    get(_NAME, show_one_catalogue, _EDIT, Nothing, CatalogueShape, "一个目录"),
    get(
        f"{_NAME}/versions/{{version}}",
        show_catalogue_version,
        _EDIT,
        Nothing,
        CatalogueChanges,
        "一个版本改了什么",
    ),
    post(f"{_NAME}/preview", preview_catalogue, _EDIT, RowsBody, CataloguePreview, "预览新版本"),
    post(
        f"{_NAME}/versions",
        publish_catalogue,
        _EDIT,
        CataloguePublish,
        CatalogueShape,
        "发布版本",
        201,
    ),
    delete(
        r"/catalogue-plans/{id:\d+}", cancel_catalogue_plan, _EDIT, type(None), "取消待生效版本"
    ),
    get("/calendar", show_calendar, _SEE, CalendarQuery, CalendarShape, "一年的工作日历"),
    get("/routing/gaps", show_gaps, _SEE, Nothing, Gaps, "派单规则的空白"),
)
