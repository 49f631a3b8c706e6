"""Walks a made-up call through a bundle with the real engine and tells all that happened."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ivr_flows.bundle import Bundle
from ivr_flows.engine.walk import walk
from ivr_flows.interfaces import Actions, CallFacts, Ending, JournalEntry
from ivr_flows.language.asking import AskDigits, Choose, Menu, OfferMessage, Survey
from ivr_flows.language.flow import AnyStep
from ivr_flows.language.listening import Listen
from ivr_flows.language.serving import Offer, OfferCallback, Useful
from ivr_flows.language.words import PERSON_KEY
from ivr_flows.simulation.business import MadeUpBusiness
from ivr_flows.simulation.caller import Did, SimulatedCaller, Turn, Wants
from ivr_flows.simulation.data import Facts
from ivr_flows.surroundings import Surroundings

PERSON_LABEL: Final = "人工服务"
SILENT: Final = logging.Logger(__name__, logging.CRITICAL)  # noqa: LOG001 outside the tree of loggers
"""A business that is made to fail fails on purpose: nobody need read of it in the log."""


@dataclass(frozen=True)
class Line:
    """One thing said or done. `step` is empty for the last words after the flow."""

    did: Did
    text: str
    flow: str
    step: str
    kind: str


@dataclass(frozen=True)
class Stepped:
    """One step walked to its end."""

    flow: str
    step: str
    kind: str
    key: str
    outcome: str

    @property
    def where(self) -> str:
        return f"{self.flow}.{self.step}"


@dataclass(frozen=True)
class Option:
    """A key that means something now."""

    key: str
    label: str
    """Where it leads, or what it answers."""


@dataclass(frozen=True)
class Waiting:
    """Where the call stands when the acts are used up."""

    flow: str
    step: str
    kind: str
    wants: Wants
    seconds: float
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Simulation:
    """A made-up call as it went; exactly one of `waiting` and `ending` is there."""

    lines: tuple[Line, ...]
    path: tuple[Stepped, ...]
    waiting: Waiting | None
    ending: Ending | None
    happened: tuple[str, ...]
    """What would have been kept."""
    seconds: float
    unused: int
    """Acts the call never came to."""

    @property
    def said(self) -> tuple[str, ...]:
        return tuple(line.text for line in self.lines if line.did is Did.SAID)


def simulate(
    bundle: Bundle, facts: Facts, acts: Iterable[Turn], around: Surroundings | None = None
) -> Simulation:
    """The same data always give the same call."""
    business = MadeUpBusiness(facts)
    return simulate_with(bundle, facts, acts, business, around or Surroundings(), business.happened)


def simulate_with(
    bundle: Bundle,
    facts: Facts,
    acts: Iterable[Turn],
    business: Actions,
    around: Surroundings,
    happened: list[str],
) -> Simulation:
    """As `simulate`, with a business of the caller's choice."""
    record = _Record(happened)
    caller = SimulatedCaller(
        acts, record.did, around.said_seconds, facts.at, left=record.leave, deaf=facts.deaf
    )
    call = CallFacts(facts.caller, facts.dialled)
    ending = walk(bundle, call, caller, business, record, caller.clock, SILENT)
    waiting = record.left(bundle, caller) if caller.waits else None
    return Simulation(
        tuple(record.whole()),
        tuple(record.path),
        waiting,
        None if waiting else ending,
        record.happened(),
        round((caller.now - facts.at).total_seconds(), 1),
        caller.unused,
    )


class _Record:
    """The journal and the transcript: what is said belongs to the step written down next."""

    def __init__(self, happened: list[str]) -> None:
        self._happened = happened
        self._before_leaving: int | None = None
        self.path: list[Stepped] = []
        self._lines: list[Line] = []
        self._new: list[tuple[Did, str]] = []

    def did(self, did: Did, text: str) -> None:
        self._new.append((did, text))

    def wrote(self, entry: JournalEntry) -> None:
        self.path.append(Stepped(entry.flow, entry.step, entry.kind, entry.key, entry.outcome))
        self._settle(entry.flow, entry.step, entry.kind)

    def leave(self) -> None:
        """The acts are used up. What the engine keeps of a hang-up did not happen."""
        self._before_leaving = len(self._happened)

    def happened(self) -> tuple[str, ...]:
        return tuple(self._happened[: self._before_leaving])

    def whole(self) -> list[Line]:
        """All lines; what came after the last step is the engine's own farewell."""
        self._settle("", "", "")
        return self._lines

    def left(self, bundle: Bundle, caller: SimulatedCaller) -> Waiting | None:
        """The step the call waits in; it is not walked to its end, so it leaves the path."""
        if caller.waits is None or not self.path:
            return None
        here = self.path.pop()
        step = bundle.flows[here.flow].flow.steps[here.step]
        wants, seconds = caller.waits.wants, caller.waits.seconds
        options = tuple(_options(step, wants))
        return Waiting(here.flow, here.step, here.kind, wants, seconds, options)

    def _settle(self, flow: str, step: str, kind: str) -> None:
        self._lines.extend(Line(did, text, flow, step, kind) for did, text in self._new)
        self._new = []


def _options(step: AnyStep, wants: Wants) -> list[Option]:
    """The keys that mean something, the person last."""
    named: dict[str, str] = {}
    if isinstance(step, (Menu, Listen)):
        named = dict(step.keys) | ({step.repeat: "重听"} if step.repeat else {})
    elif isinstance(step, Choose):
        named = dict(step.answers)
    elif isinstance(step, AskDigits):
        named = {"#": "输入完毕", "*": "重新输入"}
    elif isinstance(step, Survey):
        named = dict(zip("12345", _LEVELS, strict=True))
    elif isinstance(step, OfferMessage):
        named = {"1": "留言"}
    elif isinstance(step, OfferCallback):
        named = {"1": "回拨"}
    elif isinstance(step, Offer):
        named = {step.key: step.accepted}
    elif isinstance(step, Useful):
        named = {"1": "有用", "2": "没用"}
    elif wants is Wants.MESSAGE:
        named = {"#": "说完了"}
    return [*(Option(key, label) for key, label in named.items()), Option(PERSON_KEY, PERSON_LABEL)]


_LEVELS: Final = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
