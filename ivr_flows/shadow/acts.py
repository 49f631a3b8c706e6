"""From the journal back to what the caller did.

The journal has every key, but not every silence, and no secret digit. What is guessed here is
found out afterwards: a call whose acts do not lead through its own version as the journal says
is counted as unclear, not as a difference.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from ivr_flows.bundle import Bundle
from ivr_flows.engine.ear import MASK
from ivr_flows.language.words import PERSON_KEY
from ivr_flows.shadow.journal import PastCall, PastStep
from ivr_flows.simulation.caller import PauseOfEntry, Turn
from ivr_flows.simulation.data import Act

_WAITING: Final = frozenset(
    (
        *("menu", "listen", "choose", "digits", "survey", "offer_message", "record_message"),
        *("useful", "offer", "offer_callback", "supplement"),
    )
)
"""Kinds whose keys answer a question; keys of all others were pressed into the words."""
SPOKEN: Final = "（留言）"
_ANY_DIGIT: Final = "1"


def turns_of(call: PastCall, bundle: Bundle) -> list[Turn]:
    """What the caller did, in order; `bundle` is of the call's own version."""
    return [turn for step in call.steps for turn in _turns(step, bundle)]


def _turns(step: PastStep, bundle: Bundle) -> Iterator[Turn]:
    early = step.kind not in _WAITING
    yield from (Act(key=key, early=early) for key in _keys(step))
    if step.said:
        yield Act(words=step.said)
    yield from _unwritten(step, bundle)
    if step.outcome == "gone":
        yield Act(hang_up=True, early=early)


def _keys(step: PastStep) -> str:
    """Secret digits are any digits, but 0 is what leads to a person."""
    if MASK not in step.pressed:
        return step.pressed
    last = PERSON_KEY if step.outcome == "person" else _ANY_DIGIT
    return _ANY_DIGIT * (len(step.pressed) - 1) + last


def _unwritten(step: PastStep, bundle: Bundle) -> Iterable[Turn]:
    """What the caller did without a key: wait, speak."""
    if step.outcome == "person":
        return _given_up(step, bundle)
    match step.kind:
        case "digits" if step.outcome == "entered":
            return [PauseOfEntry()]
        case "record_message" | "supplement" if step.outcome == "recorded":
            return [Act(words=SPOKEN)]
        case "survey" if step.outcome == "unrated":
            return [Act(silence=True)] * (2 - len(step.pressed))
        case "offer_message" | "offer" | "offer_callback" | "useful" if not step.pressed:
            return [] if step.outcome == "gone" else [Act(silence=True)]
    return []


def _given_up(step: PastStep, bundle: Bundle) -> list[Turn]:
    """After a 0 nothing more was typed; without one, the mistakes that are no key were silences."""
    if step.kind not in _WAITING:
        return []
    if _keys(step).endswith(PERSON_KEY):
        return [PauseOfEntry()]
    written = bundle.flows.get(step.flow)
    if written is None:
        return []
    asked = written.flow.steps.get(step.step)
    again = getattr(asked, "repeat", None)
    wrong = 0 if step.kind == "digits" else sum(key != again for key in step.pressed)
    return [Act(silence=True)] * max(0, written.flow.mistakes - wrong)
