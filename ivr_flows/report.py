"""Everything known about a set of flow texts: what is wrong, how long they take, which tests fail.

Takes the texts themselves, never a database or a folder, and never raises for what is in them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivr_flows.bundle import Bundle, gather
from ivr_flows.cases.data import FlowTest
from ivr_flows.cases.run import Verdict, run_test
from ivr_flows.checks import Finding, Severity, findings
from ivr_flows.distance import Distances
from ivr_flows.graph import Graph
from ivr_flows.language.ending import Back
from ivr_flows.language.lines import Mistake
from ivr_flows.language.loader import FlowMistakesError, Written, load
from ivr_flows.menu import NEEDED, called_flows, main_flows
from ivr_flows.patience import silent_wait
from ivr_flows.surroundings import Surroundings


@dataclass(frozen=True)
class MainFlow:
    """What a flow that answers calls asks of a caller."""

    name: str
    title: str
    flows: int
    steps: int
    longest_seconds_to_person: float
    """A caller who never presses a key."""
    keys_to_person: int
    """Choices and entries on the shortest way through the farthest step."""
    version: str


@dataclass(frozen=True)
class Report:
    """The proof of a set of flows."""

    findings: tuple[Finding, ...]
    main: tuple[MainFlow, ...]
    tests: tuple[Verdict, ...]

    @property
    def fit(self) -> bool:
        """May answer calls: no mistake, no failed test."""
        wrong = any(one.severity is Severity.MISTAKE for one in self.findings)
        return not wrong and all(verdict.passed for verdict in self.tests)


def report(
    texts: Mapping[str, str], tests: Iterable[FlowTest] = (), around: Surroundings | None = None
) -> Report:
    """Checks every flow and runs every test of the flows that passed."""
    around = around or Surroundings()
    found = {
        Finding(f"{name}.yaml", 1, "", f"缺少{what}流程“{name}”，来电离不开它，请补上")
        for name, what in around.needed.items()
        if name not in texts
    }
    written = {name: one for name in texts if (one := _loaded(name, texts[name], found))}
    main, fit = [], {}
    for name in _main_names(texts, written):
        bundle = _gathered(name, texts, found)
        if bundle is None:
            continue
        these = findings(bundle, around)
        found.update(these)
        if not any(one.severity is Severity.MISTAKE for one in these):
            fit[name] = bundle
            main.append(_measured(bundle, around))
    found.update(_orphans(texts, written))
    verdicts = tuple(_verdict(test, fit, texts) for test in tests)
    return Report(tuple(sorted(found)), tuple(main), verdicts)


def check_menu(texts: Mapping[str, str]) -> list[Mistake]:
    """Everything that keeps these flows from callers wherever they are; empty: fit."""
    made = report(texts, (), Surroundings(needed=NEEDED))
    return [one.mistake for one in made.findings if one.severity is Severity.MISTAKE]


def _loaded(name: str, text: str, found: set[Finding]) -> Written | None:
    try:
        return load(text, f"{name}.yaml")
    except FlowMistakesError as error:
        found.update(map(Finding.of, error.mistakes))
        return None


def _gathered(name: str, texts: Mapping[str, str], found: set[Finding]) -> Bundle | None:
    try:
        return gather(name, texts.get)
    except FlowMistakesError as error:
        found.update(map(Finding.of, error.mistakes))
        return None


def _main_names(texts: Mapping[str, str], written: Mapping[str, Written]) -> list[str]:
    """Flows that answer calls: nobody calls them and they do not want to go back.

    Flows that only call each other have no main flow; each is then checked as one, which tells
    the ring.
    """
    uncalled = main_flows(texts)
    reached = {name for main in uncalled for name in _reach(main, texts)}
    ringed = [name for name in written if name not in reached]
    mains = [name for name in uncalled if name in written and not _goes_back(written[name])]
    return sorted([*mains, *ringed])


def _reach(start: str, texts: Mapping[str, str]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in texts and name not in seen:
            seen.add(name)
            waiting.extend(called_flows(texts[name]))
    return seen


def _goes_back(one: Written) -> bool:
    return any(isinstance(step, Back) for step in one.flow.steps.values())


def _orphans(texts: Mapping[str, str], written: Mapping[str, Written]) -> list[Finding]:
    """Sub-flows that no flow calls: harmless, but probably forgotten."""
    message = "没有流程调用这个子流程，请在别的流程里用 subflow 接上，或删去"
    return [
        Finding(one.file, one.source.line(("flow",)), "flow", message, Severity.ADVICE)
        for name in main_flows(texts)
        if (one := written.get(name)) and _goes_back(one)
    ]


def _measured(bundle: Bundle, around: Surroundings) -> MainFlow:
    graph = Graph(bundle)
    return MainFlow(
        bundle.name,
        bundle.main.title,
        len(bundle.flows),
        sum(len(one.flow.steps) for one in bundle.flows.values()),
        round(silent_wait(graph, around), 1),
        Distances(graph).farthest().keys,
        bundle.version,
    )


def _verdict(test: FlowTest, fit: Mapping[str, Bundle], texts: Mapping[str, str]) -> Verdict:
    bundle = fit.get(test.flow)
    if bundle is not None:
        return run_test(bundle, test)
    why = "流程有错误，没有运行" if test.flow in texts else f"没有名为“{test.flow}”的流程"
    return Verdict(test, (why,))
