"""A flow with all its sub-flows, frozen together: what a call begins with, it ends with."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ivr_flows.language.flow import FlowFile
from ivr_flows.language.lines import Mistake
from ivr_flows.language.loader import FlowMistakesError, Written, load
from ivr_flows.language.telling import Subflow

MAX_FLOWS: Final = 50

Source = Callable[[str], str | None]
"""Flow name -> its text, None when there is none; a directory today, published versions later."""


@dataclass(frozen=True)
class Bundle:
    """The main flow and every flow it can reach, by name."""

    name: str
    flows: Mapping[str, Written]
    version: str
    """Digest of all texts: the same words have the same version everywhere."""

    @property
    def main(self) -> FlowFile:
        return self.flows[self.name].flow


def gather(name: str, source: Source) -> Bundle:
    """Read a flow and its sub-flows; raises FlowMistakesError with the mistakes of all of them."""
    flows: dict[str, Written] = {}
    mistakes: list[Mistake] = []
    wanted = [(name, Mistake(f"{name}.yaml", 1, "", f"没有名为“{name}”的流程文件"))]
    while wanted:
        flow_name, missing = wanted.pop()
        if flow_name in flows:
            continue
        text = source(flow_name) if len(flows) < MAX_FLOWS else None
        if text is None:
            mistakes.append(missing)
            continue
        try:
            written = load(text, f"{flow_name}.yaml")
        except FlowMistakesError as error:
            mistakes.extend(error.mistakes)
            continue
        flows[flow_name] = written
        if written.flow.flow != flow_name:
            mistakes.append(written.mistake(("flow",), f"名称应与文件名一致：{flow_name}"))
        wanted.extend(_subflows(written))
    if mistakes:
        raise FlowMistakesError(sorted(set(mistakes)))
    return Bundle(name, flows, _version(flows))


def _subflows(written: Written) -> list[tuple[str, Mistake]]:
    return [
        (
            step.flow,
            written.mistake(("steps", name, "flow"), f"没有名为“{step.flow}”的子流程文件"),
        )
        for name, step in written.flow.steps.items()
        if isinstance(step, Subflow)
    ]


def _version(flows: Mapping[str, Written]) -> str:
    digest = hashlib.sha256()
    for name in sorted(flows):
        digest.update(f"{name}\0{flows[name].text}\0".encode())
    return digest.hexdigest()[:12]
