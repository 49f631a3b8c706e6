"""抽检: callers are asked from the desk whether what was reported is true; suspicious closings."""

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from agent_desk.web.routes.agents import viewer_of
from agent_desk.web.routing import AnyAsk, AnyRoute, Ask, any_of, get, post
from agent_desk.web.shapes.base import Nothing, Page, PageQuery
from agent_desk.web.shapes.live import Started
from agent_desk.web.shapes.order_list import OrderSummary
from agent_desk.web.shapes.quality import (
    Answers,
    DrawBody,
    Figures,
    FindingBody,
    ItemShape,
    SpotCheckShape,
    SpotCheckWhole,
    SuspiciousList,
    SuspiciousQuery,
    SuspiciousShape,
    UnitResultShape,
)
from agent_desk.web.shaping.numbers import sight_of
from agent_desk.web.shaping.summaries import order_summaries
from ticketing.errors import Finding, InvalidInput
from ticketing.orders import review, spot_checks
from ticketing.orders.review import SuspiciousClosing
from ticketing.orders.spot_checks import UnitResult
from ticketing.people.audit import record_audit
from ticketing.people.person import Person
from ticketing.records.order_life import SpotCheckItem
from ticketing.rules.calendar import end_of_day, start_of_day
from ticketing.rules.permissions import Right
from ticketing.units import unit_names

LONGEST_REPORT = timedelta(days=92)
SHOWN = 500


async def show_spot_checks(ask: Ask[PageQuery, Nothing]) -> Page[SpotCheckShape]:
    limit = ask.query.limit
    rows = await ask.desk.database.read(spot_checks.list_spot_checks, ask.query.after, limit + 1)
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    shapes = [SpotCheckShape.model_validate(row) for row in rows[:limit]]
    return Page[SpotCheckShape](items=shapes, next=last)


async def draw_spot_check(ask: Ask[Nothing, DrawBody]) -> SpotCheckWhole:
    body, moment = ask.body, ask.desk.clock.now()
    seed = secrets.randbelow(2**31) if body.seed is None else body.seed
    period = (start_of_day(body.since), end_of_day(body.until))
    drawn = await ask.desk.database.write(
        spot_checks.draw, moment, ask.person, *period, body.per_unit, seed
    )
    return await _shown(ask, drawn.id)


async def show_spot_check(ask: Ask[Nothing, Nothing]) -> SpotCheckWhole:
    return await _shown(ask, ask.number("id"))


async def call_checked(ask: Ask[Nothing, Nothing]) -> Started:
    """The checker's own phone rings, then the caller's; the number itself is not shown."""
    order = await ask.desk.database.read(spot_checks.order_to_call, ask.person, ask.number("id"))
    key = await ask.desk.live.call_out(viewer_of(ask.person), order.caller_number)
    detail = {"number": order.caller_number, "order_no": order.order_no}
    moment, reason = ask.desk.clock.now(), f"抽检 {order.order_no}"
    await ask.desk.database.write(
        record_audit,
        moment,
        ask.person,
        "call.out",
        "call",
        key,
        reason=reason,
        detail=detail,
        address=ask.address,
    )
    return Started(call_key=key)


async def record_finding(ask: Ask[Nothing, FindingBody]) -> SpotCheckWhole:
    body = ask.body
    found = {name: getattr(body, name) for name in spot_checks.QUESTIONS}
    item = await ask.desk.database.write(
        spot_checks.record,
        ask.desk.clock.now(),
        ask.person,
        ask.number("id"),
        body.call_key,
        found,
        body.note,
    )
    return await _shown(ask, item.spot_check_id)


async def show_suspicious(ask: Ask[SuspiciousQuery, Nothing]) -> SuspiciousList:
    query = ask.query
    if not query.since <= query.until <= query.since + LONGEST_REPORT:
        raise InvalidInput((Finding("until", "期间应有先后，且最长92天"),))
    shorter = timedelta(minutes=query.minutes)
    return await ask.desk.database.read(_suspicious, query.since, query.until, shorter)


async def _shown(ask: AnyAsk, spot_check_id: int) -> SpotCheckWhole:
    moment = ask.desk.clock.now()
    return await ask.desk.database.read(_whole, moment, ask.person, spot_check_id)


def _whole(
    session: Session, moment: datetime, person: Person, spot_check_id: int
) -> SpotCheckWhole:
    check = SpotCheckShape.model_validate(spot_checks.one_spot_check(session, spot_check_id))
    pairs = spot_checks.items_of(session, spot_check_id)
    orders = order_summaries(session, [order for _, order in pairs], sight_of(person), moment)
    return SpotCheckWhole(
        **check.model_dump(),
        results=[_result(one) for one in spot_checks.results(session, spot_check_id)],
        items=[_item(item, order) for (item, _), order in zip(pairs, orders, strict=True)],
    )


def _item(item: SpotCheckItem, order: OrderSummary) -> ItemShape:
    return ItemShape(
        id=item.id,
        order=order,
        reported=Answers(**item.reported),
        found=Answers(**item.found) if item.checked_at else None,
        call_key=item.call_key,
        note=item.note,
        checked_by=item.checked_by,
        checked_at=item.checked_at,
    )


def _suspicious(
    session: Session, since: date, until: date, faster_than: timedelta
) -> SuspiciousList:
    period = (start_of_day(since), end_of_day(until))
    found = review.suspicious_closings(session, *period, faster_than)
    names = unit_names(session, [one.unit_id for one in found[:SHOWN]])
    return SuspiciousList(
        items=[_closing(one, names.get(one.unit_id or 0, "")) for one in found[:SHOWN]],
        more=max(0, len(found) - SHOWN),
    )


def _closing(one: SuspiciousClosing, unit: str) -> SuspiciousShape:
    return SuspiciousShape(
        order_no=one.order_no, unit=unit, minutes=round(one.minutes, 1), why=one.why
    )


def _result(one: UnitResult) -> UnitResultShape:
    return UnitResultShape(
        unit=one.unit_name,
        drawn=one.drawn,
        checked=one.rates.checked,
        reported=Figures(**one.rates.reported),
        found=Figures(**one.rates.found),
        faulty=list(one.faulty),
    )


_SEE = any_of(Right.CHECK_ORDERS, Right.SEE_REPORTS)
_CHECK = any_of(Right.CHECK_ORDERS)
_ITEM = r"/spot-check-items/{id:\d+}"

ROUTES: tuple[AnyRoute, ...] = (
    get("/spot-checks", show_spot_checks, _SEE, PageQuery, Page[SpotCheckShape], "抽检记录"),
    post("/spot-checks", draw_spot_check, _CHECK, DrawBody, SpotCheckWhole, "抽取样本", 201),
    get(r"/spot-checks/{id:\d+}", show_spot_check, _SEE, Nothing, SpotCheckWhole, "一次抽检"),
    post(f"{_ITEM}/call", call_checked, _CHECK, Nothing, Started, "呼叫来电人核实", 202),
    post(f"{_ITEM}/finding", record_finding, _CHECK, FindingBody, SpotCheckWhole, "登记核实结果"),
    get("/suspicious-closings", show_suspicious, _SEE, SuspiciousQuery, SuspiciousList, "可疑办结"),
)
