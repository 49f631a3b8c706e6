"""Sub-flows that call themselves, and a main flow that wants to go back."""

from collections.abc import Iterator

from ivr_flows.bundle import Bundle
from ivr_flows.checks.finding import Finding, found
from ivr_flows.language.ending import Back
from ivr_flows.language.telling import Subflow


def subflow_rings(bundle: Bundle) -> Iterator[Finding]:
    calls = {
        name: [
            (step_name, step.flow)
            for step_name, step in written.flow.steps.items()
            if isinstance(step, Subflow)
        ]
        for name, written in bundle.flows.items()
    }
    for name, written in bundle.flows.items():
        for step_name, called in calls[name]:
            if _reaches(calls, called, name):
                message = f"子流程“{called}”又会回到“{name}”，会没完没了，请改用 next 或 back"
                yield found(written, ("steps", step_name, "flow"), message)


def _reaches(calls: dict[str, list[tuple[str, str]]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(called for _, called in calls[name])
    return False


def lone_backs(bundle: Bundle) -> Iterator[Finding]:
    written = bundle.flows[bundle.name]
    for name, step in written.flow.steps.items():
        if isinstance(step, Back):
            message = "主流程没有可返回的上级，请改用 hang_up、to_agent 或 next"
            yield found(written, ("steps", name), message)
