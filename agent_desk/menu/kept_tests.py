"""Test cases between how they are kept (ticketing.menu) and what they mean (ivr_flows.cases)."""

import logging
from collections.abc import Iterable

from pydantic import ValidationError
from sqlalchemy.orm import Session

from ivr_flows.cases.data import FlowTest
from ticketing.menu import CaseText, flow_tests
from ticketing.records.flow_tests import FlowTestRecord

log = logging.getLogger(__name__)


def read_tests(session: Session) -> list[FlowTest]:
    """Every case that can be read; one of a newer or older language is told in the log."""
    return [test for row in flow_tests(session) if (test := meaning(row)) is not None]


def meaning(row: FlowTestRecord) -> FlowTest | None:
    try:
        return FlowTest.model_validate({"name": row.name, "flow": row.flow, **row.content})
    except ValidationError as error:
        log.warning("test case %d cannot be read: %s", row.id, error)
        return None


def case_text(test: FlowTest) -> CaseText:
    """As it is kept."""
    content = test.model_dump(mode="json", include={"facts", "acts", "expects"})
    return CaseText(test.name, test.flow, content)


def case_texts(tests: Iterable[FlowTest]) -> list[CaseText]:
    return [case_text(test) for test in tests]
