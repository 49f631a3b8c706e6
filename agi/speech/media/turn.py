"""One turn as rules: when the caller speaks, when they have finished, what ends the turn.

Pure: no sockets, no clock of its own. Time is the wall clock at arrival, for a caller's sound
comes only while their telephone sends (silence suppression, comfort noise, lost packets).
"""

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Final

import numpy as np

from agi.speech.media.tones import FRAME_BYTES, Samples
from agi.speech.media.voice import Look, VoiceWatch
from agi.speech.recognition.hearing import Hearing
from ivr_flows.interfaces import KEYS, Listening

_WATCHED: Final = 14
"""Frames looked back at (280 ms) to tell speech from a cough or a click."""
_VOICED: Final = 6
"""Of them with a voice (120 ms): the caller speaks."""
_BEFORE: Final = 30
"""Frames kept from before that moment (600 ms): the word's beginning, and some quiet before it."""
_BATCH: Final = 5
"""Frames handed to the recogniser at a time."""
QUIET: Final = 0.65
"""Seconds without speech after which the caller has finished …"""
QUIET_SETTLED: Final = 0.45
"""… and when the recogniser already has a whole phrase that no other one continues."""
_ABOVE_FLOOR: Final = 6.0
_BELOW_PEAK: Final = 22.0
"""Speech goes on in frames so many dB above the noise and at most so much below its loudest."""
_ECHO_BELOW: Final = 16.0
"""What a telephone gives back of our own words is more than so many dB softer than they are."""
_GAP: Final = 0.15
"""Seconds without sound that are a gap, not a jitter."""
_LONGEST_GAP: Final = 1.0
_LATE: Final = 0.03
"""Seconds without sound that are no jitter on a line that sends."""
_KEY: Final = 0.35
"""Seconds a key is down at most, as a rule."""
_SILENCE: Final = bytes(FRAME_BYTES)


class Ending(Enum):
    """What ended the turn."""

    KEY = auto()
    WORDS = auto()
    SILENCE = auto()


class Turn:
    """A caller in one turn."""

    def __init__(
        self,
        listening: Listening,
        hearing: Hearing,
        watch: VoiceWatch,
        prompt_level: Callable[[float], float],
        now: float,
    ) -> None:
        """`prompt_level`: how loud our own words were just before a moment, dB below full scale."""
        self._listening, self._hearing, self._watch = listening, hearing, watch
        self._prompt_level = prompt_level
        self._voiced: deque[bool] = deque(maxlen=_WATCHED)
        self._before: deque[bytes] = deque(maxlen=_BEFORE)
        self._unfed: list[bytes] = []
        self._rest = b""
        self._blank_next = False
        self._awake = self._arrived = now
        self._prompt_ended: float | None = None
        self._spoke_since = self._active = 0.0
        self._peak = -100.0
        self._said: list[bytes] = []
        self.speaking = False
        self.keys = ""
        self.ending: Ending | None = None

    @property
    def said(self) -> bytes:
        """What the caller said so far, from a little before the first word; keys' tones cut out."""
        return b"".join((*self._said, *self._unfed))

    # --- what happens ---
    def prompt_ended(self, now: float) -> None:
        """The caller has heard our words to their end."""
        if self._prompt_ended is None:
            self._prompt_ended = now

    def pressed(self, key: str) -> None:
        """A key; further ones after the first are for the steps that follow."""
        if len(key) == 1 and key in KEYS:
            self.keys += key
            self.ending = Ending.KEY

    def hears(self, pcm: bytes, now: float) -> None:
        """Sound of the caller, any length."""
        self._fill_gap(now)
        self._wake(now)
        self._arrived = now
        data = self._rest + pcm
        whole = len(data) - len(data) % FRAME_BYTES
        self._rest = data[whole:]
        for at in range(0, whole, FRAME_BYTES):
            self._frame(data[at : at + FRAME_BYTES], now)
        self._look_at_clock(now)

    def tick(self, now: float) -> None:
        """Time goes by, whether sound comes or not."""
        self._wake(now)
        self._look_at_clock(now)

    def hand_over(self) -> None:
        """Gives the recogniser what it has not had yet."""
        self._feed(0)

    # --- sound ---
    def _frame(self, pcm: bytes, now: float) -> None:
        samples = np.frombuffer(pcm, "<i2").astype(np.float64) / 32768
        look = self._watch.look(samples)
        pcm = self._without_tones(pcm, look)
        if not self.speaking:
            self._before.append(pcm)
            self._voiced.append(look.voiced and self._is_no_echo(look, now))
            if sum(self._voiced) >= _VOICED:
                self._begin(look, now)
            return
        self._unfed.append(pcm)
        if len(self._unfed) > _BATCH:
            self._feed(1)  # a key's tone may still have begun in the newest one
        if self._goes_on(look):
            self._active = now

    def _begin(self, look: Look, now: float) -> None:
        self.speaking = True
        self._spoke_since = self._active = now
        self._peak = look.level
        self._unfed.extend(self._before)
        self._feed(1)

    def _feed(self, kept: int) -> None:
        fed = self._unfed[: len(self._unfed) - kept]
        if fed:
            self._hearing.feed(b"".join(fed))
            self._said += fed
            del self._unfed[: len(fed)]

    def _goes_on(self, look: Look) -> bool:
        if look.key_tones:
            return False
        if look.voiced:
            self._peak = max(self._peak, look.level)
        floor = self._watch.floor if self._watch.floor is not None else look.level
        return look.level > max(floor + _ABOVE_FLOOR, self._peak - _BELOW_PEAK)

    def _is_no_echo(self, look: Look, now: float) -> bool:
        playing = self._prompt_ended is None
        return not playing or look.level > self._prompt_level(now) - _ECHO_BELOW

    def _without_tones(self, pcm: bytes, look: Look) -> bytes:
        """Blanks a key's tone with the frames around it, where its beginning and end lie."""
        if look.key_tones:
            kept = self._unfed if self.speaking else self._before
            if kept:
                kept[-1] = _SILENCE
        blank = look.key_tones or self._blank_next
        self._blank_next = look.key_tones
        return _SILENCE if blank else pcm

    # --- time ---
    def _wake(self, now: float) -> None:
        """A stall of ours is no silence of the caller's: what they said meanwhile comes now."""
        stalled = now - self._awake
        self._awake = now
        if stalled > _GAP:
            self._active += stalled
            if self._prompt_ended is not None:
                self._prompt_ended += stalled

    def _fill_gap(self, now: float) -> None:
        """A pause of the telephone's becomes silence, or two words would grow together."""
        gap = now - self._arrived
        if self.speaking and gap > _GAP and now - self._awake < _GAP:
            self._unfed += [_SILENCE] * int(min(gap, _LONGEST_GAP) / 0.02)

    def _look_at_clock(self, now: float) -> None:
        if self.ending is not None or self._key_may_be_down(now):
            return
        if self.speaking:
            enough = now - self._spoke_since > self._listening.longest
            if enough or now - self._active > self._quiet():
                self.ending = Ending.WORDS
        elif self._prompt_ended is not None:
            # somebody who has just begun is not cut off
            patience = self._listening.wait + (0.5 if any(self._voiced) else 0.0)
            if now - self._prompt_ended > patience:
                self.ending = Ending.SILENCE

    def _key_may_be_down(self, now: float) -> bool:
        """A telephone sends no sound meanwhile. The line goes back after it: on its way there the
        end of a key would be lost."""
        return _LATE < now - self._arrived < _KEY

    def _quiet(self) -> float:
        text = self._hearing.partial
        phrases = self._listening.phrases
        if text not in phrases:
            return QUIET
        longer = any(phrase != text and phrase.startswith(text) for phrase in phrases)
        return QUIET if longer else QUIET_SETTLED


def levels(samples: Samples) -> list[float]:
    """Level of each frame of our own words, dB below full scale; for `prompt_level`."""
    whole = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    power = (whole * whole).mean(axis=1) if len(whole) else np.zeros(0)
    return [float(level) for level in 10 * np.log10(power + 1e-12)]
