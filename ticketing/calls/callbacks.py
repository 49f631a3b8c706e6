"""回电: who would not wait is called back by a person, whoever waited longest first.

It is a task on the agents' screen, not an automatic dialler: an agent takes it, calls with one
click, and says what came of it. Nobody can take what another has taken.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.calls.merge import insert_if_new
from ticketing.calls.news import tell
from ticketing.errors import AlreadyHandled, Finding, InvalidInput, NotFound
from ticketing.people.audit import record_audit
from ticketing.records.calls import Call, Callback
from ticketing.rules.permissions import Right
from ticketing.rules.texts import clean

MOST_TRIES: Final = 3
TAKEN_FOR: Final = timedelta(minutes=30)
"""Who took it and did nothing for so long has lost it."""
WAITS_AT_MOST: Final = timedelta(hours=3)
"""A call older than this does not wait any more, whatever its row says."""
SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to be called back, and within which time."""

    call_key: str
    number: str
    queue: str
    within: timedelta


def waiting_in(session: Session, moment: datetime, queue: str) -> int:
    """Callers waiting for a person now; queue empty: in any."""
    query = select(func.count(Call.id)).where(
        Call.ended_at.is_(None),
        Call.queued_at.is_not(None),
        Call.connected_at.is_(None),
        Call.started_at > moment - WAITS_AT_MOST,
    )
    if queue:
        query = query.where(Call.queue == queue)
    return session.scalar(query) or 0


def ask_callback(session: Session, moment: datetime, wish: Wish) -> datetime | None:
    """The moment until which they are called; who asks twice keeps the first place.

    None: the number cannot be called.
    """
    number = "".join(sign for sign in wish.number if sign.isdigit())
    if len(number) < SHORTEST:
        return None
    due_at = moment + wish.within
    values = {
        "call_key": wish.call_key,
        "number": number[:32],
        "queue": wish.queue,
        "asked_at": moment,
        "due_at": due_at,
    }
    if insert_if_new(session, Callback, values):
        tell(session, moment, "callback.asked", wish.call_key, call_key=wish.call_key)
        return due_at
    known = session.scalars(
        select(Callback).where(
            Callback.number == number[:32], Callback.state.in_(("waiting", "taken"))
        )
    ).first()
    return known.due_at if known else due_at


def list_callbacks(session: Session, after: int | None, limit: int) -> list[Callback]:
    """Those still to be called, longest waiting first, ids above `after`."""
    query = (
        select(Callback)
        .where(Callback.state.in_(("waiting", "taken")))
        .order_by(Callback.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Callback.id > after)
    return list(session.scalars(query))


def take_callback(session: Session, moment: datetime, by: Actor, callback_id: int) -> Callback:
    """This agent calls now. Raises NotFound, AlreadyHandled when another has it, NotAllowed."""
    by.require(Right.PLACE_CALLS, "回电")
    row = _locked(session, callback_id)
    held = row.taken_at is not None and row.taken_at > moment - TAKEN_FOR
    if row.state not in {"waiting", "taken"}:
        raise _handled(row)
    if row.state == "taken" and held and row.taken_by != by.login:
        raise _handled(row)
    row.state, row.taken_by, row.taken_at = "taken", by.login, moment
    record_audit(session, moment, by, "callback.take", "callback", str(callback_id))
    return row


def finish_callback(
    session: Session, moment: datetime, by: Actor, callback_id: int, *, reached: bool, note: str
) -> Callback:
    """What came of the call: reached, or tried in vain (three times, then it is given up).

    Raises NotFound, AlreadyHandled when it is not this agent's, InvalidInput.
    """
    by.require(Right.PLACE_CALLS, "回电")
    if len(note) > 500:
        raise InvalidInput((Finding("note", "最多500个字"),))
    row = _locked(session, callback_id)
    if row.state != "taken" or row.taken_by != by.login:
        raise _handled(row)
    row.tries += 1
    row.note = clean(note) or row.note
    given_up = not reached and row.tries >= MOST_TRIES
    row.state = "done" if reached else "given_up" if given_up else "waiting"
    row.ended_at = moment if row.state != "waiting" else None
    row.taken_by, row.taken_at = (by.login, row.taken_at) if row.ended_at else ("", None)
    what = "callback.reached" if reached else "callback.not_reached"
    record_audit(session, moment, by, what, "callback", str(callback_id))
    return row


def _locked(session: Session, callback_id: int) -> Callback:
    row = session.get(Callback, callback_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("callback", callback_id)
    return row


def _handled(row: Callback) -> AlreadyHandled:
    change = "已在回电" if row.state == "taken" else "这次回电已结束或尚未领取"
    at = row.taken_at or row.ended_at or row.asked_at
    return AlreadyHandled("callback", row.id, row.taken_by or "系统", at, change)
