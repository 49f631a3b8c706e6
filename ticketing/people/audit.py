"""The audit: who did what to which thing, append-only, every row chained to the one before.

Readers of recordings and full numbers are noted once per use, not once per request: a player asks
for a file in many pieces.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ticketing.people.person import Person
from ticketing.records.people import AuditEntry

START: Final = "0" * 64
ONE_USE: Final = timedelta(minutes=10)
"""Requests of the same person for the same thing within this time are one use."""
_LOCK: Final = 12_328_001
"""PostgreSQL's advisory lock of the chain; SQLite has one writer anyway."""


def record_audit(
    session: Session,
    moment: datetime,
    by: Person,
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
        previous_hash=previous or START,
        hash="",
    )
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()
    return entry


def record_use(
    session: Session,
    moment: datetime,
    by: Person,
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
    by: Person,
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


def verify_audit(session: Session) -> int | None:
    """The id of the first row that was changed or whose predecessor is gone; None: all whole.

    Rows cut off at the end leave no trace in the chain itself: compare the last hash with one
    kept elsewhere.
    """
    previous = START
    for entry in session.scalars(
        select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    ):
        if entry.previous_hash != previous or entry.hash != _hash(entry):
            return entry.id
        previous = entry.hash
    return None


def _hash(entry: AuditEntry) -> str:
    facts = [
        entry.previous_hash,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.who,
        entry.what,
        entry.subject_type,
        entry.subject_key,
        entry.reason,
        entry.detail,
        entry.address,
    ]
    whole = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()
