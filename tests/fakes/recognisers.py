"""Recognisers that understand by rule: whoever speaks has said the first phrase."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from agi.speech.recognition.hearing import Hearing, RecogniserLost
from ivr_flows.interfaces import Guess


class Mood(StrEnum):
    """How a fake recogniser behaves."""

    WELL = "well"
    SLOW = "slow"  # never answers
    LOST = "lost"  # died
    FULL = "full"  # takes no turn
    EMPTY = "empty"  # understood nothing
    BROKEN = "broken"  # raises where it never may: the turn's socket is closed


@dataclass(slots=True)
class FakeHearing:
    """One turn; remembers what it was given."""

    phrases: Sequence[str]
    mood: Mood
    pcm: bytearray = field(default_factory=bytearray)
    partial: str = ""
    abandoned: int = 0

    def feed(self, pcm: bytes) -> None:
        if self.mood is Mood.BROKEN:
            raise RuntimeError("a defect")
        self.pcm += pcm

    async def finish(self) -> tuple[Guess, ...]:
        match self.mood:
            case Mood.SLOW:
                await asyncio.sleep(60)
            case Mood.LOST:
                raise RecogniserLost("the process died")
            case Mood.EMPTY:
                return ()
        return (Guess(self.phrases[0], 0.9),)

    def abandon(self) -> None:
        self.abandoned += 1


@dataclass(slots=True)
class FakeRecognisers:
    """Begins turns in one mood."""

    mood: Mood = Mood.WELL
    begun: list[FakeHearing] = field(default_factory=list)

    def begin(self, phrases: Sequence[str]) -> Hearing | None:
        if self.mood is Mood.FULL:
            return None
        hearing = FakeHearing(phrases, self.mood)
        self.begun.append(hearing)
        return hearing


@dataclass(slots=True)
class Forgetful:
    """As FakeRecognisers in its mood, and keeps nothing: for long runs."""

    mood: Mood

    def begin(self, phrases: Sequence[str]) -> Hearing | None:
        return FakeRecognisers(self.mood).begin(phrases)
