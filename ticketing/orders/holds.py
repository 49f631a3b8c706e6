"""保全与争议: while one is open its order is not disposed of, however old it is."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.orders.moves import find
from ticketing.people.audit import record_audit
from ticketing.records.keeping import OrderHold
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.permissions import Right
from ticketing.rules.texts import clean


class HoldKind(StrEnum):
    """Why somebody keeps it."""

    HOLD = "hold"
    DISPUTE = "dispute"

    @property
    def zh(self) -> str:
        return {HoldKind.HOLD: "保全", HoldKind.DISPUTE: "争议"}[self]


def place_order_hold(
    session: Session, moment: datetime, actor: Actor, order_no: str, kind: HoldKind, reason: str
) -> OrderHold:
    """Raises NotFound, NotAllowed, InvalidInput."""
    actor.require(Right.HOLD_RECORDINGS, "保全工单")
    order = find(session, actor, order_no, lock=True)
    hold = OrderHold(
        work_order_id=order.id,
        kind=kind,
        reason=_given(reason),
        placed_by=actor.login,
        placed_at=moment,
    )
    session.add(hold)
    session.flush()
    detail = {"hold": hold.id, "kind": kind.zh}
    record_audit(
        session, moment, actor, "order.hold", "work_order", order_no, reason=reason, detail=detail
    )
    return hold


def release_order_hold(
    session: Session, moment: datetime, actor: Actor, order_no: str, hold_id: int, reason: str
) -> OrderHold:
    """Ends a hold; its row stays. Released twice is released once."""
    actor.require(Right.HOLD_RECORDINGS, "解除保全")
    order = find(session, actor, order_no, lock=True)
    hold = session.get(OrderHold, hold_id, with_for_update=True)
    if hold is None or hold.work_order_id != order.id:
        raise NotFound("hold", hold_id)
    if hold.released_at is not None:
        return hold
    hold.release_reason = _given(reason)
    hold.released_by, hold.released_at = actor.login, moment
    detail = {"hold": hold.id}
    record_audit(
        session,
        moment,
        actor,
        "order.release",
        "work_order",
        order_no,
        reason=reason,
        detail=detail,
    )
    return hold


def holds_of(session: Session, order: WorkOrder) -> Sequence[OrderHold]:
    """All of them, the released ones too."""
    return session.scalars(
        select(OrderHold).where(OrderHold.work_order_id == order.id).order_by(OrderHold.id)
    ).all()


def _given(reason: str) -> str:
    text = clean(reason)
    if not text:
        raise InvalidInput((Finding("reason", "请填写理由"),))
    return text
