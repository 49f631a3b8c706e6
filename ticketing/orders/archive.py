"""The end of an order's life: archived and read-only (第三十条), and the proof of its history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import SYSTEM, Actor
from ticketing.database import Database
from ticketing.orders.moves import Step, content_of, move
from ticketing.records.work_orders import WorkOrder, WorkOrderEvent
from ticketing.rules.calendar import local_day
from ticketing.rules.deadlines import Clock, years_later
from ticketing.rules.hashchain import Break, Link, first_break
from ticketing.rules.states import Event, ReviewState, State


def archive(
    session: Session, moment: datetime, actor: Actor, order_no: str, seen: int | None = None
) -> WorkOrder:
    """归档: nothing moves afterwards."""
    step = Step(Event.ARCHIVE, seen, changes={"archived_at": moment})
    return move(session, moment, actor, order_no, step)


def archive_due(
    session: Session, moment: datetime, closed_before: datetime, limit: int = 500
) -> list[str]:
    """Archives what was revisited and reviewed, and what no sample drew before `closed_before`."""
    revisited = WorkOrder.state == State.REVISITED
    unsampled = (WorkOrder.state == State.CLOSED) & (WorkOrder.closed_at < closed_before)
    ended = WorkOrder.state.in_([State.REJECTED, State.WITHDRAWN])
    ready = session.scalars(
        select(WorkOrder.order_no)
        .where(
            or_(revisited, unsampled, ended),
            WorkOrder.review_state.in_([ReviewState.NONE, ReviewState.OK]),
            WorkOrder.updated_at < closed_before,
        )
        .order_by(WorkOrder.id)
        .limit(limit)
    ).all()
    for order_no in ready:
        archive(session, moment, SYSTEM, order_no)
    return list(ready)


def keep_until(session: Session, order: WorkOrder) -> date | None:
    """The last day the order must be there: five years after it was archived; None: still open."""
    if order.archived_at is None:
        return None
    years = catalogues.policy(session).limits()[Clock.KEEP_ORDERS].amount
    return local_day(years_later(order.archived_at, years))


@dataclass(frozen=True)
class Tampered:
    """An order whose log was edited."""

    order_no: str
    where: Break


def verify(session: Session, order: WorkOrder) -> Tampered | None:
    """Checks one order's chain of events, its end included."""
    rows = session.scalars(
        select(WorkOrderEvent)
        .where(WorkOrderEvent.work_order_id == order.id)
        .order_by(WorkOrderEvent.seq)
    )
    links = [Link(content_of(order.order_no, row), row.previous_hash, row.hash) for row in rows]
    where = first_break(links, order.last_hash)
    return Tampered(order.order_no, where) if where else None


def tampered_orders(database: Database) -> Iterator[Tampered]:
    """Every order whose log was edited, a thousand orders at a time."""
    after, more = None, True
    while more:
        with database.reading() as session:
            found, after = verify_some(session, after)
        yield from found
        more = after is not None


def verify_some(
    session: Session, after: int | None = None, limit: int = 1000
) -> tuple[list[Tampered], int | None]:
    """Checks the orders after an id; returns what is wrong and the id to go on from, if any."""
    query = select(WorkOrder).order_by(WorkOrder.id).limit(limit)
    if after is not None:
        query = query.where(WorkOrder.id > after)
    orders = session.scalars(query).all()
    found = [tampered for order in orders if (tampered := verify(session, order))]
    return found, orders[-1].id if len(orders) == limit else None
