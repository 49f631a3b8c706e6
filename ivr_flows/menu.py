"""All flows of one place together: what must be there, what is wrong, which flow greets a call."""

from collections.abc import Mapping
from dataclasses import replace
from threading import Lock
from typing import Final

from ivr_flows.bundle import Bundle, gather
from ivr_flows.checks import check
from ivr_flows.language.lines import Mistake, read
from ivr_flows.language.loader import FlowMistakesError

MAIN_FLOW: Final = "12328"
"""Greets every entry that has no flow of its own."""
SURVEY: Final = "survey"
_NEEDED: Final = {MAIN_FLOW: "主菜单", SURVEY: "满意度评价"}


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
    called = {name for text in texts.values() for name in _called(text)}
    return [name for name in sorted(texts) if name not in called]


def check_menu(texts: Mapping[str, str]) -> list[Mistake]:
    """Everything that keeps these flows from callers; empty: fit."""
    found = {
        Mistake(f"{name}.yaml", 1, "", f"缺少{what}流程“{name}”，来电离不开它，请补上")
        for name, what in _NEEDED.items()
        if name not in texts
    }
    for name in sorted({*main_flows(texts), *(_NEEDED.keys() & texts.keys())}):
        try:
            found.update(check(gather(name, texts.get)))
        except FlowMistakesError as error:
            found.update(error.mistakes)
    return sorted(found)


def title_of(name: str, text: str) -> str:
    """What the flow calls itself, as far as it can be read."""
    source, _ = read(text, name)
    title = source.data.get("title") if source and isinstance(source.data, dict) else None
    return title if isinstance(title, str) and title else name


def _called(text: str) -> set[str]:
    """Sub-flows a text names, whatever else is wrong with it."""
    source, _ = read(text, "")
    steps = source.data.get("steps") if source and isinstance(source.data, dict) else None
    called: set[str] = set()
    for step in steps.values() if isinstance(steps, dict) else ():
        flow = step.get("flow") if isinstance(step, dict) and step.get("do") == "subflow" else None
        if isinstance(flow, str):
            called.add(flow)
    return called
