"""Orders that belong together: repeats are linked, alike ones merged, many raise an alarm.

Merging moves nothing and loses nothing: each order keeps its number, and its own caller still gets
an own reply (第二十八条 逐件回复).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import SYSTEM, Actor
from ticketing.errors import Finding, InvalidInput, NotAllowed, NotFound
from ticketing.orders.handling import Reply, reply_facts, write_reply
from ticketing.orders.intake import Intake, open_work_order
from ticketing.orders.moves import TABLE, Step, find, move
from ticketing.orders.return_visits import schedule
from ticketing.records.order_life import OrderLink
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.classification import Kind
from ticketing.rules.permissions import Right
from ticketing.rules.similarity import likeness
from ticketing.rules.states import AFTER_CLOSING, OPEN_STATES, Event, State

LOOK_BACK: Final = timedelta(days=90)
CANDIDATES: Final = 200
LIKE_ENOUGH: Final = 0.5
GATHERED: Final = 200
"""Orders of one hot spot that are shown and put under one collective order."""
LINKS_SHOWN: Final = 50
COLLECTIVE: Final = "集中反映"
FIRST_UNIT_GROUP: Final = "货车司机"
"""Their complaints are handled one by one (一事一办), never merged."""


@dataclass(frozen=True)
class Similar:
    """An earlier order that may be the same matter, and why."""

    order: WorkOrder
    score: float
    why: tuple[str, ...]

    @property
    def order_no(self) -> str:
        return self.order.order_no


@dataclass(frozen=True)
class Told:
    """What is known of a matter, perhaps while it is still being written down."""

    caller_number: str = ""
    object: str = ""
    topic: str = ""
    place: str = ""
    content: str = ""


def find_similar(session: Session, order: WorkOrder, limit: int = 10) -> list[Similar]:
    """Earlier orders of the same caller, on the same object, or in much the same words."""
    told = Told(order.caller_number, order.object, order.topic, order.place, order.content)
    return similar_to(session, order.accepted_at, told, order.id, limit)


def similar_to(
    session: Session, moment: datetime, told: Told, before: int | None = None, limit: int = 10
) -> list[Similar]:
    """Like `find_similar`, for what has no order yet; `before`: only orders with a lesser id."""
    candidates: dict[int, WorkOrder] = {}
    for column, value in (
        (WorkOrder.caller_number, told.caller_number),
        (WorkOrder.object, told.object),
        (WorkOrder.topic, told.topic),
    ):
        if value:
            newest = _newest(column == value, moment, before)
            candidates |= {one.id: one for one in session.scalars(newest)}
    found = [similar for one in candidates.values() if (similar := _compare(told, one))]
    return sorted(found, key=lambda one: (-one.score, -one.order.id))[:limit]


def _newest(same: ColumnElement[bool], moment: datetime, before: int | None) -> Select[WorkOrder]:
    """Each way of being alike has its own index; asked together they would need a scan."""
    query = select(WorkOrder).where(same, WorkOrder.accepted_at >= moment - LOOK_BACK)
    if before is not None:
        query = query.where(WorkOrder.id < before)
    return query.order_by(WorkOrder.id.desc()).limit(CANDIDATES)


def link(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    other_no: str,
    kind: str,
    why: str = "",
) -> OrderLink:
    """Notes that two orders belong together: repeat, related, collective."""
    other = find(session, actor, other_no)
    step = Step(Event.LINK, reason=why, evidence={"other": other_no, "kind": kind})
    order = move(session, moment, actor, order_no, step)
    return _link(session, moment, actor, order, other, kind, why)


def merge(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    master_no: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    """并案: handled with the master order, answered on its own."""
    _lock_both(session, order_no, master_no)
    master = find(session, actor, master_no)
    order = find(session, actor, order_no)
    if FIRST_UNIT_GROUP in (order.caller_group, master.caller_group):
        raise InvalidInput((Finding("master", "货车司机诉求一事一办，不能并案"),))
    open_states = OPEN_STATES - {State.MERGED}
    step = Step(
        Event.MERGE,
        seen,
        reason,
        {"master": master_no},
        {"parent_id": master.id},
        {"master_open": master.id != order.id and master.state in open_states},
    )
    order = move(session, moment, actor, order_no, step)
    _link(session, moment, actor, order, master, "merged", reason)
    return order


def _lock_both(session: Session, *order_nos: str) -> None:
    """Always in the same order, so that two who merge crosswise do not wait for each other."""
    session.execute(
        select(WorkOrder.id)
        .where(WorkOrder.order_no.in_(order_nos))
        .order_by(WorkOrder.id)
        .with_for_update()
    )


def unmerge(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    step = Step(Event.UNMERGE, seen, reason, changes={"parent_id": None})
    return move(session, moment, actor, order_no, step)


def answer_merged(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    answer: Reply,
    seen: int | None = None,
) -> WorkOrder:
    """The master is closed; this caller is told too, and only then is this order closed."""
    order = find(session, actor, order_no)
    master = session.get(WorkOrder, order.parent_id) if order.parent_id else None
    answered = master is not None and master.state in (AFTER_CLOSING | {State.ARCHIVED})
    step = Step(
        Event.ANSWER_MERGED,
        seen,
        evidence={"told_by": answer.told_by, "call_keys": list(answer.call_keys)},
        changes={"result": answer.result, "replied_at": moment, "close_mode": "merged"},
        facts={**reply_facts(answer), "master_answered": answered},
    )
    order = move(session, moment, actor, order_no, step)
    write_reply(session, moment, actor, order, answer)
    return schedule(session, moment, order)


@dataclass(frozen=True)
class HotSpot:
    """Many complaints about one object within the policy's window."""

    object: str
    count: int
    orders: tuple[WorkOrder, ...]

    @property
    def order_nos(self) -> tuple[str, ...]:
        return tuple(order.order_no for order in self.orders)


def hot_spots(session: Session, moment: datetime) -> list[HotSpot]:
    """Objects complained about so often that somebody must look (第二十六条), most first."""
    policy = catalogues.policy(session)
    window = (
        WorkOrder.kind == Kind.COMPLAINT,
        WorkOrder.object != "",
        WorkOrder.accepted_at >= moment - timedelta(days=policy.hot_spot_days),
    )
    objects = session.execute(
        select(WorkOrder.object, func.count())
        .where(*window)
        .group_by(WorkOrder.object)
        .having(func.count() >= policy.hot_spot_count)
        .order_by(func.count().desc(), WorkOrder.object)
    ).all()
    return [
        HotSpot(
            name,
            count,
            tuple(
                session.scalars(
                    select(WorkOrder)
                    .where(*window, WorkOrder.object == name)
                    .order_by(WorkOrder.id)
                    .limit(GATHERED)
                )
            ),
        )
        for name, count in objects
    ]


def collect(session: Session, moment: datetime, actor: Actor, spot: str) -> WorkOrder:
    """A collective order for a hot spot: the single complaints stand under it and go on living.

    Raises NotFound when there is no such hot spot, NotAllowed when all of it was collected before.
    """
    actor.require(Right.SEE_ORDERS, "集中反映立单")
    found = next((one for one in hot_spots(session, moment) if one.object == spot), None)
    if found is None:
        raise NotFound("hot_spot", spot)
    loose = [one for one in found.orders if one.parent_id is None and _may_link(one)]
    if not loose:
        raise NotAllowed("集中反映立单", "这些工单已经归入其他工单或已归档")
    first = loose[0]
    days = catalogues.policy(session).hot_spot_days
    content = f"{days}日内共有{found.count}件投诉举报集中反映“{spot}”，请核查共性问题并统一答复。"
    parent = open_work_order(
        session,
        moment,
        actor,
        Intake(
            kind=Kind.COMPLAINT,
            content=content,
            domain=first.domain,
            topic=first.topic,
            sub_item=first.sub_item,
            region_code=first.region_code,
            object=f"{spot}（{COLLECTIVE}）"[:128],
            reason="集中反映，共性问题",
            tags=(COLLECTIVE,),
        ),
    )
    gather(session, moment, parent, tuple(one.order_no for one in loose))
    return parent


def _may_link(order: WorkOrder) -> bool:
    return TABLE.find(State(order.state), Event.LINK) is not None


def gather(
    session: Session, moment: datetime, parent: WorkOrder, order_nos: tuple[str, ...]
) -> None:
    """Puts single complaints under a collective order; each goes on living by itself."""
    for order_no in order_nos:
        step = Step(
            Event.LINK,
            reason="集中反映",
            evidence={"other": parent.order_no, "kind": "collective"},
            changes={"parent_id": parent.id},
        )
        order = move(session, moment, SYSTEM, order_no, step)
        _link(session, moment, SYSTEM, order, parent, "collective", "集中反映")


def links_of(session: Session, order: WorkOrder) -> Sequence[tuple[OrderLink, WorkOrder]]:
    """What this order was linked with, from either side, and the other order of each."""
    rows = session.execute(
        select(OrderLink, WorkOrder)
        .join(
            WorkOrder,
            or_(
                and_(OrderLink.work_order_id == order.id, WorkOrder.id == OrderLink.other_id),
                and_(OrderLink.other_id == order.id, WorkOrder.id == OrderLink.work_order_id),
            ),
        )
        .order_by(OrderLink.id)
        .limit(LINKS_SHOWN)
    )
    return [(link, other) for link, other in rows]


def _compare(order: Told, other: WorkOrder) -> Similar | None:
    why = []
    if order.caller_number and order.caller_number == other.caller_number:
        why.append("同一来电号码")
    if order.object and order.object == other.object:
        why.append("同一对象")
    if order.place and order.place == other.place:
        why.append("同一地点")
    words = likeness(order.content, other.content)
    if words >= LIKE_ENOUGH:
        why.append(f"内容相似{words:.0%}")
    return Similar(other, len(why) + words, tuple(why)) if why else None


def _link(
    session: Session,
    moment: datetime,
    actor: Actor,
    order: WorkOrder,
    other: WorkOrder,
    kind: str,
    why: str,
) -> OrderLink:
    known = session.scalars(
        select(OrderLink).where(
            OrderLink.work_order_id == order.id,
            OrderLink.other_id == other.id,
            OrderLink.kind == kind,
        )
    ).first()
    if known is not None:
        return known
    row = OrderLink(
        work_order_id=order.id, other_id=other.id, kind=kind, why=why, at=moment, by=actor.login
    )
    session.add(row)
    session.flush()
    return row
