"""Runs a test case against a bundle: passed, or what was otherwise."""

from dataclasses import dataclass

from ivr_flows.bundle import Bundle
from ivr_flows.cases.data import Expect, FlowTest
from ivr_flows.simulation.endings import ended_as
from ivr_flows.simulation.run import Simulation, simulate


@dataclass(frozen=True)
class Verdict:
    """How a test case came out."""

    test: FlowTest
    failures: tuple[str, ...]
    """Chinese: what was expected and what came instead; empty: passed."""
    said: tuple[str, ...] = ()
    came_to: str = ""
    """Chinese: where the call stood at last."""

    @property
    def passed(self) -> bool:
        return not self.failures


def run_test(bundle: Bundle, test: FlowTest) -> Verdict:
    """The bundle is of the test's flow and has passed its checks."""
    went = simulate(bundle, test.facts, test.acts)
    failures = [*_unmet(went, test.expects)]
    if went.unused and went.ending is not None:
        failures.append(f"还有 {went.unused} 个动作没做，流程已经结束：{_came_to(went)}")
    return Verdict(test, tuple(failures), went.said, _came_to(went))


def _unmet(went: Simulation, expects: list[Expect]) -> list[str]:
    failures, heard = [], 0
    for expect in expects:
        if expect.says is not None:
            place = _next_saying(went.said, heard, expect.says)
            if place is None:
                failures.append(f"应{expect.shown}，{_instead(went.said, expect.says)}")
            else:
                heard = place
        elif not _is_met(went, expect):
            failures.append(f"应{expect.shown}，实际{_came_to(went)}")
    return failures


def _next_saying(said: tuple[str, ...], start: int, words: str) -> int | None:
    """The sentence that has the words, at `start` or later."""
    return next((i for i in range(start, len(said)) if words in said[i]), None)


def _instead(said: tuple[str, ...], words: str) -> str:
    if any(words in sentence for sentence in said):
        return "却在更早的时候听到"
    return f"最后听到的是“{said[-1][:60]}”" if said else "什么也没听到"


def _is_met(went: Simulation, expect: Expect) -> bool:
    if expect.never_says is not None:
        return not any(expect.never_says in sentence for sentence in went.said)
    if expect.step is not None:
        return any(one.where == expect.step for one in went.path)
    if expect.waits_at is not None:
        here = went.waiting
        return here is not None and f"{here.flow}.{here.step}" == expect.waits_at
    if went.ending is None:
        return False
    ended = ended_as(went.ending)
    return ended.ends is expect.ends and expect.target in {None, ended.target}


def _came_to(went: Simulation) -> str:
    if went.waiting is not None:
        return f"停在 {went.waiting.flow}.{went.waiting.step} 等待"
    return ended_as(went.ending).words if went.ending is not None else ""
