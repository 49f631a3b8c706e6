"""Ways that lead to no step: without these the graph can be drawn."""

from collections.abc import Iterator

from ivr_flows.bundle import Bundle
from ivr_flows.checks.finding import Finding, found
from ivr_flows.language.asking import Menu
from ivr_flows.language.flow import AnyStep
from ivr_flows.language.listening import Listen


def broken_ways(bundle: Bundle) -> Iterator[Finding]:
    for written in bundle.flows.values():
        for name, step in written.flow.steps.items():
            for label, target in written.flow.ways(name).items():
                if target is not None and target not in written.flow.steps:
                    message = f"没有名为“{target}”的步骤，请改正名称或补上该步骤"
                    yield found(written, ("steps", name, *_part(step, label)), message)


def _part(step: AnyStep, label: str) -> tuple[str, ...]:
    """Where in the step's text this way is written."""
    if isinstance(step, Listen) and label in step.intents:
        return ("intents", label, "next")
    if isinstance(step, (Menu, Listen)):
        return ("keys", label)
    if label in getattr(step, "cases", {}):
        return ("cases", label)
    return (label,) if getattr(step, label, None) else ("next",)
