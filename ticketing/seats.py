"""Who sits where: signing in and out of a seat, and why somebody is busy.

The live desk keeps the present in memory; what it must know after a restart is here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from ticketing.errors import Finding, InvalidInput, NotAllowed, NotFound
from ticketing.records.calls import Call
from ticketing.records.people import SeatSession, User


@dataclass(frozen=True, slots=True)
class Seated:
    """A seat and its person; `session` is None while nobody is signed in there."""

    user: User
    session: SeatSession | None


@dataclass(frozen=True, slots=True)
class Tally:
    """A queue's day so far."""

    answered: int
    abandoned: int


def take_seat(
    session: Session, moment: datetime, user_id: int, queues: Sequence[str], phone: str
) -> Seated:
    """Signs a person in at their seat; signing in again replaces queues and phone.

    Raises NotFound, NotAllowed (no seat of one's own), InvalidInput (a queue one may not serve).
    """
    user = session.get(User, user_id)
    if user is None or user.disabled_at is not None:
        raise NotFound("user", user_id)
    if user.extension is None:
        raise NotAllowed("签入", "您的账号没有分配座席分机，请联系管理员")
    foreign = [queue for queue in queues if queue not in user.queues]
    if foreign:
        message = f"您没有这些队列的技能：{'、'.join(foreign)}"
        raise InvalidInput((Finding("queues", message),))
    if not queues:
        raise InvalidInput((Finding("queues", "请至少选择一个队列"),))
    seat = _open_session(session, user_id)
    if seat is None or seat.extension != user.extension:
        if seat is not None:
            seat.ended_at = moment
        seat = SeatSession(user_id=user_id, extension=user.extension, since=moment, reason="")
        session.add(seat)
    seat.queues = list(queues)
    seat.phone = phone
    session.flush()
    return Seated(user, seat)


def leave_seat(session: Session, moment: datetime, user_id: int) -> None:
    """Signs out; a person who is not signed in stays so."""
    seat = _open_session(session, user_id)
    if seat is not None:
        seat.ended_at = moment


def note_reason(session: Session, user_id: int, reason: str) -> None:
    """Why the person is busy now; empty: takes calls."""
    seat = _open_session(session, user_id)
    if seat is not None:
        seat.reason = reason[:64]


def list_seats(session: Session) -> list[Seated]:
    """Every seat that belongs to somebody, with the open session if there is one."""
    rows = session.execute(
        select(User, SeatSession)
        .outerjoin(
            SeatSession,
            (SeatSession.user_id == User.id)
            & (SeatSession.extension == User.extension)
            & SeatSession.ended_at.is_(None),
        )
        .where(User.extension.is_not(None), User.disabled_at.is_(None))
        .order_by(User.extension)
    )
    return [Seated(user, seat) for user, seat in rows]


def tally_queues(session: Session, day_begins: datetime) -> dict[str, Tally]:
    """Calls answered and given up per queue since `day_begins`, by the queue they joined first."""
    rows = session.execute(
        select(
            Call.queue,
            func.count(Call.connected_at),
            func.sum(case((Call.outcome == "abandoned", 1), else_=0)),
        )
        .where(Call.started_at >= day_begins, Call.queue != "")
        .group_by(Call.queue)
    )
    return {queue: Tally(answered, abandoned or 0) for queue, answered, abandoned in rows}


def _open_session(session: Session, user_id: int) -> SeatSession | None:
    query = select(SeatSession).where(
        SeatSession.user_id == user_id, SeatSession.ended_at.is_(None)
    )
    return session.scalars(query.order_by(SeatSession.id.desc()).limit(1)).one_or_none()
