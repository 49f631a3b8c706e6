"""Is somebody speaking in this frame? Loudness above the line's noise, and a voice's periodicity.

A voice repeats itself 70 to 400 times a second; a cough, a click, wind and the line's noise do
not, a pure tone (a ring-back, a modem) does nothing else. Loudness alone would take them all.
"""

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from agi.speech.media.tones import RATE, KeyTones, Samples

QUIETEST: Final = -70.0
"""dB below full scale; digital silence counts as this."""
_FLOOR_LIMITS: Final = (-62.0, -28.0)
_FALL: Final = 0.12
_RISE: Final = 0.03
"""dB a frame, 1.5 dB a second: a word is too short to become the noise."""
_ABOVE_FLOOR: Final = 7.0
_AUDIBLE: Final = -46.0
_PERIODIC: Final = 0.55
_DIP: Final = 0.35
"""Sound whose likeness with itself never falls so low rumbles; it has no pitch."""
_SHORTEST, _LONGEST = RATE // 400, RATE // 70
_WINDOW: Final = 320
_SIZE: Final = 512
_ONE_TONE: Final = 0.93
"""Share of the power in one line of the spectrum."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a frame of 20 ms is."""

    level: float
    """dB below full scale."""
    loud: bool
    """Well above the line's noise."""
    voiced: bool
    """A voice, as far as one frame can tell."""
    key_tones: bool


class VoiceWatch:
    """One caller's sound, frame after frame."""

    def __init__(self, tones: KeyTones) -> None:
        self._tones = tones
        self._before: Samples = np.zeros(0)
        self._levels: deque[float] = deque(maxlen=3)
        self.floor: float | None = None
        """Level of the line's noise, dB below full scale; None: nothing was heard yet."""

    def look(self, frame: Samples) -> Look:
        """Takes the next frame in."""
        level = self._smooth(level_of(frame))
        floor = self._follow(level)
        loud = level > max(floor + _ABOVE_FLOOR, _AUDIBLE)
        window = np.concatenate((self._before, frame))[-_WINDOW:]
        self._before = window
        tones = self._tones.are_in(frame)
        return Look(level, loud, loud and not tones and _has_pitch(window), tones)

    def _smooth(self, level: float) -> float:
        """Over 60 ms: noise flickers from frame to frame, speech does not."""
        self._levels.append(10 ** (level / 10))
        return 10 * math.log10(sum(self._levels) / len(self._levels))

    def _follow(self, level: float) -> float:
        """The noise is what is left when nobody speaks: quickly down, slowly up."""
        low, high = _FLOOR_LIMITS
        if self.floor is None:
            floor = level
        elif level < self.floor:
            floor = self.floor + (level - self.floor) * _FALL
        else:
            floor = self.floor + _RISE
        self.floor = min(max(floor, low), high)
        return self.floor


def level_of(frame: Samples) -> float:
    """dB below full scale."""
    power = float(np.dot(frame, frame)) / max(1, len(frame))
    return max(QUIETEST, 10 * float(np.log10(power + 1e-12)))


def _has_pitch(window: Samples) -> bool:
    """Whether the sound repeats itself as a voice does, and is not one tone."""
    if len(window) < _WINDOW:
        return False
    centred = window - window.mean()
    spectrum = np.abs(np.fft.rfft(centred, _SIZE)) ** 2
    total = float(spectrum.sum())
    if total <= 0:
        return False
    peak = int(np.argmax(spectrum))
    if float(spectrum[max(0, peak - 2) : peak + 3].sum()) > _ONE_TONE * total:
        return False
    likeness = np.fft.irfft(spectrum, _SIZE)[: _LONGEST + 1]
    likeness = likeness / likeness[0] * (_WINDOW / (_WINDOW - np.arange(_LONGEST + 1)))
    below = np.flatnonzero(likeness < _DIP)
    if not len(below) or below[0] > _LONGEST:
        return False
    return float(likeness[max(_SHORTEST, int(below[0])) :].max(initial=0.0)) > _PERIODIC
