"""How a matter stands, in the public's words, and its 好差评: for who holds a pass."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.errors import Finding, InvalidInput, NotAllowed
from ticketing.orders.moves import find
from ticketing.orders.return_visits import rate
from ticketing.records.order_life import RatingFix, ServiceRating
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.acceptance import RejectCode
from ticketing.rules.calendar import last_day_of
from ticketing.rules.classification import Kind
from ticketing.rules.public_words import Stage, stage_of
from ticketing.rules.ratings import Rating
from ticketing.rules.states import State
from ticketing.window import WINDOW
from ticketing.window.filing import CHANNELS

OWN_MEANS: Final = ("survey", "sms", *CHANNELS)
"""Ratings a caller gave unasked by a person; what a return visit heard is another thing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the one who filed it may read."""

    order_no: str
    kind: Kind
    stage: Stage
    received_at: datetime
    due_day: date | None
    """The last day of the handling period, while it runs."""
    reply: str
    """The result when closed, the legal reason when refused."""
    closed_at: datetime | None
    rating: Rating | None
    """Given since it was closed."""
    may_rate: bool


def progress_of(session: Session, order: WorkOrder) -> Progress:
    stage = stage_of(State(order.state), order.close_mode)
    given = _own_rating(session, order)
    return Progress(
        order_no=order.order_no,
        kind=Kind(order.kind),
        stage=stage,
        received_at=order.accepted_at,
        due_day=_due_day(order) if stage is Stage.HANDLING else None,
        reply=_reply(order, stage),
        closed_at=order.closed_at if stage is Stage.CLOSED else None,
        rating=Rating(given.rating) if given else None,
        may_rate=stage is Stage.CLOSED and given is None,
    )


def rate_matter(
    session: Session, moment: datetime, order_no: str, rating: Rating, opinion: str, means: str
) -> WorkOrder:
    """Once for each closing, and once more after a bad rating was put right."""
    if not rating.is_answer or means not in CHANNELS:
        raise InvalidInput((Finding("rating", "请选择一项评价"),))
    order = find(session, WINDOW, order_no, lock=True)
    if stage_of(State(order.state), order.close_mode) is not Stage.CLOSED:
        raise NotAllowed("rate", "这件事还没有办结，办结后再请您评价")
    if _own_rating(session, order) is not None:
        raise NotAllowed("rate", "您已经评价过了，谢谢")
    return rate(session, moment, WINDOW, order_no, rating, means, opinion)


def _own_rating(session: Session, order: WorkOrder) -> ServiceRating | None:
    """The caller's rating of this closing; put right since, it is no longer the last word."""
    if order.closed_at is None:
        return None
    given = session.scalars(
        select(ServiceRating)
        .where(
            ServiceRating.work_order_id == order.id,
            ServiceRating.means.in_(OWN_MEANS),
            ServiceRating.at >= order.closed_at,
        )
        .order_by(ServiceRating.id.desc())
        .limit(1)
    ).first()
    if given is None or given.after_fix:
        return given
    fixed = session.scalars(
        select(RatingFix).where(
            RatingFix.work_order_id == order.id,
            RatingFix.rating_id == given.id,
            RatingFix.done_at.is_not(None),
        )
    ).first()
    return None if fixed else given


def _due_day(order: WorkOrder) -> date | None:
    return last_day_of(order.handling_due_at) if order.handling_due_at else None


def _reply(order: WorkOrder, stage: Stage) -> str:
    if stage is Stage.CLOSED:
        return order.result
    if stage is Stage.REJECTED and order.reject_code:
        return f"属于{RejectCode(order.reject_code).zh}的情形。"
    return ""
