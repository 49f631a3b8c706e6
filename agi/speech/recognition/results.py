"""What libvosk writes, as guesses: log scores to confidences, `[unk]` taken out and counted."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ivr_flows.interfaces import Guess
from ivr_flows.speech.grammar import UNKNOWN

MOST_GUESSES: Final = 3
UNTIMED: Final = 0.3
"""Seconds of a word whose times are not told."""


@dataclass(frozen=True)
class Reading:
    """One way to read a stretch between two silences."""

    text: str
    """Without blanks and without `[unk]`."""
    likelihood: float
    known: float
    """0 … 1: share of the speech that was words, not `[unk]`."""


def readings(told: str) -> tuple[Reading, ...]:
    """Of one result of libvosk; whatever is no such result reads as nothing."""
    try:
        result = json.loads(told)
    except ValueError:
        return ()
    if not isinstance(result, dict):
        return ()
    listed = result.get("alternatives", [result])
    if not isinstance(listed, list):
        return ()
    found = [_reading(one) for one in listed if isinstance(one, dict)]
    return tuple(one for one in found if one is not None)


def _reading(one: dict[str, Any]) -> Reading | None:
    text = one.get("text")
    if not isinstance(text, str) or not text.strip():
        return None
    score = one.get("confidence", 0.0)
    if not isinstance(score, (int, float)) or not math.isfinite(score):
        score = 0.0
    words = one.get("result")
    timed = [word for word in words if isinstance(word, dict)] if isinstance(words, list) else []
    spans = [(str(word.get("word", "")), _seconds(word)) for word in timed]
    spans = spans or [(word, UNTIMED) for word in text.split()]
    total = sum(seconds for _, seconds in spans)
    known = sum(seconds for word, seconds in spans if word != UNKNOWN)
    words_only = "".join(word for word in text.split() if word != UNKNOWN)
    return Reading(words_only, float(score), known / total if total else 0.0)


def _seconds(word: dict[str, Any]) -> float:
    start, end = word.get("start"), word.get("end")
    if not isinstance(start, (int, float)) or not isinstance(end, (int, float)):
        return UNTIMED
    span = float(end) - float(start)
    return span if 0 < span < 60 else UNTIMED


def guesses(stretches: Sequence[Sequence[Reading]]) -> tuple[Guess, ...]:
    """All that was said in a turn, best first.

    One stretch gives its readings; several are said in one breath with pauses, so they are joined.
    """
    spoken = [list(_weighed(stretch)) for stretch in stretches if stretch]
    if not spoken:
        return ()
    if len(spoken) == 1:
        return tuple(spoken[0])
    known = [stretch for stretch in spoken if stretch[0].text]
    if len(known) < 2:
        return tuple(known[0] if known else spoken[0])
    joined = Guess(
        "".join(stretch[0].text for stretch in known),
        math.prod(stretch[0].confidence for stretch in known),
    )
    alone = [stretch[0] for stretch in known]
    return (joined, *sorted(alone, key=lambda guess: -guess.confidence))


def _weighed(stretch: Sequence[Reading]) -> tuple[Guess, ...]:
    """Likelihoods as shares of one, the same words told twice counting together."""
    top = max(reading.likelihood for reading in stretch)
    weights = [math.exp(max(-700.0, reading.likelihood - top)) for reading in stretch]
    total = sum(weights)
    merged: dict[str, float] = {}
    for reading, weight in zip(stretch, weights, strict=True):
        share = weight / total * (reading.known if reading.text else 1.0)
        merged[reading.text] = merged.get(reading.text, 0.0) + share
    found = [Guess(text, min(1.0, confidence)) for text, confidence in merged.items()]
    return tuple(sorted(found, key=lambda guess: -guess.confidence))[:MOST_GUESSES]


def partial(told: str) -> str:
    """The newest words of a partial result, without blanks and `[unk]`."""
    try:
        text = json.loads(told).get("partial", "")
    except (ValueError, AttributeError):
        return ""
    return "".join(word for word in str(text).split() if word != UNKNOWN)
