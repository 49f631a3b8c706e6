"""The flow's `Caller` in the words of AGI."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from agi.channel import Channel, CommandFailed
from agi.speech.client import SpeechAway, SpeechClient
from agi.speech.keeping import keep
from agi.speech.turns import TurnResult, TurnWish
from asterisk_conf import names
from ivr_flows.interfaces import (
    KEYS,
    CallerGone,
    Heard,
    Listening,
    Sentence,
    VoiceMessage,
)
from ivr_flows.prompts.espeak import VoiceError

log = logging.getLogger(__name__)

Voice = Callable[[Sentence], AbstractContextManager[Path]]
"""A sentence's wav file, there while the block lasts; raises VoiceError or OSError."""


class TelephoneCaller:
    """One person on the line, as the flow sees them."""

    def __init__(
        self,
        channel: Channel,
        voice: Voice,
        monitor: Path,
        call_key: str,
        typed: str = "",
        speech: SpeechClient | None = None,
    ) -> None:
        """`monitor`: folder of recordings, the same for Asterisk and for us.

        `typed`: a key that was pressed before the flow began, while the notice was played; who
        knows the menu by heart need not press it twice. `speech`: None: there is no recogniser.
        """
        self._channel = channel
        self._voice = voice
        self._monitor = monitor
        self._call_key = call_key
        self._typed = typed
        """Keys pressed ahead of their questions."""
        self._speech = speech
        self._messages = 0
        self._turns = 0
        self._may_record: bool | None = None
        """None: not asked yet."""

    def say(self, sentence: Sentence, keys: str) -> str | None:
        if early := self._early(keys):
            return early
        try:
            with self._voice(sentence) as sound:
                return self._channel.play(sound, keys)
        except (CommandFailed, VoiceError, OSError) as failure:
            # Silence is no reason to end the walk: the caller may still press a key.
            log.error("cannot say %.40r: %s", sentence.text, failure)  # noqa: TRY400
            return None

    def ask(self, sentence: Sentence, seconds: float) -> str | None:
        if early := self._early(KEYS):
            return early
        try:
            with self._voice(sentence) as sound:
                return self._channel.play_and_wait(sound, KEYS, seconds)
        except (CommandFailed, VoiceError, OSError) as failure:
            log.error("cannot say %.40r: %s", sentence.text, failure)  # noqa: TRY400
            return self._channel.wait_key(seconds)

    def listen(self, sentence: Sentence, listening: Listening) -> Heard:
        if early := self._early(KEYS):
            return Heard(key=early)
        if self._speech is None:
            return Heard(deaf=True)
        if self._may_record is None:
            self._may_record = self._channel.variables(names.NOTICE_STATE) == [names.NOTICE_WHOLE]
        try:
            with self._voice(sentence) as sound:
                result = self._take_turn(self._speech, TurnWish(self._call_key, sound, listening))
        except (SpeechAway, CommandFailed, VoiceError, OSError) as failure:
            log.warning("%s: deaf: %s", self._call_key, failure)
            return Heard(deaf=True)
        stretch = self._keep_said(result.said, announced=True)
        self._typed += result.keys[1:]
        if result.keys:
            return Heard(key=result.keys[0], stretch=stretch)
        return Heard(guesses=result.guesses, deaf=bool(result.fault), stretch=stretch)

    def wait_key(self, seconds: float) -> str | None:
        if early := self._early(KEYS):
            return early
        return self._channel.wait_key(seconds)

    def record(self, limit: float, silence: float, keys: str) -> VoiceMessage:
        """The dialplan's own message is `<leg>-message`, those of a flow `<leg>-1-message` …"""
        self._messages += 1
        stretch = f"{self._channel.uniqueid}-{self._messages}-message"
        file = self._monitor / f"{self._call_key}_{stretch}.wav"
        self._announce(stretch, file)
        recorded = self._channel.record(file, limit, silence, keys)
        if not recorded.gone:
            self._tell(names.DialplanEvent.VOICE_MESSAGE, f"stretch={stretch};file={file}")
        return VoiceMessage(stretch, recorded.seconds, recorded.key, recorded.gone)

    def _take_turn(self, speech: SpeechClient, wish: TurnWish) -> TurnResult:
        """The line goes to the media server and comes back; raises what may go wrong."""
        turn = speech.begin(wish)
        longest = wish.listening.wait + wish.listening.longest
        line = f"WebSocket/{names.SPEECH_LINE}/c(slin)f(json)v(turn={turn})"
        try:
            self._channel.lend(line, wish.sound, longest)
        except CallerGone:
            self._keep_last_words(speech, turn)
            raise
        return speech.end(turn)

    def _keep_last_words(self, speech: SpeechClient, turn: str) -> None:
        """Who hangs up while speaking has said something too; there is no line left to tell it
        on, so the worker finds the file by its name."""
        try:
            self._keep_said(speech.end(turn).said, announced=False)
        except SpeechAway as away:
            log.warning("%s: last words are lost: %s", self._call_key, away)

    def _keep_said(self, said: bytes, *, announced: bool) -> str:
        """Records what was said by somebody who knows that they are recorded.

        Returns its stretch, empty when there is none.
        """
        if not (said and self._may_record):
            return ""
        self._turns += 1
        stretch = f"{self._channel.uniqueid}-{self._turns}{names.SPEECH_SUFFIX}"
        file = self._monitor / f"{self._call_key}_{stretch}.wav"
        try:
            if announced:
                self._announce(stretch, file)
        except CommandFailed as failure:
            log.error("%s: not announced: %s", stretch, failure)  # noqa: TRY400
        finally:  # also when the caller hangs up at this very moment
            kept = self._kept(file, said)
        return stretch if kept else ""

    def _kept(self, file: Path, said: bytes) -> bool:
        try:
            keep(file, said)
        except OSError:
            log.exception("%s: what was said could not be kept", self._call_key)
            return False
        return True

    def _announce(self, stretch: str, file: Path) -> None:
        """Told before the first byte: a recording without its row could be lost unseen."""
        role = names.Role.CALLER
        self._tell(names.DialplanEvent.STRETCH, f"stretch={stretch};role={role};party=;file={file}")

    def _early(self, keys: str) -> str | None:
        """The first key typed ahead, once, when it is one of `keys`."""
        if not self._typed or self._typed[0] not in keys:
            return None
        early, self._typed = self._typed[0], self._typed[1:]
        return early

    def _tell(self, event: names.DialplanEvent, fields: str) -> None:
        self._channel.gosub(names.TELL, event, fields)
