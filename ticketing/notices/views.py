"""What people see of notices: those on their own screen, and all of one order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.records.notices import Notice
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.lifecycle import CONFIRMERS
from ticketing.rules.masking import masked_phone
from ticketing.rules.notices import Means, NoticeKind, Recipient
from ticketing.rules.permissions import Right, Role

PAGE_AT_MOST: Final = 200

STATE_ZH: Final = {
    "shown": "已在系统内通知",
    "skipped": "未发送",
    "waiting": "待发送",
    "sending": "发送中",
    "sent": "已发送",
    "delivered": "已送达",
    "undelivered": "未送达",
    "failed": "发送失败",
    "unknown": "不能确认是否发出",
}


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice as a person may see it."""

    id: int
    order_no: str
    kind: str
    recipient: str
    unit_id: int | None
    """Which unit, when it is to one."""
    means: str
    number: str
    """Masked."""
    text: str
    parts: int
    state: str
    """In words."""
    state_code: str
    reason: str
    at: datetime
    sent_at: datetime | None
    receipt_at: datetime | None


def notices_for(
    session: Session, person: Actor, after: int | None = None, limit: int = 50
) -> list[NoticeView]:
    """In-app notices to this person's unit, authority or centre, newest first, ids below `after`.

    A person who is none of these sees none.
    """
    limit = max(1, min(limit, PAGE_AT_MOST))
    rows = [
        row
        for recipient, unit_id in _addressed_to(person)
        for row in session.scalars(_shown_to(recipient, unit_id, after).limit(limit))
    ]
    return [notice_view(row) for row in sorted(rows, key=lambda row: -row.id)[:limit]]


def _shown_to(recipient: Recipient, unit_id: int, after: int | None) -> Select[Notice]:
    query = select(Notice).where(
        Notice.recipient == recipient, Notice.unit_id == unit_id, Notice.means == Means.IN_APP
    )
    if after is not None:
        query = query.where(Notice.id < after)
    return query.order_by(Notice.id.desc())


def notices_of_order(session: Session, person: Actor, order: WorkOrder) -> list[NoticeView]:
    """All notices of an order, oldest first; a unit sees those to itself alone."""
    query = select(Notice).where(Notice.work_order_id == order.id).order_by(Notice.id)
    if not person.may(Right.SEE_ORDERS):
        query = query.where(Notice.recipient == Recipient.UNIT, Notice.unit_id == person.unit_id)
    return [notice_view(row) for row in session.scalars(query)]


def unsettled(
    session: Session, person: Actor, after: int | None = None, limit: int = 50
) -> list[NoticeView]:
    """Messages somebody should look at: given up, not delivered, or nobody knows; newest first."""
    person.require(Right.SEE_ORDERS, "查看通知发送情况")
    query = (
        select(Notice)
        .where(text("state IN ('failed', 'undelivered', 'unknown')"))  # the index's own words
        .order_by(Notice.id.desc())
        .limit(max(1, min(limit, PAGE_AT_MOST)))
    )
    if after is not None:
        query = query.where(Notice.id < after)
    return [notice_view(row) for row in session.scalars(query)]


def _addressed_to(person: Actor) -> list[tuple[Recipient, int]]:
    """As whom a person is told: of which unit, as authority, as the centre."""
    whose = []
    if person.unit_id is not None and person.may(Right.SEE_OWN_UNIT_ORDERS):
        whose.append((Recipient.UNIT, person.unit_id))
    if Role.AUTHORITY in person.roles:
        whose.append((Recipient.AUTHORITY, 0))
    if person.roles & CONFIRMERS:
        whose.append((Recipient.CENTRE, 0))
    return whose


def notice_view(row: Notice) -> NoticeView:
    return NoticeView(
        id=row.id,
        order_no=row.order_no,
        kind=NoticeKind(row.kind).zh,
        recipient=Recipient(row.recipient).zh,
        unit_id=row.unit_id or None,
        means="短信" if row.means == Means.SMS else "系统内",
        number=masked_phone(row.number),
        text=row.text,
        parts=row.parts,
        state=STATE_ZH[row.state],
        state_code=row.state,
        reason=row.reason,
        at=row.created_at,
        sent_at=row.sent_at,
        receipt_at=row.receipt_at,
    )
