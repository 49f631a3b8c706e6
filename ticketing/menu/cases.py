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


def install_flow_tests(session: Session, moment: datetime, cases: Iterable[CaseText]) -> int:
    """Brings the shipped cases in that were never here, by name; returns how many.

    Run at every start: what people changed or removed stays as they left it.
    """
    one_at_a_time(session)
    known = set(session.scalars(select(FlowTestRecord.name)))
    new = [case for case in cases if case.name not in known]
    for case in new:
        _add(session, moment, SYSTEM, case)
    return len(new)


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
