"""What changed between two menus: as text, and step by step."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Literal

from agent_desk.web.shapes.flows import FlowDifference, StepChange
from ivr_flows.language.lines import Plain, read

Change = Literal["added", "removed", "changed", "same"]


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> list[FlowDifference]:
    """Every flow of either, by name."""
    return [
        _flow(name, before.get(name), after.get(name)) for name in sorted(before.keys() | after)
    ]


def _flow(name: str, before: str | None, after: str | None) -> FlowDifference:
    return FlowDifference(
        name=name,
        change=_change(before, after),
        unified=_unified(name, before or "", after or ""),
        steps=list(_steps(before or "", after or "")),
    )


def _change(before: str | None, after: str | None) -> Change:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    return "same" if before == after else "changed"


def _unified(name: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"{name}.yaml", f"{name}.yaml", lineterm=""
    )
    return "\n".join(lines)


def _steps(before: str, after: str) -> Iterator[StepChange]:
    """In the order of the newer text, removed ones after them; an unreadable text has no steps."""
    if before == after:
        return
    (old_head, old), (new_head, new) = _parts(before), _parts(after)
    if old_head != new_head:
        yield StepChange(step="", change="changed")
    for step, words in new.items():
        if step not in old:
            yield StepChange(step=step, change="added")
        elif words != old[step]:
            yield StepChange(step=step, change="changed")
        elif _leads_on(words) and _below(new, step) != _below(old, step):
            yield StepChange(step=step, change="moved")
    for step in (one for one in old if one not in new):
        yield StepChange(step=step, change="removed")


def _parts(text: str) -> tuple[dict[str, Plain], dict[str, Plain]]:
    source, _ = read(text, "")
    if source is None or not isinstance(source.data, dict):
        return {}, {}
    steps = source.data.get("steps")
    head = {key: value for key, value in source.data.items() if key != "steps"}
    return head, steps if isinstance(steps, dict) else {}


def _leads_on(words: Plain) -> bool:
    """Whether the step below may be where it goes."""
    return isinstance(words, dict) and "next" not in words


def _below(steps: Mapping[str, Plain], step: str) -> str | None:
    order = list(steps)
    index = order.index(step) + 1
    return order[index] if index < len(order) else None
