"""The flow's `Caller` in the words of AGI."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from agi.channel import Channel, CommandFailed
from asterisk_conf import names
from ivr_flows.interfaces import KEYS, Heard, Listening, Sentence, VoiceMessage
from ivr_flows.prompts.espeak import VoiceError

log = logging.getLogger(__name__)

Voice = Callable[[Sentence], AbstractContextManager[Path]]
"""A sentence's wav file, there while the block lasts; raises VoiceError or OSError."""


class TelephoneCaller:
    """One person on the line, as the flow sees them."""

    def __init__(
        self, channel: Channel, voice: Voice, monitor: Path, call_key: str, typed: str = ""
    ) -> None:
        """`monitor`: folder of recordings, the same for Asterisk and for us.

        `typed`: a key that was pressed before the flow began, while the notice was played; who
        knows the menu by heart need not press it twice.
        """
        self._channel = channel
        self._voice = voice
        self._monitor = monitor
        self._call_key = call_key
        self._typed = typed
        self._messages = 0

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

    def listen(self, sentence: Sentence, listening: Listening) -> Heard:  # noqa: ARG002 no ear yet
        if early := self._early(KEYS):
            return Heard(key=early)
        return Heard(deaf=True)

    def wait_key(self, seconds: float) -> str | None:
        if early := self._early(KEYS):
            return early
        return self._channel.wait_key(seconds)

    def record(self, limit: float, silence: float, keys: str) -> VoiceMessage:
        """The dialplan's own message is `<leg>-message`, those of a flow `<leg>-1-message` …"""
        self._messages += 1
        stretch = f"{self._channel.uniqueid}-{self._messages}-message"
        file = self._monitor / f"{self._call_key}_{stretch}.wav"
        # Told before the first byte: a recording without its row could be lost unseen.
        role = names.Role.CALLER
        self._tell(names.DialplanEvent.STRETCH, f"stretch={stretch};role={role};party=;file={file}")
        recorded = self._channel.record(file, limit, silence, keys)
        if not recorded.gone:
            self._tell(names.DialplanEvent.VOICE_MESSAGE, f"stretch={stretch};file={file}")
        return VoiceMessage(stretch, recorded.seconds, recorded.key, recorded.gone)

    def _early(self, keys: str) -> str | None:
        """The key typed ahead, once, when it is one of `keys`."""
        if not self._typed or self._typed not in keys:
            return None
        early, self._typed = self._typed, ""
        return early

    def _tell(self, event: names.DialplanEvent, fields: str) -> None:
        self._channel.gosub(names.TELL, event, fields)
