"""Reminds units of orders whose limit comes near, once for each limit (第二十七条)."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.notices.writing import Occasion, write
from ticketing.records.notices import Notice
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.calendar import end_of_day, local_day
from ticketing.rules.notices import NoticeKind
from ticketing.rules.states import WITH_UNIT


def remind_due_soon(session: Session, moment: datetime, limit: int = 200) -> int:
    """Orders with a unit that are due by the end of the policy's next working days.

    A limit that moves (extension, new calendar) is reminded of again. Returns how many notices
    were written.
    """
    version, templates = catalogues.notice_templates(session)
    wanted = [one for one in templates if one.kind is NoticeKind.DUE_SOON]
    if not wanted:
        return 0
    orders = _near(session, moment, limit)
    return sum(
        write(session, moment, _occasion(order), version, template)
        for order in orders
        for template in wanted
    )


def _near(session: Session, moment: datetime, limit: int) -> list[WorkOrder]:
    today = local_day(moment)
    days = catalogues.policy(session).reminder_working_days
    last = catalogues.calendar(session, today).nth_working_day_after(today, days)
    reminded = exists().where(
        Notice.work_order_id == WorkOrder.id,
        Notice.kind == NoticeKind.DUE_SOON,
        Notice.due_at == WorkOrder.due_at,
    )
    rows = session.scalars(
        select(WorkOrder)
        .where(
            WorkOrder.state.in_(sorted(WITH_UNIT)),
            WorkOrder.due_at > moment,
            WorkOrder.due_at <= end_of_day(last),
            ~reminded,
        )
        .order_by(WorkOrder.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(rows)


def _occasion(order: WorkOrder) -> Occasion:
    key = f"due {order.due_at:%Y-%m-%dT%H:%M:%S}"
    return Occasion(key=key, order=order, unit_id=order.lead_unit_id)
