"""回访 within five working days of closing (第二十九条) and 好差评 (第八条).

All complaints, a sample of the rest. A visit without evidence is none: a call that was talked on,
or the caller's own message.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import SYSTEM, Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.orders.moves import Step, find, move
from ticketing.records.calls import Call
from ticketing.records.order_life import RatingFix, ReturnVisit, ServiceRating
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.calendar import end_of_day, local_day
from ticketing.rules.classification import Kind
from ticketing.rules.ratings import Question, Rating
from ticketing.rules.states import Event, State

ATTEMPTS_BEFORE_UNREACHABLE: Final = 2


@dataclass(frozen=True)
class Visit:
    """What the revisit agent heard."""

    means: str
    """phone, sms, web."""
    answers: Mapping[Question, Rating] = field(default_factory=dict)
    """All four questions; empty: nobody could be reached in the end."""
    opinion: str = ""
    call_key: str = ""
    message_key: str = ""


def schedule(session: Session, moment: datetime, order: WorkOrder) -> WorkOrder:
    """A closed complaint is to be revisited at once; other kinds wait for the sample."""
    if order.kind != Kind.COMPLAINT:
        return order
    return move(session, moment, SYSTEM, order.order_no, Step(Event.SCHEDULE_REVISIT))


def draw_sample(
    session: Session, moment: datetime, since: datetime, until: datetime, seed: int
) -> list[str]:
    """Draws the policy's share of consultations and suggestions closed in a period.

    The same seed draws the same orders; it stays in each order's log.
    """
    share = catalogues.policy(session).revisit_share
    closed = session.scalars(
        select(WorkOrder.order_no)
        .where(
            WorkOrder.closed_at >= since,
            WorkOrder.closed_at < until,
            WorkOrder.kind != Kind.COMPLAINT,
            WorkOrder.state == State.CLOSED,
        )
        .order_by(WorkOrder.id)
    ).all()
    count = -(-len(closed) * round(share * 1000) // 1000)  # rounded up: a share of few is one
    drawn = random.Random(seed).sample(closed, count)  # noqa: S311  must be repeatable
    for order_no in drawn:
        evidence = {"seed": seed, "share": share, "of": len(closed)}
        step = Step(Event.SCHEDULE_REVISIT, reason="抽查回访", evidence=evidence)
        move(session, moment, SYSTEM, order_no, step)
    return sorted(drawn)


def record_attempt(
    session: Session, moment: datetime, actor: Actor, order_no: str, call_key: str
) -> WorkOrder:
    """The caller did not pick up; the call is on record."""
    order = find(session, actor, order_no)
    call = _outbound_call(session, order, call_key)
    if call is None:
        raise InvalidInput((Finding("call_key", "没有找到拨给来电人的这次呼叫"),))
    step = Step(Event.REVISIT_ATTEMPT, evidence={"call_key": call_key})
    order = move(session, moment, actor, order_no, step)
    _write_visit(session, moment, actor, order, Visit("phone", call_key=call_key), "unanswered")
    return order


def record_visit(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    visit: Visit,
    seen: int | None = None,
) -> WorkOrder:
    """The visit and its four answers; without answers: unreachable after enough attempts."""
    order = find(session, actor, order_no)
    missing = [question.zh for question in Question if question not in visit.answers]
    if visit.answers and missing:
        raise InvalidInput((Finding("answers", f"还没有询问：{'、'.join(missing)}"),))
    evidence = _evidence(session, moment, order, visit)
    step = Step(
        Event.REVISIT,
        seen,
        visit.opinion,
        {**evidence, "answers": dict(visit.answers)},
        {"revisited_at": moment},
        {"revisit_evidence": bool(evidence)},
    )
    order = move(session, moment, actor, order_no, step)
    outcome = "answered" if visit.answers else "unreachable"
    _write_visit(session, moment, actor, order, visit, outcome, evidence)
    rating = visit.answers.get(Question.SATISFACTION, Rating.UNREACHABLE)
    _write_rating(session, moment, actor, order, rating, "revisit", visit.opinion)
    return order


def rate(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    rating: Rating,
    means: str,
    opinion: str = "",
) -> WorkOrder:
    """好差评 by key, message or page. Nothing is overwritten: a later rating stands beside it."""
    step = Step(Event.RATE, reason=opinion, evidence={"rating": rating, "means": means})
    order = move(session, moment, actor, order_no, step)
    _write_rating(session, moment, actor, order, rating, means, opinion)
    return order


def fix_bad_rating(
    session: Session, moment: datetime, actor: Actor, order_no: str, result: str
) -> WorkOrder:
    """差评整改 is done; the caller may rate a second time."""
    order = find(session, actor, order_no)
    fix = session.scalars(
        select(RatingFix)
        .where(RatingFix.work_order_id == order.id, RatingFix.done_at.is_(None))
        .order_by(RatingFix.id)
    ).first()
    if fix is None:
        raise NotFound("rating_fix", order_no)
    order = move(session, moment, actor, order_no, Step(Event.BAD_RATING_FIXED, reason=result))
    fix.result = result
    fix.done_by = actor.login
    fix.done_at = moment
    return order


def _evidence(session: Session, moment: datetime, order: WorkOrder, visit: Visit) -> dict[str, Any]:
    """What proves the visit; empty: nothing does."""
    if not visit.answers:
        attempts = _attempts(session, order)
        if not order.caller_number:
            return {"no_contact": True}
        return {"attempts": attempts} if attempts >= ATTEMPTS_BEFORE_UNREACHABLE else {}
    if visit.means != "phone":
        return {"message_key": visit.message_key} if visit.message_key else {}
    call = _outbound_call(session, order, visit.call_key)
    if call is None or call.connected_at is None:
        return {}
    seconds = ((call.ended_at or moment) - call.connected_at).total_seconds()
    return {"call_key": call.key, "talk_seconds": round(seconds)} if seconds > 0 else {}


def _outbound_call(session: Session, order: WorkOrder, call_key: str) -> Call | None:
    """The call, if it went out to this order's caller after the order was closed."""
    call = session.scalars(select(Call).where(Call.key == call_key)).first()
    if call is None or call.direction != "out" or call.caller_number != order.caller_number:
        return None
    if order.closed_at is None or call.started_at < order.closed_at:
        return None
    return call


def _attempts(session: Session, order: WorkOrder) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(ReturnVisit)
            .where(
                ReturnVisit.work_order_id == order.id,
                ReturnVisit.round == order.reworks + 1,
                ReturnVisit.outcome == "unanswered",
            )
        )
        or 0
    )


def _write_visit(
    session: Session,
    moment: datetime,
    actor: Actor,
    order: WorkOrder,
    visit: Visit,
    outcome: str,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    session.add(
        ReturnVisit(
            work_order_id=order.id,
            round=order.reworks + 1,
            means=visit.means,
            outcome=outcome,
            answers=dict(visit.answers),
            opinion=visit.opinion,
            evidence=dict(evidence or {"call_key": visit.call_key}),
            at=moment,
            by=actor.login,
        )
    )
    session.flush()


def _write_rating(
    session: Session,
    moment: datetime,
    actor: Actor,
    order: WorkOrder,
    rating: Rating,
    means: str,
    opinion: str,
) -> None:
    fixes = session.scalars(select(RatingFix).where(RatingFix.work_order_id == order.id)).all()
    row = ServiceRating(
        work_order_id=order.id,
        rating=rating,
        means=means,
        opinion=opinion,
        after_fix=any(fix.done_at is not None for fix in fixes),
        at=moment,
        by=actor.login,
    )
    session.add(row)
    session.flush()
    if rating.is_bad and not fixes:
        days = catalogues.policy(session).rating_fix_working_days
        today = local_day(moment)
        due = catalogues.calendar(session, today).nth_working_day_after(today, days)
        session.add(
            RatingFix(
                work_order_id=order.id,
                rating_id=row.id,
                opened_at=moment,
                due_at=end_of_day(due),
            )
        )
        session.flush()
