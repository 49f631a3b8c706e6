"""What waits for whom: the orders of a person's to-do list, as one condition."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, false, or_

from ticketing.actors import Actor
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.permissions import Role
from ticketing.rules.states import ReviewState, State

_DISPATCHING: Final = (
    State.PENDING_REVIEW,
    State.RETURN_REQUESTED,
    State.REPLIED,
    State.MERGED,
    State.ESCALATED,
)
_HANDLING: Final = (State.DISPATCHED, State.REWORK, State.IN_PROGRESS)
WAITING: Final[Mapping[Role, tuple[State, ...]]] = {
    Role.LEADER: (State.DRAFT, *_DISPATCHING),
    Role.DISPATCHER: _DISPATCHING,
    Role.PROVINCE_OPERATOR: _DISPATCHING,
    Role.ORDER_REVIEWER: (State.REPLIED,),
    Role.UNIT_HANDLER: _HANDLING,
    Role.UNIT_LEADER: _HANDLING,
    Role.AUTHORITY: (State.EXTENSION_REQUESTED, State.COORDINATION),
    Role.REVISIT_AGENT: (State.REVISIT_PENDING,),
}
"""Which states wait for a role; who may see the order at all is asked beside it.

Drafts wait for their own agent, and those the public filed itself for a leader.
"""


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """The condition that an order waits for one of this person's roles."""
    states = {state for role in actor.roles for state in WAITING.get(role, ())}
    conditions: list[ColumnElement[bool]] = []
    if states:
        conditions.append(WorkOrder.state.in_(sorted(states)))
    if Role.AGENT in actor.roles and actor.user_id is not None:
        own_drafts = (WorkOrder.state == State.DRAFT) & (WorkOrder.created_by == actor.user_id)
        conditions.append(own_drafts)
    if Role.LEAD_DEPARTMENT in actor.roles:
        conditions.append(WorkOrder.review_state == ReviewState.PENDING)
    return or_(*conditions) if conditions else false()
