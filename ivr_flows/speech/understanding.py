"""From guesses to choices: which of a step's intents was meant, how sure, with what in its slots.

The recogniser's text is compared with whole phrases, by characters and by sound, because parts of
phrases may come out joined in ways nobody meant, and because homophones are one to it: the step's
own choices decide which was said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from ivr_flows.interfaces import Guess
from ivr_flows.speech.grammar import spoken
from ivr_flows.speech.pinyin import distance, syllables
from ivr_flows.speech.slots import NO, YES, Slot, Wording, wordings
from ivr_flows.values import Value

PERSON: Final = "人工"
"""The intent that is heard at every step."""
PERSON_PHRASES: Final = (
    *("人工", "人工服务", "转人工", "转人工服务", "我要人工", "我要人工服务", "人工客服"),
    *("找人工", "接人工", "人工座席", "转接人工", "我要转人工", "客服"),
)
LEAST_LIKENESS: Final = 0.6
"""Below it a text is none of the phrases."""
SAME_SOUND: Final = 0.97
"""Likeness of homophones: less than of the very words, more than of anything else."""
CLOSE: Final = 0.1
"""Two intents nearer than this are not told apart: the caller is asked."""


@dataclass(frozen=True)
class Understanding:
    """One reading of what was said."""

    intent: str
    values: Mapping[str, Value]
    said: str
    """What the recogniser wrote."""
    sureness: float
    """0 … 1: the recogniser's confidence times the likeness to a phrase."""


@dataclass(frozen=True)
class Choices:
    """What a step may understand."""

    wordings: tuple[tuple[str, Wording], ...]
    """Intent and one way to say it."""
    slots: Mapping[str, Slot]

    def phrases(self) -> tuple[str, ...]:
        """Everything to listen for."""
        found: dict[str, None] = {}
        for _, wording in self.wordings:
            for part in (wording.before, wording.after):
                if part:
                    found[part] = None
            if wording.slot:
                found |= dict.fromkeys(self.slots[wording.slot].words())
        return tuple(found)


def choices(
    intents: Iterable[tuple[str, Sequence[str]]], slots: Mapping[str, Slot] | None = None
) -> Choices:
    """Intents with their phrases, the person always among them."""
    slots = slots or {}
    listed = [(PERSON, PERSON_PHRASES), *intents]
    found = [
        (intent, wording)
        for intent, phrases in listed
        for phrase in phrases
        for wording in wordings(phrase, slots)
    ]
    return Choices(tuple(found), slots)


def understand(
    guesses: Sequence[Guess], possible: Choices, today: date
) -> tuple[Understanding, ...]:
    """Best first, each intent with each values once; empty: none of it was meant."""
    best: dict[tuple[str, tuple[tuple[str, str], ...]], Understanding] = {}
    for guess in guesses:
        text = spoken(guess.text)
        for intent, wording in possible.wordings if text else ():
            likeness, values = _likeness(text, wording, possible.slots, today)
            if likeness < LEAST_LIKENESS:
                continue
            sureness = min(1.0, max(0.0, guess.confidence)) * likeness
            found = Understanding(intent, values, guess.text, sureness)
            key = (intent, tuple(sorted((name, value.text) for name, value in values.items())))
            if key not in best or best[key].sureness < sureness:
                best[key] = found
    return tuple(sorted(best.values(), key=lambda one: -one.sureness))


def is_clear(found: Sequence[Understanding], sure: float) -> bool:
    """Is the best one certain enough, and nothing else close to it?"""
    rival = found[1].sureness if len(found) > 1 else 0.0
    return found[0].sureness >= sure and found[0].sureness - rival >= min(CLOSE, 1 - sure)


def _likeness(
    text: str, wording: Wording, slots: Mapping[str, Slot], today: date
) -> tuple[float, Mapping[str, Value]]:
    filled: dict[str, Value] = {}
    for name, chosen in wording.filled:
        filled |= slots[name].values_of(name, chosen)
    if not wording.slot:
        return alike(text, wording.before), filled
    slot = slots[wording.slot]
    best: tuple[float, Mapping[str, Value]] = (0.0, {})
    for start, end in _middles(text, wording):
        likeness = min(alike(text[:start], wording.before), alike(text[end:], wording.after))
        if likeness > best[0] and (value := slot.read(text[start:end], today)) is not None:
            best = likeness, filled | slot.values_of(wording.slot, value)
    return best


def _middles(text: str, wording: Wording) -> Iterable[tuple[int, int]]:
    """Where the open slot may stand: beside parts about as long as they should be."""
    for start in range(len(text)):
        if abs(start - len(wording.before)) <= 1 and bool(start) == bool(wording.before):
            for end in range(start + 1, len(text) + 1):
                rest = len(text) - end
                if abs(rest - len(wording.after)) <= 1 and bool(rest) == bool(wording.after):
                    yield start, end


@lru_cache(maxsize=16384)
def alike(one: str, other: str) -> float:
    """0 … 1 by the share of characters, or of sounds, that are the same."""
    if one == other:
        return 1.0
    longest = max(len(one), len(other))
    if abs(len(one) - len(other)) > (1 - LEAST_LIKENESS) * longest:
        return 0.0
    by_writing = 1 - distance(one, other) / longest
    sounds, others = syllables(one), syllables(other)
    by_sound = 1 - distance(sounds, others) / max(len(sounds), len(others))
    return max(by_writing, by_sound * SAME_SOUND)


YES_OR_NO: Final = (("yes", YES), ("no", NO))
"""Intents of a question whether it was understood."""
