"""What people see of orders: lists by page, one order with its history, its deadline explained.

Numbers and names are shown by right; a confidential caller is shown to nobody who handles the
matter, unless the seal is broken with a reason (AG-7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.orders import clocks
from ticketing.orders.moves import TABLE, Step, facts_of, find, move
from ticketing.orders.search import matches
from ticketing.orders.waiting import waits_for
from ticketing.records.work_orders import WorkOrder, WorkOrderCoUnit, WorkOrderEvent
from ticketing.rules.calendar import local_day
from ticketing.rules.deadlines import Deadline
from ticketing.rules.guards import ORDER_ALONE, refusals
from ticketing.rules.lifecycle import Move
from ticketing.rules.masking import masked_name, masked_phone
from ticketing.rules.permissions import Right
from ticketing.rules.states import Event, State

PAGE_AT_MOST = 200
SEARCHED_FIRST = 20_000
"""So many of the newest orders are searched before all of them are."""
SHORT_RANGE = timedelta(days=35)
AT_ONCE = timedelta(minutes=1)
"""Orders opened within so short a time may have their ids in another order than their times."""


@dataclass(frozen=True)
class OrderFilter:
    """Empty fields do not filter."""

    states: tuple[State, ...] = ()
    kind: str = ""
    domain: str = ""
    topic: str = ""
    region_code: str = ""
    channel: str = ""
    priority: str = ""
    unit_id: int | None = None
    created_by: int | None = None
    """Who took it in."""
    caller_number: str = ""
    object: str = ""
    number: str = ""
    """Our number or the source system's."""
    call_key: str = ""
    parent_id: int | None = None
    overdue: bool = False
    due_before: datetime | None = None
    accepted_from: datetime | None = None
    accepted_before: datetime | None = None
    text: str = ""
    review_state: str = ""
    waiting_for: Actor | None = None
    """Only what waits for this person (`ticketing.orders.waiting`)."""


@dataclass(frozen=True)
class Page:
    """Newest first. `next_after` is None on the last page."""

    orders: tuple[WorkOrder, ...]
    next_after: int | None


def list_orders(
    session: Session,
    actor: Actor,
    wanted: OrderFilter,
    after: int | None = None,
    limit: int = 50,
) -> Page:
    """A page of the orders this person may see. `after`: the id the last page ended with."""
    limit = max(1, min(limit, PAGE_AT_MOST))
    ids = _newest_ids(session, actor, wanted, after, limit + 1)
    rows = session.scalars(
        select(WorkOrder).where(WorkOrder.id.in_(ids[:limit])).order_by(WorkOrder.id.desc())
    ).all()
    return Page(tuple(rows), ids[limit - 1] if len(ids) > limit else None)


def _newest_ids(
    session: Session, actor: Actor, wanted: OrderFilter, after: int | None, count: int
) -> Sequence[int]:
    """Ids alone, so that an index answers; whole rows are fetched for one page only.

    Common words are found among the newest orders at once, where reading all that hold them
    would take seconds; only rare ones need the whole index.
    """
    found = (_newest_of(session, wanted, visible, after, count) for visible in _visible(actor))
    return sorted({one for ids in found for one in ids}, reverse=True)[:count]


def _newest_of(
    session: Session,
    wanted: OrderFilter,
    visible: ColumnElement[bool],
    after: int | None,
    count: int,
) -> Sequence[int]:
    query = _filtered(select(WorkOrder.id), wanted).where(visible)
    order = WorkOrder.id.desc()
    if _is_short_range(wanted):
        order = (WorkOrder.id + 0).desc()  # keeps the planner on the index of accepted_at
    elif wanted.accepted_before is not None:
        after = _from_there(session, wanted.accepted_before, after)
    query = query.order_by(order).limit(count)
    if after is not None:
        query = query.where(WorkOrder.id < after)
    if not wanted.text.strip():
        return session.scalars(query).all()
    newest = after if after is not None else session.scalar(select(func.max(WorkOrder.id))) or 0
    edge = newest - SEARCHED_FIRST
    near = query.where(matches(session, wanted.text, edge), WorkOrder.id > edge)
    found = session.scalars(near).all()
    oldest = session.scalar(select(func.min(WorkOrder.id))) or 0
    if len(found) >= count or edge < oldest:
        return found
    return session.scalars(query.where(matches(session, wanted.text))).all()


def _from_there(session: Session, before: datetime, after: int | None) -> int | None:
    """Where a list that ends at a moment may begin: ids grow with the time of acceptance.

    Without it every order since then would be read only to be passed over.
    """
    later = session.scalar(
        select(WorkOrder.id)
        .where(WorkOrder.accepted_at >= before + AT_ONCE, WorkOrder.id > 0)
        .order_by(WorkOrder.accepted_at, WorkOrder.id)
        .limit(1)
    )
    return after if later is None else min(later, after or later)


def history(session: Session, order: WorkOrder) -> Sequence[WorkOrderEvent]:
    """Everything that happened to an order, oldest first."""
    return session.scalars(
        select(WorkOrderEvent)
        .where(WorkOrderEvent.work_order_id == order.id)
        .order_by(WorkOrderEvent.seq)
    ).all()


def explained_deadline(session: Session, order: WorkOrder) -> Deadline | None:
    """The running clock with its basis and days, by the calendar it was computed with."""
    if not order.clock or order.clock_started_at is None:
        return None
    around = local_day(order.clock_started_at)
    rules = catalogues.clocks(session, around, order.calendar_version)
    return clocks.deadline(order, rules)


def possible_moves(moment: datetime, actor: Actor, order: WorkOrder) -> tuple[Move, ...]:
    """What this person may do with the order now: their role's moves without those that the order
    as it stands forbids (another unit's, too late, not revisited)."""
    return tuple(
        move
        for move in TABLE.allowed(State(order.state), actor.roles)
        if not refusals(
            tuple(guard for guard in move.guards if guard in ORDER_ALONE),
            facts_of(moment, actor, order, Step(move.event)),
        )
    )


@dataclass(frozen=True)
class CallerView:
    """The caller as this person may see them."""

    number: str
    name: str
    title: str
    masked: bool


def caller_of(actor: Actor, order: WorkOrder) -> CallerView:
    """Masked without the right; a confidential caller is always masked here."""
    if order.confidential or not actor.may(Right.SEE_NUMBERS):
        number, name = masked_phone(order.caller_number), masked_name(order.caller_name)
        return CallerView(number, name, order.caller_title, masked=True)
    return CallerView(order.caller_number, order.caller_name, order.caller_title, masked=False)


def reveal_caller(
    session: Session, moment: datetime, actor: Actor, order_no: str, reason: str
) -> CallerView:
    """Breaks the seal of a confidential caller; who did it and why stays in the order's log."""
    actor.require(Right.BREAK_CONFIDENTIALITY, "查看保密诉求人")
    order = move(session, moment, actor, order_no, Step(Event.REVEAL_CALLER, reason=reason))
    return CallerView(order.caller_number, order.caller_name, order.caller_title, masked=False)


def work_order(session: Session, actor: Actor, order_no: str) -> WorkOrder:
    """One order; NotFound when there is none or it is not this person's business."""
    return find(session, actor, order_no)


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    """What this person may see, in parts that an index of its own answers each."""
    if actor.may(Right.SEE_ORDERS):
        return [true()]
    if actor.unit_id is None or not actor.may(Right.SEE_OWN_UNIT_ORDERS):
        return []
    helped = select(WorkOrderCoUnit.work_order_id).where(WorkOrderCoUnit.unit_id == actor.unit_id)
    return [WorkOrder.lead_unit_id == actor.unit_id, WorkOrder.id.in_(helped)]


def _is_short_range(wanted: OrderFilter) -> bool:
    if wanted.accepted_from is None or wanted.accepted_before is None:
        return False
    return wanted.accepted_before - wanted.accepted_from <= SHORT_RANGE


def _filtered(query: Select[int], wanted: OrderFilter) -> Select[int]:
    for column, value in (
        (WorkOrder.kind, wanted.kind),
        (WorkOrder.domain, wanted.domain),
        (WorkOrder.topic, wanted.topic),
        (WorkOrder.region_code, wanted.region_code),
        (WorkOrder.channel, wanted.channel),
        (WorkOrder.priority, wanted.priority),
        (WorkOrder.caller_number, wanted.caller_number),
        (WorkOrder.object, wanted.object),
        (WorkOrder.call_key, wanted.call_key),
    ):
        if value:
            query = query.where(column == value)
    if wanted.review_state:
        query = query.where(WorkOrder.review_state == wanted.review_state)
    if wanted.waiting_for is not None:
        query = query.where(waits_for(wanted.waiting_for))
    if wanted.states:
        query = query.where(WorkOrder.state.in_(wanted.states))
    if wanted.unit_id is not None:
        query = query.where(WorkOrder.lead_unit_id == wanted.unit_id)
    if wanted.created_by is not None:
        query = query.where(WorkOrder.created_by == wanted.created_by)
    if wanted.parent_id is not None:
        query = query.where(WorkOrder.parent_id == wanted.parent_id)
    if wanted.number:
        number = wanted.number.strip()
        ours = select(WorkOrder.id).where(WorkOrder.order_no == number)
        theirs = select(WorkOrder.id).where(WorkOrder.source_no == number)
        query = query.where(WorkOrder.id.in_(ours.union_all(theirs)))
    return query.where(*_times(wanted))


def _times(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.overdue:
        conditions += [WorkOrder.overdue_at.is_not(None)]
    if wanted.due_before is not None:
        conditions += [WorkOrder.due_at < wanted.due_before]
    if wanted.accepted_from is not None:
        conditions += [WorkOrder.accepted_at >= wanted.accepted_from]
    if wanted.accepted_before is not None:
        conditions += [WorkOrder.accepted_at < wanted.accepted_before]
    return conditions


def voice_drafts(session: Session, after: int | None, limit: int) -> list[WorkOrder]:
    """What callers left with the telephone by themselves, oldest first, ids above `after`."""
    query = (
        select(WorkOrder)
        .where(WorkOrder.state == State.DRAFT, WorkOrder.channel == "phone")
        .where(WorkOrder.created_by.is_(None))
        .order_by(WorkOrder.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(WorkOrder.id > after)
    return list(session.scalars(query))
