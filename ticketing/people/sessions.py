"""Signing in and out; lock-out of a login after too many wrong passwords.

Verifying a password takes long, so signing in is three short steps and none of them holds the
database while argon2 works: `stored_password`, then Passwords.verify, then `sign_in`.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketing.errors import BusinessError, NotFound
from ticketing.people.audit import record_audit
from ticketing.people.person import Person, person_of
from ticketing.records.people import User, UserSession

FAILURES_TO_LOCK: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
SESSION_LASTS: Final = timedelta(hours=14)
"""Longer than any shift."""
IDLE_ENDS: Final = timedelta(hours=4)
SEEN_EVERY: Final = timedelta(minutes=1)
"""How exact `last_seen_at` is; each write costs a turn of the database."""


class SignedOut(BusinessError):
    """Nobody is signed in: no session, or it has ended."""


class WrongPassword(BusinessError):
    """Login and password do not fit; nobody is told which of the two."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session as the browser gets it; the token is in no table and no log."""

    person: Person
    token: str = field(repr=False)
    csrf_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a sign-in failed. A value, not an error: the count of failures must be committed."""

    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session found by its token."""

    person: Person
    csrf_token: str = field(repr=False)
    token_hash: str = field(repr=False)
    seen_long_ago: bool
    """It is time for `touch_session`."""


def stored_password(session: Session, login: str) -> str | None:
    """The hash to verify against, None when there is no such user."""
    return session.scalar(select(User.password_hash).where(User.login == login))


def sign_in(
    session: Session,
    moment: datetime,
    login: str,
    password_right: bool,
    address: str,
    agent: str,
) -> SignedIn | Refused:
    """Opens a session, or counts a failure and locks the login after FAILURES_TO_LOCK."""
    user = session.scalar(select(User).where(User.login == login).with_for_update())
    if user is None:
        return Refused(None)
    if user.locked_until is not None and user.locked_until > moment:
        return Refused(user.locked_until)
    if not password_right or user.disabled_at is not None:
        return _count_failure(session, moment, user, address)
    user.failed_logins, user.locked_until = 0, None
    token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    session.execute(delete(UserSession).where(UserSession.expires_at < moment))
    opened = UserSession(
        token_hash=hash_token(token),
        user_id=user.id,
        csrf_token=csrf_token,
        created_at=moment,
        last_seen_at=moment,
        expires_at=moment + SESSION_LASTS,
        address=address[:64],
        agent=agent[:256],
    )
    session.add(opened)
    person = person_of(user)
    record_audit(session, moment, person, "session.begin", "user", user.login, address=address)
    return SignedIn(person, token, csrf_token, opened.expires_at)


def find_session(session: Session, moment: datetime, token: str) -> OpenSession:
    """Raises SignedOut when the token opens nothing (any more)."""
    found = session.get(UserSession, hash_token(token))
    if found is None or found.expires_at <= moment or found.last_seen_at + IDLE_ENDS <= moment:
        raise SignedOut
    user = session.get_one(User, found.user_id)
    if user.disabled_at is not None:
        raise SignedOut
    return OpenSession(
        person_of(user),
        found.csrf_token,
        found.token_hash,
        seen_long_ago=found.last_seen_at + SEEN_EVERY <= moment,
    )


def touch_session(session: Session, moment: datetime, token_hash: str) -> None:
    """Remembers that the browser is still there."""
    found = session.get(UserSession, token_hash)
    if found is not None:
        found.last_seen_at = moment


def end_session(session: Session, moment: datetime, person: Person, token: str) -> None:
    session.execute(delete(UserSession).where(UserSession.token_hash == hash_token(token)))
    record_audit(session, moment, person, "session.end", "user", person.login)


def end_all_sessions(session: Session, user_id: int, except_hash: str = "") -> None:
    session.execute(
        delete(UserSession).where(
            UserSession.user_id == user_id, UserSession.token_hash != except_hash
        )
    )


def change_password(
    session: Session, moment: datetime, person: Person, password_hash: str, token_hash: str
) -> None:
    """Takes the new hash; every other session of the person ends."""
    if person.user_id is None:
        raise NotFound("user", person.login)
    user = session.get_one(User, person.user_id, with_for_update=True)
    user.password_hash, user.must_change_password = password_hash, False
    end_all_sessions(session, user.id, except_hash=token_hash)
    record_audit(session, moment, person, "user.password", "user", user.login)


def hash_token(token: str) -> str:
    """Tokens are 256 random bits: a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def _count_failure(session: Session, moment: datetime, user: User, address: str) -> Refused:
    user.failed_logins += 1
    if user.failed_logins >= FAILURES_TO_LOCK:
        user.locked_until, user.failed_logins = moment + LOCKED_FOR, 0
    record_audit(
        session,
        moment,
        person_of(user),
        "session.refused",
        "user",
        user.login,
        detail={"locked": user.locked_until is not None},
        address=address,
    )
    return Refused(user.locked_until)
