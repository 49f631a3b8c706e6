"""Programs' keys: shown once, stored as SHA-256, revoked but never deleted."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.people.audit import record_audit
from ticketing.people.person import Person, known_roles, program_of
from ticketing.people.sessions import SignedOut, hash_token
from ticketing.records.people import ApiToken

PREFIX: Final = "hl_"
"""So that a leaked key is recognised by scanners and people."""
USED_EVERY: Final = timedelta(minutes=5)


def add_token(
    session: Session, moment: datetime, by: Actor, name: str, roles: Sequence[str]
) -> str:
    """The key, told once. Raises InvalidInput when the name is taken or a role is unknown."""
    findings = []
    if not name.strip() or len(name) > 48:
        findings.append(Finding("name", "名称为1至48个字符"))
    if session.scalar(select(ApiToken.id).where(ApiToken.name == name)) is not None:
        findings.append(Finding("name", "名称已被使用"))
    if not roles or len(known_roles(roles)) != len(set(roles)):
        findings.append(Finding("roles", "角色不存在或为空"))
    if findings:
        raise InvalidInput(tuple(findings))
    key = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(name=name, token_hash=hash_token(key), roles=list(roles), created_at=moment)
    )
    record_audit(session, moment, by, "token.add", "token", name, detail={"roles": list(roles)})
    return key


def revoke_token(session: Session, moment: datetime, by: Actor, name: str) -> None:
    """Raises NotFound when there is no such token in force."""
    token = session.scalar(
        select(ApiToken).where(ApiToken.name == name, ApiToken.revoked_at.is_(None))
    )
    if token is None:
        raise NotFound("token", name)
    token.revoked_at = moment
    record_audit(session, moment, by, "token.revoke", "token", name)


def find_program(session: Session, key: str) -> tuple[Person, datetime | None]:
    """The program and when it was last noted. Raises SignedOut when the key opens nothing."""
    token = session.scalar(select(ApiToken).where(ApiToken.token_hash == hash_token(key)))
    if token is None or token.revoked_at is not None:
        raise SignedOut
    return program_of(token), token.last_used_at


def touch_token(session: Session, moment: datetime, key: str) -> None:
    token = session.scalar(select(ApiToken).where(ApiToken.token_hash == hash_token(key)))
    if token is not None:
        token.last_used_at = moment
