"""Sound as arrays: making tones, finding tones and prompts in what was heard or recorded."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 8000
Sound = npt.NDArray[np.float64]


def tone(*hertz: float, seconds: float, level: float = 0.3) -> Sound:
    """Sine tones together."""
    moments = np.arange(int(RATE * seconds)) / RATE
    total: Sound = np.zeros(len(moments))
    for frequency in hertz:
        total += level / len(hertz) * np.sin(2 * np.pi * frequency * moments)
    return total


def write_wav(path: Path, sound: Sound) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def read_wav(path: Path) -> Sound:
    """A mono 8 kHz wav; one that is still being written (sizes 0) is read as far as it is."""
    data = path.read_bytes()[44:]
    samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2")
    return samples.astype(np.float64) / 32768


def has_tone(sound: Sound, hertz: float, level: float = 0.02) -> bool:
    """Whether `hertz` is the strongest tone of `sound`, and loud enough to be heard."""
    if len(sound) < RATE // 10 or float(np.sqrt(np.mean(sound**2))) < level:
        return False
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    peak = float(np.argmax(spectrum)) * RATE / len(sound)
    return abs(peak - hertz) < 15


def seconds_of_tone(sound: Sound, hertz: float, window: float = 0.25) -> float:
    """For how many seconds of `sound` the tone is there, in steps of `window`."""
    size = int(RATE * window)
    pieces = [sound[i : i + size] for i in range(0, len(sound) - size + 1, size)]
    return window * sum(has_tone(piece, hertz) for piece in pieces)


def seconds_of_any_sound(sound: Sound, level: float = 0.01, window: float = 0.1) -> float:
    """For how many seconds `sound` is not silent."""
    size = int(RATE * window)
    pieces = [sound[i : i + size] for i in range(0, len(sound) - size + 1, size)]
    return window * sum(float(np.sqrt(np.mean(piece**2))) > level for piece in pieces)


def find(heard: Sound, wanted: Sound, likeness: float = 0.7) -> int | None:
    """Where the beginning of `wanted` (its first loud 0.8 s) stands in `heard`; None: nowhere."""
    loud = np.flatnonzero(np.abs(wanted) > 0.02)
    if len(loud) == 0:
        raise ValueError("the wanted sound is silent")
    pattern = wanted[loud[0] : loud[0] + int(RATE * 0.8)]
    if len(heard) < len(pattern):
        return None
    size = 1 << (len(heard) + len(pattern)).bit_length()
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(pattern, size))
    likes = np.fft.irfft(product, size)[: len(heard) - len(pattern) + 1]
    energy = np.concatenate(([0.0], np.cumsum(heard**2)))
    local = energy[len(pattern) :] - energy[: -len(pattern)]
    scale = np.sqrt(np.maximum(local, 1e-3) * float(np.sum(pattern**2)))
    best = int(np.argmax(likes / scale))
    return best + len(pattern) if likes[best] / scale[best] > likeness else None
