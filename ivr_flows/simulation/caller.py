"""A caller who follows a list of acts and, when it is used up, leaves the call where it waits."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ivr_flows.interfaces import (
    KEYS,
    CallerGone,
    Guess,
    Heard,
    Listening,
    Sentence,
    VoiceMessage,
)
from ivr_flows.simulation.data import Act

SYLLABLE: float = 0.25
"""Seconds a spoken character takes."""


class Wants(StrEnum):
    """What the call waits for when the acts are used up."""

    KEY = "key"
    ENTRY = "entry"
    """More digits of an entry that has begun."""
    WORDS = "words"
    """A key or words."""
    MESSAGE = "message"


class Did(StrEnum):
    """What a line of the transcript is."""

    SAID = "said"  # by us
    KEY = "key"
    SILENCE = "silence"
    WORDS = "words"
    HANG_UP = "hang_up"


@dataclass(frozen=True)
class WaitsFor:
    """The turn is the caller's."""

    wants: Wants
    seconds: float


@dataclass(frozen=True)
class PauseOfEntry:
    """The caller stops typing an entry; nothing where no entry is under way."""


Turn = Act | PauseOfEntry


class SimulatedCaller:
    """`Caller` on acts. `write` hears everything that is said and done, in order."""

    def __init__(
        self,
        acts: Iterable[Turn],
        write: Callable[[Did, str], None],
        seconds: Callable[[str], float],
        now: datetime,
        *,
        left: Callable[[], None] = lambda: None,
        deaf: bool = False,
    ) -> None:
        """`seconds`: how long a phrase takes to say; `left` hears that the acts are used up."""
        self._acts = deque(_one_by_one(acts))
        self._write, self._seconds, self._left = write, seconds, left
        self._deaf = deaf
        self.now = now
        self.waits: WaitsFor | None = None
        self.gone = False

    def clock(self) -> datetime:
        """The moment, moved on by what was said and waited for."""
        return self.now

    @property
    def unused(self) -> int:
        """Acts the call never came to."""
        return len(self._acts)

    def say(self, sentence: Sentence, keys: str) -> str | None:
        self._speak(sentence)
        self._skip_pauses()
        head = self._acts[0] if self._acts else None
        if keys and isinstance(head, Act) and head.early and (head.key or head.hang_up):
            return self._key(None)
        return None

    def ask(self, sentence: Sentence, seconds: float) -> str | None:
        self._speak(sentence)
        self._skip_pauses()
        return self._key(WaitsFor(Wants.KEY, seconds))

    def listen(self, sentence: Sentence, listening: Listening) -> Heard:
        if self._deaf:
            return Heard(deaf=True)  # at once: the step then says it and asks by keys
        self._speak(sentence)
        self._skip_pauses()
        act = self._next(WaitsFor(Wants.WORDS, listening.wait))
        if not isinstance(act, Act) or act.words is None:
            return Heard(key=act.key if isinstance(act, Act) else None)
        self.now += timedelta(seconds=SYLLABLE * len(act.words))
        return Heard(guesses=(Guess("".join(act.words.split()), 1.0),))

    def wait_key(self, seconds: float) -> str | None:
        return self._key(WaitsFor(Wants.ENTRY, seconds))

    def record(self, limit: float, silence: float, keys: str) -> VoiceMessage:  # noqa: ARG002 the protocol asks
        self._skip_pauses()
        act = self._next(WaitsFor(Wants.MESSAGE, silence))
        words = act.words if isinstance(act, Act) else None
        if words is None:
            return VoiceMessage("", 0.0, act.key if isinstance(act, Act) else None)
        seconds = min(limit, max(2.0, SYLLABLE * len(words)))
        self.now += timedelta(seconds=seconds)
        return VoiceMessage("simulation", seconds)  # silence ends it

    def _speak(self, sentence: Sentence) -> None:
        if self.gone:
            raise CallerGone
        self._write(Did.SAID, sentence.text)
        self.now += timedelta(seconds=sum(map(self._seconds, sentence.phrases)))

    def _key(self, waits: WaitsFor | None) -> str | None:
        act = self._next(waits)
        return act.key if isinstance(act, Act) and act.key in KEYS_ONE_BY_ONE else None

    def _skip_pauses(self) -> None:
        while self._acts and isinstance(self._acts[0], PauseOfEntry):
            self._acts.popleft()

    def _next(self, waits: WaitsFor | None) -> Turn:
        """The next act; raises CallerGone when there is none, or when it is to hang up."""
        if self.gone or not self._acts:
            if not self.gone:
                self.gone, self.waits = True, waits
                self._left()
            raise CallerGone
        act = self._acts.popleft()
        if isinstance(act, PauseOfEntry):
            return act
        self._tell(act)
        if act.hang_up:
            self.gone = True
            raise CallerGone
        if act.silence and waits is not None:
            self.now += timedelta(seconds=waits.seconds)
        return act

    def _tell(self, act: Act) -> None:
        if act.key is not None:
            self._write(Did.KEY, act.key)
        elif act.words is not None:
            self._write(Did.WORDS, act.words)
        else:
            self._write(Did.HANG_UP if act.hang_up else Did.SILENCE, "")


KEYS_ONE_BY_ONE = frozenset(KEYS)


def _one_by_one(acts: Iterable[Turn]) -> Iterable[Turn]:
    """Several keys of one act are pressed one after the other."""
    for act in acts:
        if isinstance(act, Act) and act.key is not None:
            for key in act.key:
                yield Act(key=key, early=act.early)
        else:
            yield act
