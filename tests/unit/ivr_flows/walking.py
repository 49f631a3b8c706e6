"""Short ways to write a flow in a test and to send a scripted caller through it."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import dedent

from ivr_flows.bundle import Bundle, gather
from ivr_flows.checks import check
from ivr_flows.engine.walk import walk
from ivr_flows.interfaces import CallFacts, Ending, VoiceMessage
from ivr_flows.store import SHIPPED, directory_source, load_checked
from tests.fakes.business import FakeActions, FakeJournal
from tests.fakes.caller import FakeCaller

CALLER = "13800000000"


@dataclass(frozen=True)
class Walked:
    """How a call went."""

    ending: Ending
    caller: FakeCaller
    actions: FakeActions
    journal: FakeJournal

    @property
    def heard(self) -> str:
        return "\n".join(self.caller.heard)


def bundle_of(steps: str, head: str = "", **subflows: str) -> Bundle:
    """A bundle named `main` from its steps as YAML; sub-flows likewise by name. Unchecked."""
    texts = {
        name: f"flow: {name}\ntitle: 试验\n{dedent(head) if name == 'main' else ''}\nsteps:\n"
        + "".join(f"  {line}\n" for line in dedent(part).strip().splitlines())
        for name, part in {"main": steps, **subflows}.items()
    }
    return gather("main", texts.get)


def mistakes_of(steps: str, head: str = "", **subflows: str) -> list[str]:
    return [str(mistake) for mistake in check(bundle_of(steps, head, **subflows))]


def shipped(name: str = "12328") -> Bundle:
    return load_checked(name, directory_source([SHIPPED]))


def walked(
    bundle: Bundle,
    script: Iterable[tuple[str, str]] = (),
    actions: FakeActions | None = None,
    messages: Iterable[VoiceMessage] = (),
    journal: FakeJournal | None = None,
    *,
    confidence: float = 1.0,
    deaf: bool = False,
) -> Walked:
    """Send a scripted caller through; every turn of the script must have come."""
    caller, actions = (
        FakeCaller(script, messages, confidence=confidence, deaf=deaf),
        actions or FakeActions(),
    )
    journal = journal or FakeJournal()
    ending = walk(bundle, CallFacts(CALLER, "12328"), caller, actions, journal, caller.clock)
    assert caller.unused == []
    return Walked(ending, caller, actions, journal)
