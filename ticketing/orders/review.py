"""The province looks at closed complaints (第二十五条), and at closings that look too good.

复核 within five working days; an order that fails goes back for rework.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.orders.moves import Step, find, move
from ticketing.records.calls import Call
from ticketing.records.order_life import ProvinceReview, UnitReply
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.states import Event, ReviewState

KEYS_AT_ONCE: Final = 500


def pass_review(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    opinion: str = "",
    seen: int | None = None,
) -> WorkOrder:
    step = Step(Event.REVIEW_OK, seen, opinion, changes={"review_state": ReviewState.OK})
    order = move(session, moment, actor, order_no, step)
    _write(session, moment, actor, order, passed=True, opinion=opinion)
    return order


def fail_review(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    opinion: str,
    fault: str = "",
    seen: int | None = None,
) -> WorkOrder:
    """未通过; the failures are counted (复核2次未通过). Follow with `closing.rework`."""
    order = find(session, actor, order_no)
    changes = {
        "review_state": ReviewState.FAILED,
        "review_failures": order.review_failures + 1,
    }
    step = Step(Event.REVIEW_FAIL, seen, opinion, {"fault": fault}, changes)
    order = move(session, moment, actor, order_no, step)
    _write(session, moment, actor, order, passed=False, opinion=opinion, fault=fault)
    return order


def _real_calls(session: Session, keys: Set[str]) -> set[str]:
    """Those of the keys that are calls out which somebody answered."""
    found: set[str] = set()
    wanted = sorted(keys)
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        found |= set(
            session.scalars(
                select(Call.key).where(
                    Call.key.in_(wanted[start : start + KEYS_AT_ONCE]),
                    Call.direction == "out",
                    Call.connected_at.is_not(None),
                )
            )
        )
    return found


@dataclass(frozen=True)
class SuspiciousClosing:
    """A closing faster than a call could last, or told by a call that is not on record."""

    order_no: str
    unit_id: int | None
    minutes: float
    why: str


def suspicious_closings(
    session: Session, since: datetime, until: datetime, faster_than: timedelta
) -> list[SuspiciousClosing]:
    """Closings of a period that an inspector should look at (RL-2, SP-5)."""
    rows = session.execute(
        select(WorkOrder, UnitReply)
        .join(UnitReply, UnitReply.work_order_id == WorkOrder.id)
        .where(WorkOrder.closed_at >= since, WorkOrder.closed_at < until)
        .order_by(WorkOrder.id, UnitReply.id)
    )
    newest = {order.id: (order, answer) for order, answer in rows}
    real = _real_calls(session, {key for _, answer in newest.values() for key in answer.call_keys})
    found = []
    for order, answer in newest.values():
        took = answer.at - (order.dispatched_at or order.accepted_at)
        reasons = []
        if took < faster_than:
            reasons.append("办结时长短于一次通话所需时间")
        if answer.told_by == "phone" and not answer.call_keys:
            reasons.append("称已电话回复，但没有呼叫记录")
        elif answer.told_by == "phone" and not real.intersection(answer.call_keys):
            reasons.append("所填呼叫记录编号查无接通的呼出电话")
        if reasons:
            minutes = took.total_seconds() / 60
            found.append(
                SuspiciousClosing(order.order_no, answer.unit_id, minutes, "；".join(reasons))
            )
    return found


def _write(
    session: Session,
    moment: datetime,
    actor: Actor,
    order: WorkOrder,
    *,
    passed: bool,
    opinion: str,
    fault: str = "",
) -> None:
    session.add(
        ProvinceReview(
            work_order_id=order.id,
            passed=passed,
            fault=fault,
            opinion=opinion,
            at=moment,
            by=actor.login,
        )
    )
    session.flush()
