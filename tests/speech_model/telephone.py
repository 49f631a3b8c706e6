"""Clean speech as a telephone gives it: 8 kHz, a band, noise, level, µ-law, a room."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 8000
Sound = NDArray[np.float64]
"""In the range of 16 bit."""


def at_line_rate(sound: NDArray[np.float32], rate: int) -> Sound:
    """By cutting the spectrum; whole utterances only."""
    length = len(sound) * RATE // rate
    spectrum = np.fft.rfft(sound)[: length // 2 + 1]
    return np.fft.irfft(spectrum, length) * (length / max(1, len(sound)))


def through_mu_law(sound: Sound) -> Sound:
    """And back, with what is lost on the way."""
    level = np.clip(sound / 32768, -1, 1)
    coded = np.round((np.sign(level) * np.log1p(255 * abs(level)) / np.log(256) + 1) * 127.5)
    level = coded / 127.5 - 1
    return np.sign(level) * (256 ** abs(level) - 1) / 255 * 32768


def noise(dice: np.random.Generator, length: int, babble: Sequence[Sound]) -> Sound:
    """Of level 1: hiss, a room, other people or mains hum."""
    kind = dice.integers(4)
    sound = dice.normal(size=length)
    if kind == 1:
        slope = np.sqrt(np.arange(length // 2 + 1) + 1.0) ** dice.uniform(0.5, 2)
        sound = np.fft.irfft(np.fft.rfft(sound) / slope, length)
    elif kind == 2 and babble:
        sound = np.zeros(length)
        for _ in range(dice.integers(3, 7)):
            other = babble[dice.integers(len(babble))]
            shifted = np.roll(other, dice.integers(len(other)))
            sound += np.resize(shifted, length) / (other.std() + 1)
    elif kind == 3:
        seconds, sound = np.arange(length) / RATE, 0.3 * sound
        for harmonic in range(1, 6):
            wave = np.sin(2 * np.pi * 50 * harmonic * seconds + dice.uniform(0, 6))
            sound += wave * dice.uniform(0, 1)
    return sound / (sound.std() + 1e-9)


def band(sound: Sound, low: float, high: float) -> Sound:
    """What lies beyond is damped by 12 dB an octave."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE) + 1e-9
    damping = 1 / np.sqrt((1 + (low / hertz) ** 4) * (1 + (hertz / high) ** 4))
    return np.fft.irfft(spectrum * damping, len(sound))


def room(dice: np.random.Generator, sound: Sound) -> Sound:
    """A short echo."""
    length = int(dice.uniform(0.05, 0.25) * RATE)
    response = dice.normal(size=length) * np.exp(-6.9 * np.arange(length) / length) * 0.3
    response[0] = 1
    return np.convolve(sound, response)[: len(sound)]


def over_the_line(
    dice: np.random.Generator, speech: Sound, babble: Sequence[Sound], snr: float | None = None
) -> tuple[Sound, int]:
    """A random telephone, and the samples of quiet before the speech; `snr` (dB) sets the noise."""
    before = int(dice.uniform(0.02, 0.6) * RATE)
    after = int(dice.uniform(0.1, 0.8) * RATE)
    level = speech.std() + 1
    if dice.random() < 0.2:
        speech = room(dice, speech)
    sound = np.concatenate([np.zeros(before), speech, np.zeros(after)])
    if snr is not None or dice.random() < 0.75:
        wanted = dice.uniform(5, 30) if snr is None else snr
        sound += noise(dice, len(sound), babble) * level * 10 ** (-wanted / 20)
    if dice.random() < 0.7:
        sound = band(sound, dice.uniform(120, 320), dice.uniform(3100, 3800))
    loudest = 32767 * 10 ** (dice.uniform(-24, 2) / 20)
    sound = np.clip(sound / (abs(sound).max() + 1) * loudest, -32768, 32767)
    if dice.random() < 0.6:
        sound = through_mu_law(sound)
    return np.round(sound), before
