"""Starts, stops and lengthens an order's clocks as its moves demand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.calendar import local_day
from ticketing.rules.classification import Kind
from ticketing.rules.deadlines import HANDLING, Clock, Clocks, Deadline, LegalOverride
from ticketing.rules.states import Effect, ReviewState

HANDLING_CLOCKS = frozenset({*HANDLING.values(), Clock.OTHER_LAW, Clock.EXTENSION})

CONCERNS_TIME = frozenset(
    {
        Effect.START_FORWARD_CLOCK,
        Effect.START_HANDLING_CLOCK,
        Effect.EXTEND_CLOCK,
        Effect.STOP_CLOCK,
        Effect.RESUME_CLOCK,
        Effect.START_REVISIT_CLOCK,
        Effect.START_REVIEW,
        Effect.CLOSE,
    }
)


def apply(session: Session, moment: datetime, order: WorkOrder, effects: Iterable[Effect]) -> None:
    """Carries out the effects that concern time."""
    wanted = CONCERNS_TIME.intersection(effects)
    if not wanted:
        return
    rules = catalogues.clocks(session, local_day(moment))
    if Effect.STOP_CLOCK in wanted:
        stop(order)
    if Effect.CLOSE in wanted:
        stop(order)
        order.closed_at = moment
        order.revisit_required = order.kind == Kind.COMPLAINT
        order.revisited_at = None
    if Effect.START_FORWARD_CLOCK in wanted:
        clear_unit(order)
        first_time = order.forward_due_at is None and order.closed_at is None
        run(order, rules.due(Clock.FORWARD, order.accepted_at if first_time else moment))
        order.forward_due_at = order.forward_due_at or order.due_at
    if Effect.START_HANDLING_CLOCK in wanted:
        start_handling(order, rules, moment)
    if Effect.RESUME_CLOCK in wanted:
        order.clock = HANDLING[Kind(order.kind)]
    if wanted & {Effect.EXTEND_CLOCK, Effect.RESUME_CLOCK}:
        run(order, deadline(order, rules))
    if Effect.START_REVISIT_CLOCK in wanted:
        run(order, rules.due(Clock.REVISIT, order.closed_at or moment))
        order.revisit_required = True
    if Effect.START_REVIEW in wanted and order.kind == Kind.COMPLAINT:
        start_review(session, order, rules, moment)


def start_handling(order: WorkOrder, rules: Clocks, moment: datetime) -> None:
    """The unit received the order now: D4-D7 and the time to send it back (D3)."""
    order.extended_days = 0
    order.signed_at = None
    order.replied_at = None
    order.dispatched_at = order.dispatched_at or moment
    order.closed_at = None
    order.review_state = ReviewState.NONE
    order.review_due_at = None
    run(order, rules.handling(Kind(order.kind), moment, legal_override(order)))
    order.original_due_at = order.due_at
    order.return_due_at = rules.due(Clock.UNIT_RETURN, moment).due_at


def start_review(session: Session, order: WorkOrder, rules: Clocks, moment: datetime) -> None:
    if catalogues.policy(session).province_review:
        order.review_state = ReviewState.PENDING
        order.review_due_at = rules.due(Clock.PROVINCE_REVIEW, moment).due_at


def run(order: WorkOrder, due: Deadline) -> None:
    order.clock = due.clock
    order.clock_started_at = due.started_at
    order.due_at = due.due_at
    order.due_provisional = due.provisional
    order.calendar_version = due.calendar_version
    order.overdue_at = None
    if due.clock in HANDLING_CLOCKS:
        order.handling_due_at = due.due_at


def stop(order: WorkOrder) -> None:
    """No clock runs; `handling_due_at` keeps what the unit's answer is measured by."""
    order.clock = ""
    order.due_at = None
    order.overdue_at = None
    order.due_provisional = False


def clear_unit(order: WorkOrder) -> None:
    """The order is back at the centre: it is with no unit."""
    order.lead_unit_id = None
    order.responsible_person = ""
    order.co_unit_ids = {}
    order.return_due_at = None
    order.signed_at = None


def deadline(order: WorkOrder, rules: Clocks) -> Deadline:
    """The running clock computed anew, with its explanation day by day."""
    if order.clock_started_at is None or not order.clock:
        raise ValueError(f"no clock runs for {order.order_no}")
    started = order.clock_started_at
    clock = Clock(order.clock)
    if clock in HANDLING_CLOCKS:
        first = rules.handling(Kind(order.kind), started, legal_override(order))
        if not order.extended_days:
            return first
        longer = rules.lengthened(first, order.extended_days)
        return replace(longer, days=first.days + longer.days[1:])
    return rules.due(clock, started)


def recompute(order: WorkOrder, rules: Clocks) -> None:
    """The running clock and the dates that hang on the same start, anew."""
    run(order, deadline(order, rules))
    if order.clock in HANDLING_CLOCKS and order.clock_started_at is not None:
        started = order.clock_started_at
        first = rules.handling(Kind(order.kind), started, legal_override(order))
        order.original_due_at = first.due_at
        order.return_due_at = rules.due(Clock.UNIT_RETURN, started).due_at
    if order.review_state == ReviewState.PENDING and order.closed_at is not None:
        order.review_due_at = rules.due(Clock.PROVINCE_REVIEW, order.closed_at).due_at


def follow_kind(session: Session, order: WorkOrder) -> None:
    """Another kind has another limit, from the same start (第二十三条)."""
    if order.clock not in HANDLING_CLOCKS or order.clock_started_at is None:
        return
    if order.clock in HANDLING.values():
        order.clock = HANDLING[Kind(order.kind)]
    recompute(order, catalogues.clocks(session, local_day(order.clock_started_at)))


def legal_override(order: WorkOrder) -> LegalOverride | None:
    if order.legal_days is None:
        return None
    return LegalOverride(order.legal_days, order.legal_basis)
