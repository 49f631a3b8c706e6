"""Test cases written in YAML, as they come with the shipped flows: `cases:` name → case."""

from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ivr_flows.cases.data import FlowTest
from ivr_flows.language.lines import Mistake, dotted, read
from ivr_flows.language.loader import FlowMistakesError, explain
from ivr_flows.store import SHIPPED

SHIPPED_TESTS: Final = SHIPPED / "tests"


def read_cases(text: str, file: str) -> list[FlowTest]:
    """Raises FlowMistakesError with file and line of everything that is wrong."""
    source, mistakes = read(text, file)
    if source is None:
        raise FlowMistakesError(mistakes)
    cases = source.data.get("cases") if isinstance(source.data, dict) else None
    if not isinstance(cases, dict):
        raise FlowMistakesError([Mistake(file, 1, "cases", "缺少 cases，请补上")])
    tests = []
    for name, case in cases.items():
        path = ("cases", name)
        if not isinstance(case, dict):
            line = source.line(path)
            mistakes.append(Mistake(file, line, dotted(path), "这里应是“名称: 内容”的列表"))
            continue
        try:
            tests.append(FlowTest.model_validate({"name": name, **case}))
        except ValidationError as error:
            details = error.errors(include_url=False)
            mistakes.extend(explain(detail, source, file, path) for detail in details)
    if mistakes:
        raise FlowMistakesError(sorted(mistakes))
    return tests


def cases_in(folder: Path) -> list[FlowTest]:
    """Every case of a folder's YAML files, by file name; raises FlowMistakesError."""
    found: list[FlowTest] = []
    for path in sorted(folder.glob("*.yaml")):
        found.extend(read_cases(path.read_text("utf-8"), path.name))
    return found
