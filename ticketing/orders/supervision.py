"""Keeps orders moving: urging, supervising, overdue reports, and due times after a new calendar.

催办、督办、逾期 (第二十五、二十七条).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import SYSTEM, Actor
from ticketing.errors import NotFound
from ticketing.orders import clocks
from ticketing.orders.moves import Step, move
from ticketing.records.order_life import Supervision
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.calendar import CalendarVersion, local_day
from ticketing.rules.deadlines import Clocks
from ticketing.rules.states import OPEN_STATES, Event


class SupervisionType(StrEnum):
    """How an order is pressed (LC-2)."""

    ORDER = "order"
    WRITTEN = "written"
    MEETING = "meeting"
    LEADER_NOTE = "leader_note"
    RECTIFICATION_LETTER = "rectification_letter"
    INTERVIEW = "interview"

    @property
    def zh(self) -> str:
        return {
            SupervisionType.ORDER: "工单指派",
            SupervisionType.WRITTEN: "书面督办",
            SupervisionType.MEETING: "会议协调",
            SupervisionType.LEADER_NOTE: "领导签报",
            SupervisionType.RECTIFICATION_LETTER: "整改建议函",
            SupervisionType.INTERVIEW: "约谈",
        }[self]


@dataclass(frozen=True)
class Demand:
    """What is demanded of whom until when."""

    type: SupervisionType
    target: str
    demand: str
    due_at: datetime | None = None


def remind(
    session: Session, moment: datetime, actor: Actor, order_no: str, words: str = ""
) -> WorkOrder:
    """催办: the unit is told again."""
    return move(session, moment, actor, order_no, Step(Event.REMIND, reason=words))


def supervise(
    session: Session, moment: datetime, actor: Actor, order_no: str, demand: Demand
) -> Supervision:
    """督办 with a number, a target and a deadline."""
    evidence = {"type": demand.type, "target": demand.target}
    step = Step(Event.SUPERVISE, reason=demand.demand, evidence=evidence)
    order = move(session, moment, actor, order_no, step)
    count = len(
        session.scalars(select(Supervision.id).where(Supervision.work_order_id == order.id)).all()
    )
    row = Supervision(
        work_order_id=order.id,
        number=f"{order_no}-D{count + 1:02d}",
        type=demand.type,
        target=demand.target,
        demand=demand.demand,
        due_at=demand.due_at,
        at=moment,
        by=actor.login,
    )
    session.add(row)
    session.flush()
    return row


def answer_supervision(session: Session, moment: datetime, number: str, result: str) -> Supervision:
    """What came of it, written once."""
    row = session.scalars(select(Supervision).where(Supervision.number == number)).first()
    if row is None or row.answered_at is not None:
        raise NotFound("supervision", number)
    row.result = result
    row.answered_at = moment
    return row


def due_soon(
    session: Session, moment: datetime, within: timedelta, limit: int = 200
) -> list[WorkOrder]:
    """Orders whose running clock ends within so long, and those already past, soonest first."""
    rows = session.scalars(
        select(WorkOrder)
        .where(WorkOrder.state.in_(sorted(OPEN_STATES)), WorkOrder.due_at <= moment + within)
        .order_by(WorkOrder.due_at)
        .limit(limit)
    )
    return list(rows)


def report_overdue(session: Session, moment: datetime, limit: int = 200) -> list[str]:
    """Orders whose clock ran out: unit reminded, authority told, each once (第二十七条)."""
    overdue = session.scalars(
        select(WorkOrder.order_no)
        .where(
            WorkOrder.state.in_(sorted(OPEN_STATES)),
            WorkOrder.due_at < moment,
            WorkOrder.overdue_at.is_(None),
        )
        .order_by(WorkOrder.due_at)
        .limit(limit)
    ).all()
    for order_no in overdue:
        step = Step(Event.OVERDUE, reason="办理期限届满", changes={"overdue_at": moment})
        move(session, moment, SYSTEM, order_no, step)
    return list(overdue)


def recompute_due(session: Session, moment: datetime, limit: int = 500) -> list[str]:
    """After a new calendar: computes the running clocks anew; returns orders whose due day moved.

    Call again until `outdated` finds none.
    """
    moved = []
    for order in outdated(session, moment, limit):
        rules = catalogues.clocks(session, local_day(order.clock_started_at or moment))
        before = order.due_at
        overdue_at = order.overdue_at
        clocks.recompute(order, rules)
        order.overdue_at = overdue_at if order.due_at and order.due_at < moment else None
        if order.due_at != before:
            evidence = {"before": before, "after": order.due_at, "calendar": order.calendar_version}
            step = Step(Event.RECOMPUTE_DUE, reason="放假安排更新", evidence=_plain(evidence))
            session.flush()
            move(session, moment, SYSTEM, order.order_no, step)
            moved.append(order.order_no)
    session.flush()
    return moved


@dataclass(frozen=True)
class MovedDue:
    """A due time that another calendar would move."""

    order_no: str
    before: datetime
    after: datetime


def due_under(session: Session, calendar: CalendarVersion) -> list[MovedDue]:
    """Which running clocks would end at another moment under a calendar, soonest first.

    Nothing is changed.
    """
    rules = catalogues.policy(session)
    times = Clocks(calendar, rules.limits(), rules.postponement)
    running = (
        select(WorkOrder)
        .where(WorkOrder.due_at.is_not(None))
        .order_by(WorkOrder.due_at)
        .execution_options(yield_per=500)
    )
    moved = []
    for order in session.scalars(running):
        if order.due_at is not None and order.clock and order.clock_started_at is not None:
            after = clocks.deadline(order, times).due_at
            if after != order.due_at:
                moved.append(MovedDue(order.order_no, order.due_at, after))
    return moved


def outdated(session: Session, moment: datetime, limit: int = 500) -> list[WorkOrder]:
    """Orders whose running clock was computed with an older calendar."""
    newest = catalogues.calendar(session, local_day(moment)).version
    rows = session.scalars(
        select(WorkOrder)
        .where(WorkOrder.due_at.is_not(None), WorkOrder.calendar_version != newest)
        .order_by(WorkOrder.id)
        .limit(limit)
        .with_for_update()
    )
    return list(rows)


def _plain(evidence: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in evidence.items()
    }
