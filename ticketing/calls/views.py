"""Calls as people and programs read them: the list, one call whole, a caller's past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.errors import NotFound
from ticketing.records.calls import Call, CallStep, Talk
from ticketing.records.people import User
from ticketing.records.recordings import Recording
from ticketing.records.work_orders import WorkOrder


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What a list of calls is narrowed to; None: not narrowed by it."""

    caller_number: str | None = None
    dialled: str | None = None
    outcome: str | None = None
    queue: str | None = None
    since: datetime | None = None
    """Calls begun at or after this moment."""
    until: datetime | None = None
    """Calls begun before this moment."""
    user_id: int | None = None
    """Who talked first."""


@dataclass(frozen=True, slots=True)
class CallPage:
    """One page, newest first."""

    calls: Sequence[Call]
    next: int | None
    """`after` of the next page; None: this was the last."""


@dataclass(frozen=True, slots=True)
class NamedTalk:
    """A talk and the name of who talked."""

    talk: Talk
    user_name: str


@dataclass(frozen=True, slots=True)
class WholeCall:
    """A call with all that hangs on it."""

    call: Call
    steps: Sequence[CallStep]
    talks: Sequence[NamedTalk]
    recordings: Sequence[Recording]
    work_orders: Sequence[WorkOrder]


@dataclass(frozen=True, slots=True)
class Past:
    """What the same number brought before, newest first."""

    calls: Sequence[Call]
    work_orders: Sequence[WorkOrder]


def list_calls(
    session: Session, wanted: CallFilter, *, after: int | None = None, limit: int = 50
) -> CallPage:
    """A page of calls that fit the filter, begun before the call with id `after`."""
    query = select(Call).order_by(Call.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(Call.id < after)
    for column, value in (
        (Call.caller_number, wanted.caller_number),
        (Call.dialled, wanted.dialled),
        (Call.outcome, wanted.outcome),
        (Call.queue, wanted.queue),
        (Call.user_id, wanted.user_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(Call.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Call.started_at < wanted.until)
    found = session.scalars(query).all()
    more = len(found) > limit
    return CallPage(found[:limit], found[limit - 1].id if more else None)


def one_call(session: Session, key: str) -> WholeCall:
    """Raises NotFound."""
    call = session.scalars(select(Call).where(Call.key == key)).one_or_none()
    if call is None:
        raise NotFound("call", key)
    return WholeCall(
        call,
        call_steps(session, key),
        call_talks(session, key),
        session.scalars(
            select(Recording)
            .where(Recording.call_key == key)
            .order_by(Recording.started_at, Recording.id)
        ).all(),
        session.scalars(
            select(WorkOrder).where(WorkOrder.call_key == key).order_by(WorkOrder.id)
        ).all(),
    )


def call_steps(session: Session, key: str) -> Sequence[CallStep]:
    """What the caller went through in the menu, in the order it happened."""
    steps = select(CallStep).where(CallStep.call_key == key)
    return session.scalars(steps.order_by(CallStep.at, CallStep.script, CallStep.seq)).all()


def call_talks(session: Session, key: str) -> Sequence[NamedTalk]:
    """The seats that rang for this call, in the order they did."""
    rows = session.execute(
        select(Talk, User.name)
        .outerjoin(User, User.id == Talk.user_id)
        .where(Talk.call_key == key)
        .order_by(Talk.id)
    )
    return [NamedTalk(talk, name or "") for talk, name in rows]


def caller_past(
    session: Session, caller_number: str, *, without: str = "", limit: int = 20
) -> Past:
    """Earlier calls and orders of a number; `without` is the key of the call under way."""
    if not caller_number:  # withheld numbers are not one person
        return Past((), ())
    calls = (
        select(Call)
        .where(Call.caller_number == caller_number, Call.key != without)
        .order_by(Call.id.desc())
        .limit(limit)
    )
    orders = (
        select(WorkOrder)
        .where(WorkOrder.caller_number == caller_number)
        .order_by(WorkOrder.id.desc())
        .limit(limit)
    )
    return Past(session.scalars(calls).all(), session.scalars(orders).all())
