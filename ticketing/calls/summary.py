"""What a list says of a call beyond its own row: who talked, how long, after what wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.records.calls import Call, Talk
from ticketing.records.people import User


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Times are None while they are not known."""

    user_name: str
    waited: timedelta | None
    """From joining the queue to the first talk, or to the end without one."""
    talked: timedelta | None
    """All talks together; of one that still runs nothing yet."""


def facts_of(session: Session, calls: Sequence[Call]) -> dict[str, CallFacts]:
    """By call key, with two queries for the whole list."""
    talks = _talked(session, [call.key for call in calls])
    ids = {call.user_id for call in calls if call.user_id is not None}
    names: dict[int, str] = {}
    if ids:
        rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
        names = {row.id: row.name for row in rows}
    return {
        call.key: CallFacts(
            names.get(call.user_id, "") if call.user_id is not None else "",
            _waited(call),
            talks.get(call.key),
        )
        for call in calls
    }


def _waited(call: Call) -> timedelta | None:
    until = call.connected_at or call.ended_at
    return until - call.queued_at if call.queued_at and until else None


def _talked(session: Session, keys: Sequence[str]) -> dict[str, timedelta]:
    if not keys:
        return {}
    rows = session.execute(
        select(Talk.call_key, Talk.answered_at, Talk.ended_at).where(
            Talk.call_key.in_(keys), Talk.answered_at.is_not(None), Talk.ended_at.is_not(None)
        )
    )
    talked: dict[str, timedelta] = {}
    for key, answered_at, ended_at in rows:
        if answered_at is not None and ended_at is not None:
            talked[key] = talked.get(key, timedelta()) + (ended_at - answered_at)
    return talked
