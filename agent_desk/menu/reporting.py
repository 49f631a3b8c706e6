"""Checks and test cases of the whole menu, as editors read them; the same are run once."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from agent_desk.menu.kept_tests import read_tests
from agent_desk.web.shapes.flows import FlowFinding, MainFlowShape, Report, TestVerdict
from ivr_flows.cases.data import FlowTest
from ivr_flows.cases.run import Verdict
from ivr_flows.checks import Finding
from ivr_flows.report import report
from ivr_flows.surroundings import Surroundings
from ticketing.database import Database
from ticketing.errors import BusinessError
from ticketing.menu import digest_of

KEPT: Final = 32


class NotFit(BusinessError):
    """The menu may not reach callers; the report says why."""

    def __init__(self, report: Report) -> None:
        super().__init__("; ".join(one.message for one in report.findings))
        self.report = report


def report_on(texts: Mapping[str, str], tests: Sequence[FlowTest], around: Surroundings) -> Report:
    """Everything known about these flows together."""
    made = report(texts, tests, around)
    return Report(
        fit=made.fit,
        findings=[_finding(one) for one in made.findings],
        main=[MainFlowShape.model_validate(one) for one in made.main],
        tests=[_verdict(one) for one in made.tests],
    )


class Reports:
    """Makes reports off the event loop and remembers the newest."""

    def __init__(self, database: Database, around: Surroundings) -> None:
        self._database: Final = database
        self.around: Final = around
        self._made: Final[dict[str, Report]] = {}

    async def of(self, texts: Mapping[str, str]) -> Report:
        tests = await self._database.read(read_tests)
        digest = _digest(texts, tests)
        if digest not in self._made:
            made = await asyncio.to_thread(report_on, texts, tests, self.around)
            while len(self._made) >= KEPT:
                self._made.pop(next(iter(self._made)))
            self._made[digest] = made
        return self._made[digest]

    async def require_fit(self, texts: Mapping[str, str]) -> None:
        """Raises NotFit."""
        made = await self.of(texts)
        if not made.fit:
            raise NotFit(made)


def _digest(texts: Mapping[str, str], tests: Sequence[FlowTest]) -> str:
    cases = "\0".join(test.model_dump_json() for test in tests)
    return digest_of(texts) + hashlib.sha256(cases.encode()).hexdigest()


def _finding(one: Finding) -> FlowFinding:
    return FlowFinding(
        flow=one.flow,
        file=one.file,
        line=one.line,
        place=one.place,
        message=one.message,
        severity=one.severity.value,
    )


def _verdict(one: Verdict) -> TestVerdict:
    return TestVerdict(
        name=one.test.name,
        flow=one.test.flow,
        passed=one.passed,
        failures=list(one.failures),
        expected=[expect.shown for expect in one.test.expects],
        said=list(one.said),
        came_to=one.came_to,
    )
