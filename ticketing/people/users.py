"""Users: added, changed, disabled, never deleted (their name stands in histories)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.calls.news import tell
from ticketing.errors import Finding, InvalidInput, NotAllowed, NotFound
from ticketing.people.audit import record_audit
from ticketing.people.sessions import end_all_sessions
from ticketing.records.people import User
from ticketing.rules.permissions import Role

_LOGIN_SIGNS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is known of a person before the account exists."""

    login: str
    name: str
    roles: Sequence[str]
    staff_no: str = ""
    extension: str | None = None
    queues: Sequence[str] = ()
    region_code: str = ""
    handling_unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class UserChange:
    """What an administrator changes; None leaves a field as it is."""

    name: str | None = None
    roles: Sequence[str] | None = None
    staff_no: str | None = None
    extension: str | None = None
    """An empty string takes the seat away."""
    queues: Sequence[str] | None = None
    region_code: str | None = None
    handling_unit_id: int | None = None
    disabled: bool | None = None
    unlock: bool = False
    password_hash: str | None = field(default=None, repr=False)
    """A reset: the person must change it at the first sign-in."""


def add_user(
    session: Session,
    moment: datetime,
    by: Actor,
    new: NewUser,
    password_hash: str,
    must_change_password: bool = True,
) -> User:
    """Raises InvalidInput when the login or the seat is taken or a field is wrong."""
    findings = [*_login_findings(session, new.login), *_role_findings(new.roles)]
    if not new.name.strip():
        findings.append(Finding("name", "请填写姓名"))
    findings += _seat_findings(session, new.extension, None)
    if findings:
        raise InvalidInput(tuple(findings))
    user = User(
        login=new.login,
        name=new.name.strip(),
        roles=list(new.roles),
        staff_no=new.staff_no,
        extension=new.extension or None,
        queues=list(new.queues),
        region_code=new.region_code,
        handling_unit_id=new.handling_unit_id,
        password_hash=password_hash,
        must_change_password=must_change_password,
        created_at=moment,
    )
    session.add(user)
    session.flush()
    record_audit(session, moment, by, "user.add", "user", user.login, detail=_audited(user))
    tell(session, moment, "user.added", user.login)
    return user


def change_user(
    session: Session, moment: datetime, by: Actor, user_id: int, change: UserChange
) -> User:
    """Ends the user's sessions when roles, password or standing change.

    Raises NotFound, InvalidInput, and NotAllowed for an administrator who would lock himself out.
    """
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("user", user_id)
    _check_change(session, by, user, change)
    before = _audited(user)
    _apply(user, moment, change)
    if change.roles is not None or change.disabled or change.password_hash:
        end_all_sessions(session, user.id)
    session.flush()
    after = _audited(user)
    detail: dict[str, Any] = {
        name: [before[name], value] for name, value in after.items() if before[name] != value
    }
    if change.password_hash:
        detail["password_reset"] = True
    if change.unlock:
        detail["unlock"] = True
    record_audit(session, moment, by, "user.change", "user", user.login, detail=detail)
    tell(session, moment, "user.changed", user.login)
    return user


def list_users(session: Session, after: int | None, limit: int) -> list[User]:
    """Newest first, ids below `after`."""
    query = select(User).order_by(User.id.desc()).limit(limit)
    if after is not None:
        query = query.where(User.id < after)
    return list(session.scalars(query))


def user_by_login(session: Session, login: str) -> User:
    """Raises NotFound."""
    user = session.scalar(select(User).where(User.login == login))
    if user is None:
        raise NotFound("user", login)
    return user


def has_users(session: Session) -> bool:
    return session.scalar(select(User.id).limit(1)) is not None


def _check_change(session: Session, by: Actor, user: User, change: UserChange) -> None:
    if user.id == by.user_id and (change.disabled or change.roles is not None):
        raise NotAllowed("user.change", "不能停用自己或修改自己的角色，请由另一位管理员操作")
    findings: list[Finding] = []
    if change.name is not None and not change.name.strip():
        findings.append(Finding("name", "请填写姓名"))
    if change.roles is not None:
        findings += _role_findings(change.roles)
    findings += _seat_findings(session, change.extension, user.id)
    if findings:
        raise InvalidInput(tuple(findings))


def _apply(user: User, moment: datetime, change: UserChange) -> None:
    for name in ("name", "staff_no", "region_code", "roles", "queues"):
        value = getattr(change, name)
        if value is not None:
            setattr(user, name, value.strip() if isinstance(value, str) else list(value))
    if change.extension is not None:
        user.extension = change.extension or None
    if change.handling_unit_id is not None:
        user.handling_unit_id = change.handling_unit_id or None
    if change.disabled is not None:
        user.disabled_at = moment if change.disabled else None
    if change.unlock or change.password_hash:
        user.failed_logins, user.locked_until = 0, None
    if change.password_hash:
        user.password_hash, user.must_change_password = change.password_hash, True


def _login_findings(session: Session, login: str) -> list[Finding]:
    if not (2 <= len(login) <= 64) or not set(login) <= _LOGIN_SIGNS:
        return [Finding("login", "登录名为2至64位小写字母、数字或 . _ -")]
    if session.scalar(select(User.id).where(User.login == login)) is not None:
        return [Finding("login", "登录名已被使用")]
    return []


def _role_findings(roles: Sequence[str]) -> list[Finding]:
    known = {role.value for role in Role}
    if not roles:
        return [Finding("roles", "至少选择一个角色")]
    return [Finding("roles", f"没有角色“{role}”") for role in roles if role not in known]


def _seat_findings(session: Session, extension: str | None, user_id: int | None) -> list[Finding]:
    if not extension:
        return []
    if not (2 <= len(extension) <= 8) or not (extension.isascii() and extension.isdigit()):
        return [Finding("extension", "座席分机号为2至8位数字")]
    owner = session.scalar(select(User).where(User.extension == extension))
    if owner is not None and owner.id != user_id:
        return [Finding("extension", f"座席{extension}已分配给{owner.name}")]
    return []


def _audited(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "roles": list(user.roles),
        "staff_no": user.staff_no,
        "extension": user.extension,
        "queues": list(user.queues),
        "region_code": user.region_code,
        "handling_unit_id": user.handling_unit_id,
        "disabled": user.disabled_at is not None,
    }
