"""Numbers that the menu treats in a way of their own: straight to a person, truck drivers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.people.audit import record_audit
from ticketing.records.information import CallerGroupMember
from ticketing.rules.masking import masked_phone

GROUPS: Final[Mapping[str, str]] = {
    "direct": "直达人工",
    "elder": "65岁以上",
    "slow": "慢速播报",
    "truck_driver": "货车司机",
}
SHORTEST, LONGEST = 3, 20
"""Digits of a number, as the network presents it."""


def caller_groups(session: Session, number: str) -> frozenset[str]:
    """The groups a caller's number belongs to."""
    query = select(CallerGroupMember.caller_group).where(CallerGroupMember.number == number)
    return frozenset(session.scalars(query))


def add_to_group(
    session: Session, moment: datetime, by: Actor, number: str, group: str
) -> CallerGroupMember:
    """From the next call on; who is in already stays as they are. Raises InvalidInput."""
    digits = "".join(sign for sign in number if sign not in " -")
    findings = []
    if not (digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST):
        findings.append(Finding("number", "请填写正确的电话号码"))
    if group not in GROUPS:
        findings.append(Finding("caller_group", "请选择来电人群"))
    if findings:
        raise InvalidInput(tuple(findings))
    row = session.scalar(
        select(CallerGroupMember).where(
            CallerGroupMember.number == digits, CallerGroupMember.caller_group == group
        )
    )
    if row is None:
        row = CallerGroupMember(
            number=digits, caller_group=group, added_by=by.login, added_at=moment
        )
        session.add(row)
        session.flush()
        _note(session, moment, by, "caller_group.add", row)
    return row


def remove_from_group(session: Session, moment: datetime, by: Actor, member_id: int) -> None:
    """Raises NotFound. The audit keeps who was in."""
    row = session.get(CallerGroupMember, member_id, with_for_update=True)
    if row is None:
        raise NotFound("caller_group_member", member_id)
    _note(session, moment, by, "caller_group.remove", row)
    session.delete(row)


def leave_group(session: Session, moment: datetime, by: Actor, number: str, group: str) -> bool:
    """By the number itself, as the menu does it; whether it was in."""
    row = session.scalar(
        select(CallerGroupMember).where(
            CallerGroupMember.number == number, CallerGroupMember.caller_group == group
        )
    )
    if row is not None:
        remove_from_group(session, moment, by, row.id)
    return row is not None


def list_members(
    session: Session, after: int | None, limit: int, *, group: str = ""
) -> list[CallerGroupMember]:
    """Newest first, ids below `after`."""
    query = select(CallerGroupMember).order_by(CallerGroupMember.id.desc()).limit(limit)
    if after is not None:
        query = query.where(CallerGroupMember.id < after)
    if group:
        query = query.where(CallerGroupMember.caller_group == group)
    return list(session.scalars(query))


def _note(session: Session, moment: datetime, by: Actor, what: str, row: CallerGroupMember) -> None:
    """The audit is read by people who may not see whole numbers."""
    detail = {"number": masked_phone(row.number), "caller_group": row.caller_group}
    record_audit(session, moment, by, what, "caller_group_member", str(row.id), detail=detail)
