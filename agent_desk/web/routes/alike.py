"""Orders that belong together: shown while one is written, linked, gathered under one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, any_of, get, post
from agent_desk.web.shapes.alike import (
    Alike,
    CollectBody,
    Collected,
    HotSpots,
    HotSpotShape,
    LinkBody,
    LinkShape,
    SimilarList,
    SimilarShape,
    ToldBody,
)
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shaping.numbers import note_sight, sight_of
from agent_desk.web.shaping.summaries import order_summaries
from ticketing import catalogues
from ticketing.orders import merging
from ticketing.orders.merging import HotSpot, Similar, Told
from ticketing.orders.moves import may_see
from ticketing.orders.views import work_order
from ticketing.people.person import Person
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.permissions import Right

_KINDS: Final[Mapping[str, str]] = {
    "repeat": "重复诉求",
    "merged": "并案",
    "collective": "集中反映",
    "related": "相关",
}
_SHOWN: Final = 6


async def show_alike(ask: Ask[Nothing, Nothing]) -> Alike:
    order_no, moment = ask.path["order_no"], ask.desk.clock.now()
    found = await ask.desk.database.read(_alike, moment, ask.person, order_no)
    await note_sight(ask, "work_order", order_no)
    return found


async def show_similar(ask: Ask[Nothing, ToldBody]) -> SimilarList:
    told = Told(**ask.body.model_dump())
    moment = ask.desk.clock.now()
    found = await ask.desk.database.read(_similar_to, moment, ask.person, told)
    await note_sight(ask, "work_order", "list")
    return found


async def link_orders(ask: Ask[Nothing, LinkBody]) -> Alike:
    return await ask.desk.database.write(
        _link, ask.desk.clock.now(), ask.person, ask.path["order_no"], ask.body
    )


async def show_hot_spots(ask: Ask[Nothing, Nothing]) -> HotSpots:
    found = await ask.desk.database.read(_hot_spots, ask.desk.clock.now(), ask.person)
    await note_sight(ask, "work_order", "list")
    return found


async def collect_orders(ask: Ask[Nothing, CollectBody]) -> Collected:
    order = await ask.desk.database.write(
        merging.collect, ask.desk.clock.now(), ask.person, ask.body.object
    )
    return Collected(order_no=order.order_no)


def _alike(session: Session, moment: datetime, person: Person, order_no: str) -> Alike:
    order = work_order(session, person, order_no)
    links = [pair for pair in merging.links_of(session, order) if may_see(person, pair[1])]
    sight = sight_of(person)
    others = order_summaries(session, [other for _, other in links], sight, moment)
    linked = {other.id for _, other in links}
    similar = [
        one
        for one in merging.find_similar(session, order, _SHOWN + len(linked))
        if one.order.id not in linked and may_see(person, one.order)
    ]
    return Alike(
        links=[
            LinkShape(
                kind=link.kind,
                kind_label=_KINDS[link.kind],
                order=summary,
                why=link.why,
                at=link.at,
                by=link.by,
            )
            for (link, _), summary in zip(links, others, strict=True)
        ],
        similar=_similar(session, moment, person, similar[:_SHOWN]),
    )


def _similar_to(session: Session, moment: datetime, person: Person, told: Told) -> SimilarList:
    found = [
        one
        for one in merging.similar_to(session, moment, told, limit=_SHOWN)
        if may_see(person, one.order)
    ]
    return SimilarList(items=_similar(session, moment, person, found))


def _similar(
    session: Session, moment: datetime, person: Person, found: list[Similar]
) -> list[SimilarShape]:
    orders = [one.order for one in found]
    summaries = order_summaries(session, orders, sight_of(person), moment)
    return [
        SimilarShape(order=summary, score=round(one.score, 3), why=list(one.why))
        for one, summary in zip(found, summaries, strict=True)
    ]


def _link(
    session: Session, moment: datetime, person: Person, order_no: str, body: LinkBody
) -> Alike:
    merging.link(session, moment, person, order_no, body.other, body.kind, body.why)
    return _alike(session, moment, person, order_no)


def _hot_spots(session: Session, moment: datetime, person: Person) -> HotSpots:
    policy = catalogues.policy(session)
    return HotSpots(
        days=policy.hot_spot_days,
        least=policy.hot_spot_count,
        items=[
            _hot_spot(session, moment, person, spot) for spot in merging.hot_spots(session, moment)
        ],
    )


def _hot_spot(session: Session, moment: datetime, person: Person, spot: HotSpot) -> HotSpotShape:
    parents = {order.parent_id for order in spot.orders if order.parent_id is not None}
    parent_no = session.scalar(
        select(WorkOrder.order_no)
        .where(WorkOrder.id.in_(parents))
        .order_by(WorkOrder.id.desc())
        .limit(1)
    )
    newest = list(reversed(spot.orders))[:20]
    return HotSpotShape(
        object=spot.object,
        count=spot.count,
        collected=sum(order.parent_id is not None for order in spot.orders),
        parent_no=parent_no,
        orders=order_summaries(session, newest, sight_of(person), moment),
    )


_SEE = any_of(Right.SEE_ORDERS, Right.SEE_OWN_UNIT_ORDERS)
_CENTRE = any_of(Right.SEE_ORDERS)

ROUTES: tuple[AnyRoute, ...] = (
    get("/work-orders/{order_no}/alike", show_alike, _SEE, Nothing, Alike, "关联与相似工单"),
    post("/work-orders/similar", show_similar, _CENTRE, ToldBody, SimilarList, "重复诉求提示"),
    post("/work-orders/{order_no}/links", link_orders, _CENTRE, LinkBody, Alike, "关联工单", 201),
    get("/hot-spots", show_hot_spots, _CENTRE, Nothing, HotSpots, "集中反映预警"),
    post("/hot-spots/collect", collect_orders, _CENTRE, CollectBody, Collected, "集中立单", 201),
)
