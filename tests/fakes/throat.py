"""Sounds a person and a line make, by formula: the same in every run."""

import numpy as np

from tests.asterisk.sound import RATE, Sound


def vowel(seconds: float, level: float = 0.15, pitch: float = 140.0) -> Sound:
    """Harmonics of a pitch that moves a little, as a voice's does; `level`: root mean square."""
    moments = np.arange(int(RATE * seconds)) / RATE
    phase = 2 * np.pi * pitch * (moments + 0.004 * np.sin(2 * np.pi * 3 * moments))
    harmonics = sum(np.sin(k * phase) / k for k in range(1, 16))
    sound: Sound = level * harmonics / np.sqrt(np.mean(harmonics**2))
    return sound


def cough(seconds: float, level: float = 0.2) -> Sound:
    """A burst of breath: loud at once, fading, without a pitch."""
    size = int(RATE * seconds)
    breath = np.random.default_rng(4).normal(size=size) * np.hanning(2 * size)[size:]
    sound: Sound = level * breath
    return sound


def hiss(seconds: float, level: float) -> Sound:
    """White noise; `level`: root mean square."""
    sound: Sound = level * np.random.default_rng(5).normal(size=int(RATE * seconds))
    return sound


def rumble(seconds: float, level: float) -> Sound:
    """Noise of a road or of wind: more of it the lower it is."""
    size = int(RATE * seconds)
    spectrum = np.fft.rfft(np.random.default_rng(6).normal(size=size))
    frequencies = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 20.0)
    noise = np.fft.irfft(spectrum / frequencies, size)
    sound: Sound = level * noise / np.sqrt(np.mean(noise**2))
    return sound


def pause(seconds: float) -> Sound:
    return np.zeros(int(RATE * seconds))


def pcm(*sounds: Sound) -> bytes:
    """As Asterisk sends it."""
    return (np.clip(np.concatenate(sounds), -1, 1) * 32767).astype("<i2").tobytes()
