"""A work order in the form of the API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from agent_desk.web.shapes.orders import OrderSummary
from agent_desk.web.shaping.numbers import Sight
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.states import State

BEGINNING: Final = 60
"""Characters of the content that a list shows."""


def order_summary(
    order: WorkOrder, sight: Sight, moment: datetime, unit_names: Mapping[int, str]
) -> OrderSummary:
    hidden = Sight(numbers=sight.numbers and not order.confidential)
    unit = order.lead_unit_id
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
        caller_number=hidden.number(order.caller_number),
        caller_name=hidden.name(order.caller_name),
        content=order.content[:BEGINNING],
        lead_unit_id=unit,
        lead_unit=unit_names.get(unit, "") if unit is not None else "",
        due_at=order.due_at,
        overdue=order.overdue_at is not None
        or (order.due_at is not None and order.due_at < moment),
        accepted_at=order.accepted_at,
        updated_at=order.updated_at,
    )
