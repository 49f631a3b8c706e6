"""A caller scripted as data: what they hear, what they do; waiting costs no time.

A script is a list of turns `(heard, does)`: once a sentence containing `heard` is said, the keys
of `does` are pressed, one after the other, the first one into the words. `QUIET` lets one wait
pass in silence, `HANGS_UP` ends the call at that point. After the script the caller is silent.
What is not keys is said aloud: `("请说", "路况")`; `MUMBLES` is speech that is none of the phrases.
"""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from ivr_flows.interfaces import (
    KEYS,
    CallerGone,
    Guess,
    Heard,
    Listening,
    Sentence,
    VoiceMessage,
)
from ivr_flows.texts import seconds

QUIET: Final = "~"
HANGS_UP: Final = "×"
MUMBLES: Final = "…"


class FakeCaller:
    """Plays the script against the real engine and remembers all that was heard."""

    def __init__(
        self,
        script: Iterable[tuple[str, str]] = (),
        messages: Iterable[VoiceMessage] = (),
        *,
        confidence: float = 1.0,
        deaf: bool = False,
    ) -> None:
        """`confidence` of what is said aloud; `deaf`: there is no recogniser."""
        self._turns = deque(script)
        self._acts: deque[str] = deque()
        self._messages = deque(messages)
        self._gone = False
        self._confidence, self._deaf = confidence, deaf
        self.heard: list[str] = []
        self.listened: list[Listening] = []
        self.sentences: list[Sentence] = []
        self.now = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)

    def clock(self) -> datetime:
        """The moment, moved on by what was said and waited for."""
        return self.now

    @property
    def unused(self) -> list[tuple[str, str]]:
        """Turns that never came: a script that was not played to its end."""
        return list(self._turns)

    def say(self, sentence: Sentence, keys: str) -> str | None:
        self._still_here()
        self.heard.append(sentence.text)
        self.sentences.append(sentence)
        if self._turns and self._turns[0][0] in sentence.text:
            does = self._turns.popleft()[1]
            self._acts.extend(does if set(does) <= {*KEYS, QUIET, HANGS_UP} else [does])
        if keys and self._acts and self._acts[0] != QUIET:
            return self._act()
        self._passes(seconds(sentence.text.replace("{", "").replace("}", "")))
        return None

    def ask(self, sentence: Sentence, seconds: float) -> str | None:
        return self.say(sentence, KEYS) or self.wait_key(seconds)

    def listen(self, sentence: Sentence, listening: Listening) -> Heard:
        assert listening.phrases
        assert all(listening.phrases)
        self.listened.append(listening)
        if self._deaf:
            return Heard(deaf=True)
        act = self.say(sentence, KEYS)
        if act is None:
            act = self.wait_key(listening.wait)
        if act is None or act in KEYS:
            return Heard(key=act)
        return Heard(guesses=(Guess("" if act == MUMBLES else act, self._confidence),))

    def wait_key(self, seconds: float) -> str | None:
        self._still_here()
        if not self._acts or self._acts[0] == QUIET:
            self._passes(seconds)
        return self._act() if self._acts else None

    def record(self, limit: float, silence: float, keys: str) -> VoiceMessage:
        self._still_here()
        message = self._messages.popleft() if self._messages else VoiceMessage("", 0.0)
        assert message.key is None or message.key in keys
        self._passes(min(message.seconds + silence, limit))
        self._gone = message.gone
        return message

    def hangs_up(self) -> None:
        self._gone = True

    def _act(self) -> str | None:
        act = self._acts.popleft()
        if act == HANGS_UP:
            self._gone = True
            raise CallerGone
        return None if act == QUIET else act

    def _still_here(self) -> None:
        if self._gone:
            raise CallerGone

    def _passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class KeyPresser:
    """Presses one key of a given row at every chance, None meaning silence; then stays silent."""

    def __init__(self, row: Iterable[str | None]) -> None:
        self._row = deque(row)
        self.heard: list[str] = []

    def say(self, sentence: Sentence, keys: str) -> str | None:
        self.heard.append(sentence.text)
        return self._row.popleft() if keys and self._row else None

    def ask(self, sentence: Sentence, seconds: float) -> str | None:
        return self.say(sentence, KEYS) or self.wait_key(seconds)

    def listen(self, sentence: Sentence, listening: Listening) -> Heard:
        """Keys and words of the row come as they are."""
        act = self.ask(sentence, listening.wait)
        if act is None or act in KEYS:
            return Heard(key=act)
        return Heard(guesses=(Guess(act, 1.0),))

    def wait_key(self, seconds: float) -> str | None:
        assert seconds > 0
        return self._row.popleft() if self._row else None

    def record(self, limit: float, silence: float, keys: str) -> VoiceMessage:
        key = self._row.popleft() if self._row else None
        return VoiceMessage(
            "leg-caller", min(3.0, limit, silence), key if key and key in keys else None
        )
