"""Sound as samples: cut, brought to telephone rate and to one loudness, written as wav.

All prompts are 8 kHz, 16 bit, mono, at -19 LUFS (ITU-R BS.1770), so that no sentence is louder
than its neighbour, and no sample reaches full scale.
"""

import io
import os
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
"""Mono, full scale is 1.0."""

RATE: Final = 8000
LOUDNESS: Final = -19.0
"""LUFS."""
CEILING: Final = 0.84
"""Highest sample, -1.5 dBFS: headroom for codecs."""
_QUIET: Final = 0.006
"""Below this share of full scale is silence (-44 dBFS)."""
_LEAD, _TAIL = 0.03, 0.08
_MOST_GAIN: Final = 10.0


@dataclass(frozen=True)
class Sound:
    """Samples with their rate."""

    samples: Samples
    rate: int = RATE

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    @property
    def peak(self) -> float:
        return float(np.abs(self.samples).max(initial=0.0))


def read_wav(data: bytes) -> Sound:
    """16-bit PCM wav; sizes in a streamed header may be wrong, so the bytes count."""
    if data[:4] != b"RIFF" or b"data" not in data:
        raise ValueError("not a wav file")
    rate = int.from_bytes(data[24:28], "little")
    begin = data.index(b"data") + 8
    body = data[begin : begin + (len(data) - begin) // 2 * 2]
    return Sound(np.frombuffer(body, np.int16).astype(np.float64) / 32768, rate)


def wav_bytes(sound: Sound) -> bytes:
    """The file's bytes."""
    whole = np.clip(np.round(sound.samples * 32768), -32768, 32767).astype(np.int16)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(whole.tobytes())
    return buffer.getvalue()


def write_whole(path: Path, data: bytes) -> None:
    """Write so that readers and other writers only ever see a whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def for_telephone(sound: Sound) -> Sound:
    """Cut to the speech, 8 kHz, levelled, never clipping."""
    resampled = resample(trim(sound))
    return Sound(_limited(_levelled(resampled.samples)), RATE)


def trim(sound: Sound) -> Sound:
    """Without the silence around the speech, but for a short margin."""
    loud = np.flatnonzero(np.abs(sound.samples) > _QUIET)
    if not len(loud):
        return Sound(sound.samples[: int(0.1 * sound.rate)], sound.rate)
    begin = max(0, loud[0] - int(_LEAD * sound.rate))
    end = min(len(sound.samples), loud[-1] + int(_TAIL * sound.rate))
    return Sound(sound.samples[begin:end], sound.rate)


def resample(sound: Sound, rate: int = RATE) -> Sound:
    """To another rate by the spectrum: exact below the new half rate, nothing above it."""
    if sound.rate == rate or not len(sound.samples):
        return Sound(sound.samples, rate)
    step = sound.rate // np.gcd(sound.rate, rate)
    padded = np.pad(sound.samples, (0, -len(sound.samples) % step + step))
    length = len(padded) * rate // sound.rate
    spectrum = np.fft.rfft(padded)
    kept = np.zeros(length // 2 + 1, complex)
    shared = min(len(kept), len(spectrum))
    kept[:shared] = spectrum[:shared]
    wanted = round(len(sound.samples) * rate / sound.rate)
    samples = np.fft.irfft(kept, length) * (length / len(padded))
    return Sound(samples[:wanted], rate)


def loudness(samples: Samples) -> float:
    """LUFS at 8 kHz: K-weighted, gated blocks of 400 ms; a shorter sound is one block."""
    weighted = _k_weighted(samples)
    size, step = int(0.4 * RATE), int(0.1 * RATE)
    starts = range(0, max(len(weighted) - size, 0) + 1, step)
    power = np.array([np.mean(weighted[start : start + size] ** 2) for start in starts])
    for gate in (10 ** ((-70 + 0.691) / 10), 0.1 * _mean(power)):
        power = power[power > gate] if (power > gate).any() else power
    return float(-0.691 + 10 * np.log10(max(_mean(power), 1e-12)))


def _mean(power: Samples) -> float:
    return float(np.mean(power)) if len(power) else 0.0


def _k_weighted(samples: Samples) -> Samples:
    """The two filters of BS.1770 (given for 48 kHz) applied as a spectrum."""
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    z = np.exp(-2j * np.pi * frequencies / 48_000)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    return np.fft.irfft(np.fft.rfft(samples) * shelf * high_pass, len(samples))


def _levelled(samples: Samples) -> Samples:
    if not len(samples) or np.abs(samples).max() < _QUIET:
        return samples
    gain = 10 ** ((LOUDNESS - loudness(samples)) / 20)
    return samples * min(gain, _MOST_GAIN)


def _limited(samples: Samples) -> Samples:
    """Peaks above the ceiling are turned down smoothly, 5 ms ahead and after."""
    if not len(samples) or np.abs(samples).max() <= CEILING:
        return samples
    reach = int(0.005 * RATE)
    padded = np.pad(np.abs(samples), 2 * reach)
    peaks = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)
    gain = np.minimum(1.0, CEILING / np.maximum(peaks, 1e-9))
    window = np.hanning(2 * reach + 3)[1:-1]
    smooth = np.convolve(gain, window / window.sum(), mode="valid")
    return samples * smooth[: len(samples)]


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE))
