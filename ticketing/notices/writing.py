"""Writes the notices of a move in the move's own transaction: told exactly when it is true.

The unique key (order, occasion, kind, recipient, unit, means) makes "once" the database's word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.clock import SHANGHAI
from ticketing.records.calls import News
from ticketing.records.catalogues import HandlingUnit
from ticketing.records.notices import Notice
from ticketing.records.work_orders import WorkOrder, WorkOrderEvent
from ticketing.rules import sms
from ticketing.rules.calendar import last_day_of, start_of_day
from ticketing.rules.classification import Kind
from ticketing.rules.masking import masked_text
from ticketing.rules.notices import (
    HELPERS_TOO,
    Means,
    Recipient,
    Template,
    notices_of,
)
from ticketing.rules.routing import UnitType
from ticketing.rules.states import Event

NO_UNIT = "尚未转办"


@dataclass(frozen=True)
class Occasion:
    """What gives rise to notices: an event of the order, or a limit that comes near."""

    key: str
    order: WorkOrder
    unit_id: int | None
    """The unit it concerns: the order's, or the one it was just taken from."""
    reason: str = ""
    days: int = 0
    helper_ids: Sequence[int] = ()


def write_notices(
    session: Session,
    moment: datetime,
    order: WorkOrder,
    row: WorkOrderEvent,
    unit_before: int | None,
    helpers_before: Sequence[int],
) -> None:
    """Everything this event tells. `…_before`: who had the order until now."""
    told = notices_of(Event(row.event), row.evidence)
    if not told:
        return
    taken_away = order.lead_unit_id is None
    occasion = Occasion(
        key=str(row.seq),
        order=order,
        unit_id=unit_before if taken_away else order.lead_unit_id,
        reason=row.reason,
        days=row.evidence.get("working_days", 0),
        helper_ids=helpers_before if taken_away else order.co_unit_ids.get("ids", ()),
    )
    version, templates = catalogues.notice_templates(session)
    for kind, recipients in told:
        for template in templates:
            if template.kind is kind and template.recipient in recipients:
                write(session, moment, occasion, version, template)


def write(
    session: Session, moment: datetime, occasion: Occasion, version: str, template: Template
) -> int:
    """One template's notices; returns how many there are."""
    order, count = occasion.order, 0
    for unit in _units(session, occasion, template):
        text = template.fill(_values(session, occasion))
        notice = Notice(
            work_order_id=order.id,
            order_no=order.order_no,
            occasion=occasion.key,
            kind=template.kind,
            recipient=template.recipient,
            unit_id=unit.id if unit else 0,
            means=template.means,
            text=text,
            template_version=version,
            due_at=order.due_at,
            created_at=moment,
        )
        if template.means is Means.SMS:
            _address(session, moment, notice, order, unit)
        else:
            notice.state = "shown"
        session.add(notice)
        session.flush()
        if template.means is Means.IN_APP:
            _tell(session, moment, notice)
        count += 1
    return count


def _units(
    session: Session, occasion: Occasion, template: Template
) -> Iterator[HandlingUnit | None]:
    """The units told; for other recipients one None."""
    if template.recipient is not Recipient.UNIT:
        yield None
        return
    ids = [occasion.unit_id]
    if template.kind in HELPERS_TOO:
        ids += [one for one in occasion.helper_ids if one != occasion.unit_id]
    for unit_id in ids:
        unit = session.get(HandlingUnit, unit_id) if unit_id is not None else None
        if unit is not None:
            yield unit


def _values(session: Session, occasion: Occasion) -> dict[str, str]:
    """What the placeholders stand for; numbers of people within a text are hidden."""
    order = occasion.order
    unit = session.get(HandlingUnit, occasion.unit_id) if occasion.unit_id is not None else None
    return {
        "order_no": order.order_no,
        "kind": Kind(order.kind).zh,
        "topic": order.topic or order.domain or "未分类",
        "reason": masked_text(occasion.reason),
        "result": masked_text(order.result),
        "unit": unit.name if unit else NO_UNIT,
        "due": _due(order.due_at),
        "days": str(occasion.days),
    }


def _due(due_at: datetime | None) -> str:
    """`2026年12月9日`, with the time when it is not the day's end."""
    if due_at is None:
        return "未定"
    local = due_at.astimezone(SHANGHAI)
    day = last_day_of(due_at)
    at_midnight = due_at == start_of_day(local.date())
    return f"{day.year}年{day.month}月{day.day}日" + ("" if at_midnight else f"{local:%H:%M}")


def _address(
    session: Session,
    moment: datetime,
    notice: Notice,
    order: WorkOrder,
    unit: HandlingUnit | None,
) -> None:
    """The number it goes to, or the reason why it goes nowhere."""
    notice.parts = sms.parts(notice.text)
    if notice.recipient == Recipient.CALLER:
        phone, lacking = order.caller_number, "来电人没有可收短信的手机号码"
    elif notice.recipient == Recipient.UNIT and unit is not None:
        phone, lacking = unit.duty_phone, "承办单位没有登记值班手机"
    else:
        phone, lacking = _authority_phone(session), "主管部门没有登记值班手机"
    if notice.recipient == Recipient.CALLER and order.confidential:
        phone, lacking = "", "诉求人要求保密，不发短信"
    notice.number = sms.mobile_number(phone)
    notice.state = "waiting" if notice.number else "skipped"
    notice.next_try_at = moment if notice.number else None
    notice.reason = "" if notice.number else lacking


def _authority_phone(session: Session) -> str:
    """The duty phone of the authority at the centre's own level (本级交通运输主管部门)."""
    region = catalogues.policy(session).region_code
    units = session.scalars(
        select(HandlingUnit)
        .where(
            HandlingUnit.type == UnitType.AUTHORITY,
            HandlingUnit.disabled_at.is_(None),
            HandlingUnit.region_code.in_((region, "")),
        )
        .order_by(HandlingUnit.region_code.desc(), HandlingUnit.id)
    )
    return next((unit.duty_phone for unit in units if unit.duty_phone), "")


def _tell(session: Session, moment: datetime, notice: Notice) -> None:
    session.add(
        News(
            at=moment,
            topic="notice.shown",
            subject=str(notice.id),
            detail={
                "order_no": notice.order_no,
                "kind": notice.kind,
                "recipient": notice.recipient,
                "unit_id": notice.unit_id or None,
            },
        )
    )
