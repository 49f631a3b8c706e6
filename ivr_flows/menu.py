"""All flows of one place together: what must be there, what is wrong, which flow greets a call."""

from collections.abc import Mapping
from dataclasses import replace
from threading import Lock
from typing import Final

from ivr_flows.bundle import Bundle, gather
from ivr_flows.language.lines import read

MAIN_FLOW: Final = "12328"
"""Greets every entry that has no flow of its own."""
SURVEY: Final = "survey"
NEEDED: Final = {MAIN_FLOW: "主菜单", SURVEY: "满意度评价"}
"""Flows without which no call can be led, with what they are."""


class Menu:
    """The flows of one version, read once; serves every thread of a process."""

    def __init__(self, version: str, texts: Mapping[str, str]) -> None:
        """Nothing is checked: a published version was, and the engine loses nobody."""
        self.version: Final = version
        self._texts: Final = dict(texts)
        self._read: dict[str, Bundle] = {}
        self._lock = Lock()

    def flow(self, entry: str) -> Bundle:
        """The entry's own flow, else the main one; raises FlowMistakesError if it is unreadable."""
        name = entry if entry in self._texts else MAIN_FLOW
        with self._lock:
            if name not in self._read:
                self._read[name] = replace(gather(name, self._texts.get), version=self.version)
            return self._read[name]

    def bundles(self) -> tuple[Bundle, ...]:
        """Every main flow, read now; raises FlowMistakesError when one is unreadable."""
        return tuple(self.flow(name) for name in main_flows(self._texts))


def main_flows(texts: Mapping[str, str]) -> list[str]:
    """Names of the flows that no other one calls."""
    called = {name for text in texts.values() for name in called_flows(text)}
    return [name for name in sorted(texts) if name not in called]


def title_of(name: str, text: str) -> str:
    """What the flow calls itself, as far as it can be read."""
    source, _ = read(text, name)
    title = source.data.get("title") if source and isinstance(source.data, dict) else None
    return title if isinstance(title, str) and title else name


def called_flows(text: str) -> set[str]:
    """Sub-flows a text names, whatever else is wrong with it."""
    source, _ = read(text, "")
    steps = source.data.get("steps") if source and isinstance(source.data, dict) else None
    called: set[str] = set()
    for step in steps.values() if isinstance(steps, dict) else ():
        flow = step.get("flow") if isinstance(step, dict) and step.get("do") == "subflow" else None
        if isinstance(flow, str):
            called.add(flow)
    return called
