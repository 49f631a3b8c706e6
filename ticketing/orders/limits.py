"""Changed limits reach running orders only when somebody asks for it, then all of them, on record.

An administrator first sees how many would change. The worker then goes through the running orders a
few hundred at a time; each whose due time moves gets an entry in its history.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import SYSTEM, Actor
from ticketing.errors import Finding, InvalidInput, NotAllowed
from ticketing.orders import clocks
from ticketing.orders.moves import Step, move
from ticketing.people.audit import record_audit
from ticketing.records.order_life import DueRecompute
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.calendar import local_day
from ticketing.rules.deadlines import Clocks
from ticketing.rules.permissions import Right
from ticketing.rules.states import Event
from ticketing.rules.texts import clean

AT_ONCE: Final = 200
LOOKED_AT: Final = 5_000
"""Running orders a preview computes; of more it tells a share."""
EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One order that would change."""

    order_no: str
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Outlook:
    """What recomputing now would do."""

    running: int
    looked: int
    """Fewer than `running`: the oldest of them."""
    changed: int
    overdue: int
    """So many would be past their limit at once."""
    examples: tuple[Example, ...]


@dataclass
class _Rules:
    """The clocks in force, each month's calendar read once."""

    session: Session
    known: dict[date, Clocks] = field(default_factory=dict)

    def around(self, moment: datetime) -> Clocks:
        month = local_day(moment).replace(day=1)
        if month not in self.known:
            self.known[month] = catalogues.clocks(self.session, month)
        return self.known[month]


def outlook(session: Session, moment: datetime) -> Outlook:
    """Computes every running clock anew and writes nothing."""
    running = session.scalar(
        select(func.count()).select_from(WorkOrder).where(WorkOrder.due_at.is_not(None))
    )
    rules, count = _Rules(session), Counter[str]()
    examples: list[Example] = []
    orders = _running(session, 0, LOOKED_AT)
    for order in orders:
        if order.due_at is None or order.clock_started_at is None:
            continue
        due_at = clocks.deadline(order, rules.around(order.clock_started_at)).due_at
        if due_at == order.due_at:
            continue
        count["changed"] += 1
        count["overdue"] += due_at < moment <= order.due_at
        if len(examples) < EXAMPLES:
            examples.append(Example(order.order_no, order.due_at, due_at))
    return Outlook(running or 0, len(orders), count["changed"], count["overdue"], tuple(examples))


def ask_recompute(session: Session, moment: datetime, actor: Actor, reason: str) -> DueRecompute:
    """The worker does it soon. Raises InvalidInput, NotAllowed while one is under way."""
    actor.require(Right.EDIT_CATALOGUES, "重算期限")
    reason = clean(reason)
    if not reason:
        raise InvalidInput((Finding("reason", "请写明为什么重算，例如办理时限的修改依据"),))
    if _under_way(session) is not None:
        raise NotAllowed("重算期限", "上一次重算还在进行，请稍后再试")
    asked = DueRecompute(
        reason=reason, asked_by=actor.login, asked_by_name=actor.name, asked_at=moment
    )
    session.add(asked)
    session.flush()
    record_audit(
        session, moment, actor, "due.recompute", "due_recompute", str(asked.id), reason=reason
    )
    return asked


def last_recompute(session: Session) -> DueRecompute | None:
    """The newest one, under way or done."""
    return session.scalars(select(DueRecompute).order_by(DueRecompute.id.desc()).limit(1)).first()


def carry_on(session: Session, moment: datetime, at_once: int = AT_ONCE) -> int:
    """Recomputes the next orders of what was asked; returns how many it looked at."""
    asked = _under_way(session)
    if asked is None:
        return 0
    orders = _running(session, asked.after_id, at_once, lock=True)
    rules = _Rules(session)
    for order in orders:
        if order.clock_started_at is not None:
            asked.changed += _recompute(session, moment, order, rules, asked)
    asked.looked += len(orders)
    if len(orders) < at_once:
        asked.done_at = moment
    else:
        asked.after_id = orders[-1].id
    session.flush()
    return len(orders)


def _recompute(
    session: Session, moment: datetime, order: WorkOrder, rules: _Rules, asked: DueRecompute
) -> bool:
    """Whether its due time moved."""
    before, overdue_at = order.due_at, order.overdue_at
    clocks.recompute(order, rules.around(order.clock_started_at or moment))
    order.overdue_at = overdue_at if order.due_at and order.due_at < moment else None
    session.flush()
    if order.due_at == before or order.due_at is None or before is None:
        return False
    evidence = {
        "before": before.isoformat(),
        "after": order.due_at.isoformat(),
        "calendar": order.calendar_version,
        "basis": clocks.deadline(order, rules.around(order.clock_started_at or moment)).basis,
        "asked_by": asked.asked_by_name,
    }
    step = Step(Event.RECOMPUTE_DUE, reason=asked.reason, evidence=evidence)
    move(session, moment, SYSTEM, order.order_no, step)
    return True


def _running(
    session: Session, after: int, limit: int, *, lock: bool = False
) -> Sequence[WorkOrder]:
    query = (
        select(WorkOrder)
        .where(WorkOrder.due_at.is_not(None), WorkOrder.id > after)
        .order_by(WorkOrder.id)
        .limit(limit)
    )
    return session.scalars(query.with_for_update() if lock else query).all()


def _under_way(session: Session) -> DueRecompute | None:
    return session.scalars(
        select(DueRecompute)
        .where(DueRecompute.done_at.is_(None))
        .order_by(DueRecompute.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
