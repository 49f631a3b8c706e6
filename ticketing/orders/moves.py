"""The one function that moves an order.

It locks the order, compares the version the person saw, asks the life cycle's table and its
guards, writes the new state, appends to the hash-chained log, sets the clocks, writes the notices
and tells the news: all in the caller's transaction, or nothing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import AlreadyHandled, NotAllowed, NotFound
from ticketing.notices.writing import write_notices
from ticketing.orders import clocks, search
from ticketing.records.calls import News
from ticketing.records.work_orders import WorkOrder, WorkOrderCoUnit, WorkOrderEvent
from ticketing.rules.classification import Kind
from ticketing.rules.guards import Facts, refusals
from ticketing.rules.hashchain import GENESIS, link
from ticketing.rules.lifecycle import Move, Refusal, Table
from ticketing.rules.permissions import Right, Role
from ticketing.rules.states import CHANGES_TEXT, Event, ReviewState, State
from ticketing.rules.texts import clean

TABLE: Final = Table()


@dataclass(frozen=True)
class Step:
    """What a person wants to happen to an order.

    `seen` is the version on their screen; None: whatever it is now (jobs, programs).
    """

    event: Event
    seen: int | None = None
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the order to set."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Fields of Facts that come with the move."""


def find(session: Session, actor: Actor, order_no: str, *, lock: bool = False) -> WorkOrder:
    """The order, if there is one that this person may know of."""
    query = select(WorkOrder).where(WorkOrder.order_no == order_no)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    order = session.scalars(query).first()
    if order is None or not may_see(actor, order):
        raise NotFound("work_order", order_no)
    return order


def may_see(actor: Actor, order: WorkOrder) -> bool:
    """The centre sees all orders, a unit its own and those it helps with."""
    if actor.may(Right.SEE_ORDERS) or Role.SYSTEM in actor.roles:
        return True
    if actor.unit_id is None or not actor.may(Right.SEE_OWN_UNIT_ORDERS):
        return False
    return actor.unit_id in (order.lead_unit_id, *order.co_unit_ids.get("ids", ()))


def is_helping(actor: Actor, order: WorkOrder) -> bool:
    """Whether this person's unit helps the lead unit (协办)."""
    return actor.unit_id is not None and actor.unit_id in order.co_unit_ids.get("ids", ())


def move(session: Session, moment: datetime, actor: Actor, order_no: str, step: Step) -> WorkOrder:
    """Makes the move, or raises NotFound, AlreadyHandled, or NotAllowed with the reasons."""
    order = find(session, actor, order_no, lock=True)
    if step.seen is not None and step.seen != order.version:
        raise _already_handled(session, order)
    found = TABLE.check(State(order.state), step.event, actor.roles)
    if isinstance(found, Refusal):
        raise NotAllowed(step.event.zh, found.reason)
    reasons = refusals(found.guards, facts_of(moment, actor, order, step))
    if reasons:
        raise NotAllowed(step.event.zh, "；".join(reasons))
    return _carry_out(session, moment, actor, order, found, step)


def begin(session: Session, moment: datetime, actor: Actor, order: WorkOrder, step: Step) -> None:
    """Writes a new order and the first event of its log."""
    found = TABLE.check(None, step.event, actor.roles)
    if isinstance(found, Refusal):
        raise NotAllowed(step.event.zh, found.reason)
    order.state = State.DRAFT
    session.add(order)
    session.flush()
    search.index(session, order)
    _append(session, moment, actor, order, "", step, ())


def take_over(
    session: Session, moment: datetime, actor: Actor, orders: Sequence[WorkOrder], step: Step
) -> None:
    """Writes orders that another system ended, each with the only event of its log.

    No news: nobody at a screen waits for them, and there may be a hundred thousand.
    """
    found = TABLE.check(None, step.event, actor.roles)
    if isinstance(found, Refusal):
        raise NotAllowed(step.event.zh, found.reason)
    for order in orders:
        order.state = found.target or State.ARCHIVED
    session.add_all(orders)
    session.flush()
    session.add_all(_only_event(moment, actor, order, step) for order in orders)
    session.flush()
    search.index_all(session, orders)


def _only_event(moment: datetime, actor: Actor, order: WorkOrder, step: Step) -> WorkOrderEvent:
    row = WorkOrderEvent(
        work_order_id=order.id,
        seq=1,
        event=step.event,
        from_state="",
        to_state=order.state,
        at=moment,
        who=actor.login,
        who_name=actor.name,
        who_role=_acting_role("", step.event, actor),
        reason=clean(step.reason),
        evidence={**step.evidence, "source_no": order.source_no},
        previous_hash=GENESIS,
    )
    row.hash = link(content_of(order.order_no, row), row.previous_hash)
    order.last_hash = row.hash
    return row


def facts_of(moment: datetime, actor: Actor, order: WorkOrder, step: Step) -> Facts:
    """What the guards look at: the order as it will be written, and what comes with the move."""
    unit_id = step.changes.get("lead_unit_id", order.lead_unit_id)
    known: dict[str, Any] = {
        "moment": moment,
        "kind": Kind(order.kind),
        "reason": step.reason,
        "result": step.changes.get("result", order.result),
        "lead_unit": str(unit_id or ""),
        "responsible_person": step.changes.get("responsible_person", order.responsible_person),
        "actor_is_of_lead_unit": actor.unit_id is not None and actor.unit_id == order.lead_unit_id,
        "actor_is_of_co_unit": is_helping(actor, order),
        "actor": actor.login,
        "replied_by": order.replied_by,
        "return_due_at": order.return_due_at,
        "coordinated": order.coordinated,
        "due_at": order.due_at,
        "extended": order.extended_days > 0,
        "revisit_required": order.revisit_required,
        "revisited": order.revisited_at is not None,
        "review_required": order.review_state != ReviewState.NONE,
        "review_passed": order.review_state == ReviewState.OK,
        "review_pending": order.review_state == ReviewState.PENDING,
    }
    return Facts(**{**known, **step.facts})


def _carry_out(
    session: Session, moment: datetime, actor: Actor, order: WorkOrder, found: Move, step: Step
) -> WorkOrder:
    before = order.state
    unit, helpers = order.lead_unit_id, order.co_unit_ids.get("ids", ())
    for column, value in step.changes.items():
        setattr(order, column, value)
    if found.target is not None:
        order.state = found.target
    clocks.apply(session, moment, order, found.effects)
    if found.target is not None or step.event in CHANGES_TEXT:
        order.version += 1
    order.updated_at = moment
    if search.SEARCHED & step.changes.keys():
        search.index(session, order)
    _list_helpers(session, order, helpers)
    row = _append(session, moment, actor, order, before, step, tuple(found.effects))
    write_notices(session, moment, order, row, unit, helpers)
    return order


def _list_helpers(session: Session, order: WorkOrder, before: Sequence[int]) -> None:
    """Helping units find the order in their own list as long as they help."""
    now = order.co_unit_ids.get("ids", ())
    if set(now) == set(before):
        return
    session.execute(delete(WorkOrderCoUnit).where(WorkOrderCoUnit.work_order_id == order.id))
    session.add_all(WorkOrderCoUnit(work_order_id=order.id, unit_id=one) for one in set(now))
    session.flush()


def _append(
    session: Session,
    moment: datetime,
    actor: Actor,
    order: WorkOrder,
    before: str,
    step: Step,
    effects: tuple[str, ...],
) -> WorkOrderEvent:
    last = _last_event(session, order)
    row = WorkOrderEvent(
        work_order_id=order.id,
        seq=last.seq + 1 if last else 1,
        event=step.event,
        from_state=before,
        to_state=order.state,
        at=moment,
        who=actor.login,
        who_name=actor.name,
        who_role=_acting_role(before, step.event, actor),
        reason=clean(step.reason),
        evidence=dict(step.evidence),
        previous_hash=last.hash if last else GENESIS,
    )
    row.hash = link(content_of(order.order_no, row), row.previous_hash)
    order.last_hash = row.hash
    session.add(row)
    session.add(
        News(
            at=moment,
            topic="work_order.moved",
            subject=order.order_no,
            detail={
                "event": step.event,
                "from": before,
                "to": order.state,
                "seq": row.seq,
                "version": order.version,
                "effects": list(effects),
                "kind": order.kind,
                "unit_id": order.lead_unit_id,
                "copied_to_province": is_copied_to_province(order),
            },
        )
    )
    session.flush()
    return row


def is_copied_to_province(order: WorkOrder) -> bool:
    """Forwarded complaints and everything that happens to them later (第二十五条)."""
    return order.kind == Kind.COMPLAINT and order.dispatched_at is not None


def content_of(order_no: str, row: WorkOrderEvent) -> dict[str, Any]:
    """What an event's hash covers: all of it."""
    return {
        "order_no": order_no,
        "seq": row.seq,
        "event": row.event,
        "from_state": row.from_state,
        "to_state": row.to_state,
        "at": row.at,
        "who": row.who,
        "who_name": row.who_name,
        "who_role": row.who_role,
        "reason": row.reason,
        "evidence": row.evidence,
    }


def _acting_role(before: str, event: Event, actor: Actor) -> str:
    """The role that opened the move; of several the first of the list of roles."""
    found = TABLE.find(State(before) if before else None, event)
    opened = actor.roles & found.roles if found else actor.roles
    return next((role for role in Role if role in opened), "")


def _last_event(session: Session, order: WorkOrder) -> WorkOrderEvent | None:
    return session.scalars(
        select(WorkOrderEvent)
        .where(WorkOrderEvent.work_order_id == order.id)
        .order_by(WorkOrderEvent.seq.desc())
        .limit(1)
    ).first()


def _already_handled(session: Session, order: WorkOrder) -> AlreadyHandled:
    last = _last_event(session, order)
    if last is None:
        raise NotFound("work_order_event", order.order_no)
    change = f"{last.who_name}已{Event(last.event).zh}，工单现为“{State(order.state).zh}”"
    return AlreadyHandled("work_order", order.order_no, last.who_name, last.at, change)
