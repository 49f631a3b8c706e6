"""Work orders as lines of a list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from agent_desk.web.shapes.order_list import OrderSummary
from agent_desk.web.shaping.numbers import Sight
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.states import OPEN_STATES, State
from ticketing.units import unit_names

BEGINNING: Final = 60
"""Characters of the content that a list shows."""


def order_summaries(
    session: Session, orders: Sequence[WorkOrder], sight: Sight, moment: datetime
) -> list[OrderSummary]:
    names = unit_names(session, [order.lead_unit_id for order in orders])
    return [
        _summary(order, sight, moment, names.get(order.lead_unit_id or 0, "")) for order in orders
    ]


def _summary(order: WorkOrder, sight: Sight, moment: datetime, lead_unit: str) -> OrderSummary:
    sealed = order.confidential
    late = order.due_at is not None and order.due_at < moment
    return OrderSummary(
        id=order.id,
        order_no=order.order_no,
        state=order.state,
        state_label=State(order.state).zh,
        kind=order.kind,
        domain=order.domain,
        topic=order.topic,
        sub_item=order.sub_item,
        region_code=order.region_code,
        priority=order.priority,
        caller_number=sight.number(order.caller_number, sealed=sealed),
        caller_name=sight.name(order.caller_name, sealed=sealed),
        content=sight.words(order.content, sealed)[:BEGINNING],
        lead_unit_id=order.lead_unit_id,
        lead_unit=lead_unit,
        due_at=order.due_at,
        overdue=order.state in OPEN_STATES and (late or order.overdue_at is not None),
        accepted_at=order.accepted_at,
        updated_at=order.updated_at,
    )
