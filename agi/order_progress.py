"""What a caller may hear about an order of theirs."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from ivr_flows.interfaces import OrderProgress
from ticketing.orders.own import find_own
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.calendar import last_day_of, local_day
from ticketing.rules.states import OPEN_STATES, State

SHORTEST: Final = 8
"""Digits; the sequence alone. Fewer would let a caller guess …"""

SHORTEST_AT_OWN_PHONE: Final = 4
"""… but not one who calls from the telephone the order was filed with."""

IN_CALLERS_WORDS: Final[Mapping[State, str]] = {
    State.DRAFT: "已登记",
    State.PENDING_REVIEW: "已受理",
    State.DISPATCHED: "已转交办理单位",
    State.RETURN_REQUESTED: "正在办理",
    State.COORDINATION: "正在办理",
    State.EXTENSION_REQUESTED: "正在办理",
    State.MERGED: "正在办理",
    State.IN_PROGRESS: "正在办理",
    State.REPLIED: "已有答复正在核实",
    State.REWORK: "正在重新办理",
    State.ESCALATED: "已报上级部门",
    State.CLOSED: "已办结",
    State.REVISIT_PENDING: "已办结",
    State.REVISITED: "已办结",
    State.ARCHIVED: "已办结",
    State.REJECTED: "不予受理",
    State.WITHDRAWN: "已撤回",
}


def find_progress(
    session: Session, number: str, phone: str, *, own_phone: bool = False
) -> OrderProgress | None:
    """By the digits of the order's number, whole or its last eight, and the telephone given.

    `own_phone`: it is the one the caller calls from, so the last four will do.
    """
    if len(number) < (SHORTEST_AT_OWN_PHONE if own_phone else SHORTEST):
        return None
    order = find_own(session, number, phone)
    return _progress(order) if order else None


def _progress(order: WorkOrder) -> OrderProgress:
    state = State(order.state)
    waits = state in OPEN_STATES and order.due_at is not None
    return OrderProgress(
        order_no=order.order_no,
        state=IN_CALLERS_WORDS[state],
        accepted_on=local_day(order.accepted_at),
        due_on=last_day_of(order.due_at) if waits and order.due_at else None,
    )
