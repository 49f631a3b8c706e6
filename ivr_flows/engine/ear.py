"""Listening to the caller: 0 means a person at every moment, a key pressed early is not lost."""

from dataclasses import replace
from typing import Final

from ivr_flows.interfaces import (
    KEYS,
    Caller,
    Heard,
    Listening,
    Reason,
    Sentence,
    VoiceMessage,
)
from ivr_flows.language.asking import AskDigits
from ivr_flows.language.words import PERSON_KEY

SKIP: Final = "#"
ANEW: Final = "*"
MASK: Final = "•"
NOTHING_KNOWN: Final = "…"
"""In the journal: something was said that is none of the phrases."""
MOST_KEYS: Final = 100
"""Keys of one entry, beginnings anew included; who presses more is playing."""


class WantsPerson(Exception):
    """The caller goes to a person now, wherever in the flow they are."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Ear:
    """One caller, with the key they pressed ahead and the keys of the step under way."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._ahead: str | None = None
        self.slow = False
        """Everything is said slowly from now on."""
        self.begin_step()
        self.slow = False
        """Everything is said slowly from now on."""

    def begin_step(self) -> None:
        """Forget what belongs to the journal entry of the step before."""
        self.pressed = ""
        self.said: list[str] = []
        self.confidence: float | None = None
        self.stretch = ""

    def paced(self, sentence: Sentence) -> Sentence:
        """At the pace this caller wants."""
        return replace(sentence, slow=True) if self.slow else sentence

    def tell(self, sentence: Sentence) -> None:
        """Say it; # skips it, another key stops it and is kept for whoever asks next."""
        if self._ahead is None and (key := self._heard(sentence)) != SKIP:
            self._ahead = key

    def tell_item(self, sentence: Sentence) -> str | None:
        """Say one of a list; returns the key that stopped it (# and * are used up)."""
        key = self._heard(sentence)
        if key not in {None, SKIP, ANEW}:
            self._ahead = key
        return key

    def ask(self, sentence: Sentence, wait: float) -> str | None:
        """Say it and return one key; None when nothing was pressed in time."""
        return self._person_or(self._raw(sentence, wait))

    def listen(
        self, sentence: Sentence, listening: Listening, entry: AskDigits | None = None
    ) -> Heard:
        """Say it and hear a key or words; a key of an `entry` is kept for `digits`."""
        if self._ahead is not None:
            return Heard(key=self._ahead if entry else self.ask(sentence, listening.wait))
        heard = self._caller.listen(self.paced(sentence), listening)
        if entry:
            self._ahead = self._pressed(heard.key)
        else:
            self._person_or(self._pressed(heard.key))
        secret = entry is not None and entry.sensitive
        if heard.guesses:
            best = heard.guesses[0]
            self.said.append(MASK * len(best.text) if secret else best.text or NOTHING_KNOWN)
            self.confidence, self.stretch = best.confidence, heard.stretch
        return heard

    def digits(self, sentence: Sentence, step: AskDigits) -> str | None:
        """Say it and take an entry: digits that fit, "" for # alone, "?" if unfit, None: silence.

        0 may be part of an entry, so it means a person when it is the last key of an entry that
        does not fit, and at once where an entry cannot begin with it.
        """
        entry = ""
        key = self._raw(sentence, step.wait)
        for _ in range(MOST_KEYS):
            if key is None or key == SKIP:
                return self._entry(entry, key, step)
            entry = "" if key == ANEW else entry + key
            if entry == PERSON_KEY and not step.leading_zero:
                raise WantsPerson(Reason.ASKED)
            if len(entry) == step.max:
                return self._entry(entry, key, step)
            key = self._pressed(self._caller.wait_key(step.between if entry else step.wait))
        return "?"

    def record(self, sentence: Sentence, limit: float, silence: float) -> VoiceMessage:
        """Say what to tell and record it; a key during the words starts the recording."""
        self._ahead = None
        self._heard(sentence)
        message = self._caller.record(limit, silence, KEYS)
        self._pressed(message.key)
        return message

    @staticmethod
    def _entry(entry: str, key: str | None, step: AskDigits) -> str | None:
        if entry and step.fits(entry):
            return entry
        if entry.endswith(PERSON_KEY):
            raise WantsPerson(Reason.ASKED)
        if entry:
            return "?"
        return "" if key == SKIP else None

    def _raw(self, sentence: Sentence, wait: float) -> str | None:
        key, self._ahead = self._ahead, None
        if key is not None:
            return key
        return self._pressed(self._caller.ask(self.paced(sentence), wait))

    def _heard(self, sentence: Sentence) -> str | None:
        return self._person_or(self._pressed(self._caller.say(self.paced(sentence), KEYS)))

    def _pressed(self, key: str | None) -> str | None:
        if key is not None:
            self.pressed += key
        return key

    @staticmethod
    def _person_or(key: str | None) -> str | None:
        if key == PERSON_KEY:
            raise WantsPerson(Reason.ASKED)
        return key
