"""The audit: who did what to which thing, append-only, every row chained to the one before.

Readers of recordings and full numbers are noted once per use, not once per request: a player asks
for a file in many pieces.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.records.people import AuditEntry
from ticketing.rules.hashchain import GENESIS, Link, first_break, link

ONE_USE: Final = timedelta(minutes=10)
"""Requests of the same person for the same thing within this time are one use."""
_LOCK: Final = 12_328_001
"""PostgreSQL's advisory lock of the chain; SQLite has one writer anyway."""


def record_audit(
    session: Session,
    moment: datetime,
    by: Actor,
    what: str,
    subject_type: str,
    subject_key: str,
    *,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
    address: str = "",
) -> AuditEntry:
    """Appends one row. The chain's order is the order of commits."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    previous = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=moment,
        who=by.login[:64],
        what=what,
        subject_type=subject_type,
        subject_key=subject_key[:64],
        reason=reason,
        detail=dict(detail or {}),
        address=address[:64],
        previous_hash=previous or GENESIS,
    )
    entry.hash = link(_content(entry), entry.previous_hash)
    session.add(entry)
    session.flush()
    return entry


def record_use(
    session: Session,
    moment: datetime,
    by: Actor,
    what: str,
    subject_type: str,
    subject_key: str,
    *,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
    address: str = "",
) -> None:
    """Like record_audit, once per ONE_USE and reason for the same person and thing."""
    if not was_noted(session, moment, by, what, subject_type, subject_key, reason):
        record_audit(
            session,
            moment,
            by,
            what,
            subject_type,
            subject_key,
            reason=reason,
            detail=detail,
            address=address,
        )


def was_noted(
    session: Session,
    moment: datetime,
    by: Actor,
    what: str,
    subject_type: str,
    subject_key: str,
    reason: str = "",
) -> bool:
    """Whether this use has its row already."""
    found = session.scalar(
        select(AuditEntry.id)
        .where(
            AuditEntry.subject_type == subject_type,
            AuditEntry.subject_key == subject_key[:64],
            AuditEntry.who == by.login[:64],
            AuditEntry.what == what,
            AuditEntry.reason == reason,
            AuditEntry.at > moment - ONE_USE,
        )
        .limit(1)
    )
    return found is not None


def list_audit(
    session: Session,
    after: int | None,
    limit: int,
    *,
    who: str = "",
    what: str = "",
    subject_type: str = "",
    subject_key: str = "",
) -> list[AuditEntry]:
    """Newest first, ids below `after`."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if after is not None:
        query = query.where(AuditEntry.id < after)
    for column, value in (
        (AuditEntry.who, who),
        (AuditEntry.what, what),
        (AuditEntry.subject_type, subject_type),
        (AuditEntry.subject_key, subject_key),
    ):
        if value:
            query = query.where(column == value)
    return list(session.scalars(query))


def verify_audit(session: Session, expected_last: str | None = None) -> int | None:
    """The id of the first row that was changed or whose predecessor is gone; None: all whole.

    A cut-off end shows only against `expected_last`, the last hash kept elsewhere; it is told as
    the id after the last row's.
    """
    ids = [0]

    def links() -> Iterator[Link]:
        rows = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
        for entry in session.scalars(rows):
            ids.append(entry.id)
            yield Link(_content(entry), entry.previous_hash, entry.hash)

    broken = first_break(links(), expected_last)
    if broken is None:
        return None
    position = broken.position + 1
    return ids[position] if position < len(ids) else ids[-1] + 1


def _content(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "who": entry.who,
        "what": entry.what,
        "subject_type": entry.subject_type,
        "subject_key": entry.subject_key,
        "reason": entry.reason,
        "detail": entry.detail,
        "address": entry.address,
    }
