"""Who works here: users, their sessions, programs' tokens, and the audit of what they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class User(Record):
    """A person who signs in."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    staff_no: Mapped[str] = mapped_column(String(16), default="")
    """工号 told to callers, e.g. 1024."""
    password_hash: Mapped[str] = mapped_column(String(255))
    roles: Mapped[list[str]]
    """Values of ticketing.rules.permissions.Role."""
    region_code: Mapped[str] = mapped_column(String(6), default="")
    handling_unit_id: Mapped[int | None] = mapped_column(type_id)
    """The unit a unit handler works for."""
    extension: Mapped[str | None] = mapped_column(String(8), unique=True)
    """The seat (SIP extension) this person works at; one person, one seat."""
    queues: Mapped[list[str]] = mapped_column(default=list)
    """Queues (skills) this person may serve."""
    must_change_password: Mapped[bool] = mapped_column(default=False)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class UserSession(Record):
    """A signed-in browser. The cookie's value is never stored, only its SHA-256."""

    __tablename__ = "user_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(256), default="")


class ApiToken(Record):
    """A program's key. Shown once, stored as SHA-256."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    roles: Mapped[list[str]]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AuditEntry(Record):
    """Who did what to which thing; append-only, chained by hash (管理办法 第七条 全程追溯)."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_type", "subject_key", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(64))
    """Login, token name or process name."""
    what: Mapped[str] = mapped_column(String(64))
    """Verb, e.g. recording.listen, user.add, number.reveal."""
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_key: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    address: Mapped[str] = mapped_column(String(64), default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class SeatSession(Record):
    """A person signed in to take calls; the desk reads the open ones again after its restart."""

    __tablename__ = "seat_session"
    __table_args__ = (Index("ix_seat_session_user_id_ended_at", "user_id", "ended_at"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    extension: Mapped[str] = mapped_column(String(8))
    queues: Mapped[list[str]]
    phone: Mapped[str] = mapped_column(String(8), default="browser")
    """`browser` (the page's own) or `desk` (a SIP telephone)."""
    since: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(64), default="")
    """Chinese, why busy; empty: wants calls."""
    ended_at: Mapped[datetime | None]
