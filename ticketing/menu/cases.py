"""Test cases of the voice menu, kept beside its texts; their content is the flow language's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.actors import SYSTEM, Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.menu.drafts import one_at_a_time
from ticketing.people.audit import record_audit
from ticketing.records.flow_tests import FlowTestRecord

MOST_TESTS: Final = 500


@dataclass(frozen=True, slots=True)
class CaseText:
    """A test case as it is kept."""

    name: str
    flow: str
    content: Mapping[str, Any]


def flow_tests(session: Session) -> Sequence[FlowTestRecord]:
    """Every case, oldest first: as many as are run on each save."""
    query = select(FlowTestRecord).where(FlowTestRecord.removed_at.is_(None))
    return session.scalars(query.order_by(FlowTestRecord.id).limit(MOST_TESTS)).all()


def list_flow_tests(session: Session, after: int | None, limit: int) -> Sequence[FlowTestRecord]:
    """Newest first, those before the one with id `after`."""
    query = select(FlowTestRecord).where(FlowTestRecord.removed_at.is_(None))
    if after is not None:
        query = query.where(FlowTestRecord.id < after)
    return session.scalars(query.order_by(FlowTestRecord.id.desc()).limit(limit)).all()


def add_flow_test(session: Session, moment: datetime, by: Actor, case: CaseText) -> FlowTestRecord:
    """Raises InvalidInput when there are too many, or one of that name."""
    one_at_a_time(session)
    held = select(func.count()).where(FlowTestRecord.removed_at.is_(None))
    if (session.scalar(held) or 0) >= MOST_TESTS:
        raise InvalidInput((Finding("", f"测试用例最多{MOST_TESTS}个，请先删去不用的"),))
    _check_name(session, case.name, None)
    return _add(session, moment, by, case)


def change_flow_test(
    session: Session, moment: datetime, by: Actor, test_id: int, case: CaseText
) -> FlowTestRecord:
    """Raises NotFound, InvalidInput for a name another one has."""
    one_at_a_time(session)
    row = _found(session, test_id)
    _check_name(session, case.name, test_id)
    row.name, row.flow, row.content = case.name, case.flow, dict(case.content)
    row.saved_by, row.saved_at = by.login[:64], moment
    session.flush()
    record_audit(session, moment, by, "flow_test.change", "flow_test", str(row.id))
    return row


def remove_flow_test(session: Session, moment: datetime, by: Actor, test_id: int) -> None:
    """Raises NotFound."""
    row = _found(session, test_id)
    row.removed_at = moment
    session.flush()
    detail = {"name": row.name}
    record_audit(session, moment, by, "flow_test.remove", "flow_test", str(row.id), detail=detail)


def install_flow_tests(session: Session, moment: datetime, cases: Iterable[CaseText]) -> None:
    """Brings in the cases of the shipped menu that is live now.

    Those nobody touched are as they are shipped, and go when they are shipped no more; what
    people wrote, changed or removed stays as they left it.
    """
    one_at_a_time(session)
    rows = {row.name: row for row in session.scalars(select(FlowTestRecord))}
    shipped = {case.name: case for case in cases}
    for name, case in shipped.items():
        row = rows.get(name)
        if row is None:
            _add(session, moment, SYSTEM, case)
        elif row.saved_by == SYSTEM.login and row.removed_at is None:
            row.flow, row.content = case.flow, dict(case.content)
    for name, row in rows.items():
        if name not in shipped and row.saved_by == SYSTEM.login:
            row.removed_at = row.removed_at or moment
    session.flush()


def _add(session: Session, moment: datetime, by: Actor, case: CaseText) -> FlowTestRecord:
    row = FlowTestRecord(
        name=case.name,
        flow=case.flow,
        content=dict(case.content),
        saved_by=by.login[:64],
        saved_at=moment,
    )
    session.add(row)
    session.flush()
    detail = {"name": row.name}
    record_audit(session, moment, by, "flow_test.add", "flow_test", str(row.id), detail=detail)
    return row


def _found(session: Session, test_id: int) -> FlowTestRecord:
    row = session.get(FlowTestRecord, test_id, with_for_update=True)
    if row is None or row.removed_at is not None:
        raise NotFound("flow_test", test_id)
    return row


def _check_name(session: Session, name: str, but: int | None) -> None:
    query = select(FlowTestRecord.id).where(
        FlowTestRecord.name == name, FlowTestRecord.removed_at.is_(None)
    )
    if any(one != but for one in session.scalars(query)):
        raise InvalidInput((Finding("name", "已有同名的测试用例，请换一个名称"),))
