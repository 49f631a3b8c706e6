"""The music a waiting caller hears: made here, so that nobody's rights are in it.

A slow pentatonic melody over soft chords, 8 kHz mono, quiet enough to talk over.
"""

import wave
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 8000
_BEAT: Final = 0.6
# Degrees of a pentatonic scale on C5 (None: a rest), two bars to a chord.
_MELODY: Final = (0, 2, 4, None, 3, 2, 0, None, 1, 3, 4, None, 2, 1, 0, None) * 2
_CHORDS: Final = ((261.6, 329.6, 392.0), (220.0, 261.6, 329.6), (293.7, 349.2, 440.0)) * 3
_SCALE: Final = (523.3, 587.3, 659.3, 784.0, 880.0)


def write_music(path: Path) -> None:
    """Write the music to `path` (a .wav of about twenty seconds that loops without a click)."""
    length = int(RATE * _BEAT * len(_MELODY))
    sound = np.zeros(length)
    for index, degree in enumerate(_MELODY):
        if degree is not None:
            _add(sound, index * _BEAT, 1.6, _SCALE[degree], 0.10)
    bars = len(_MELODY) // 4
    for bar in range(bars):
        for tone in _CHORDS[bar % len(_CHORDS)]:
            _add(sound, bar * 4 * _BEAT, 4 * _BEAT, tone, 0.035)
    samples = (np.clip(sound, -1, 1) * 32767).astype("<i2")
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def _add(
    sound: npt.NDArray[np.float64], at: float, seconds: float, hertz: float, level: float
) -> None:
    """Add a note with a soft attack and a long decay; what runs over the end begins the loop."""
    moments = np.arange(int(RATE * seconds)) / RATE
    envelope = np.minimum(moments / 0.05, 1.0) * np.exp(-1.8 * moments / seconds)
    envelope *= np.minimum((seconds - moments) / 0.05, 1.0)
    note = level * envelope * np.sin(2 * np.pi * hertz * moments)
    places = (int(at * RATE) + np.arange(len(moments))) % len(sound)
    sound[places] += note
