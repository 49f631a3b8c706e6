"""Checks of the whole menu, as editors read them; the same texts are checked once."""

import asyncio
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from agent_desk.web.shapes.flows import FlowFinding, Report
from ivr_flows.language.lines import Mistake
from ivr_flows.menu import check_menu
from ticketing.errors import BusinessError
from ticketing.menu import digest_of

KEPT: Final = 32


class NotFit(BusinessError):
    """The menu may not reach callers; the report says why."""

    def __init__(self, report: Report) -> None:
        super().__init__("; ".join(one.message for one in report.findings))
        self.report = report


def report_on(texts: Mapping[str, str]) -> Report:
    """Everything found in these flows together."""
    return Report(findings=[_finding(mistake) for mistake in check_menu(texts)])


class Reports:
    """Makes reports off the event loop and remembers the newest."""

    def __init__(self) -> None:
        self._made: Final[dict[str, Report]] = {}

    async def of(self, texts: Mapping[str, str]) -> Report:
        digest = digest_of(texts)
        if digest not in self._made:
            report = await asyncio.to_thread(report_on, texts)
            while len(self._made) >= KEPT:
                self._made.pop(next(iter(self._made)))
            self._made[digest] = report
        return self._made[digest]

    async def require_fit(self, texts: Mapping[str, str]) -> None:
        """Raises NotFit."""
        report = await self.of(texts)
        if not report.is_fit:
            raise NotFit(report)


def _finding(mistake: Mistake) -> FlowFinding:
    return FlowFinding(
        flow=PurePath(mistake.file).stem,
        file=mistake.file,
        line=mistake.line,
        place=mistake.where,
        message=mistake.message,
        severity="mistake",
    )
