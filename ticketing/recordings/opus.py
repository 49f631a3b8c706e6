"""From Asterisk's wav files to one Ogg Opus file, measured before and after.

Runs in the converter's own process (convert.py). Each side is a channel of its own: mono for one
party, two channels for a conversation. Sound is mixed and encoded ten seconds at a time, so an
hour costs no more memory than a minute.
"""

import hashlib
import io
import os
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np

from ticketing.recordings import wav

_BLOCK: Final = 10 * wav.RATE
_BIT_RATE: Final = 16_000
"""A side; 8 kHz speech is transparent well below. Two sides are coded as `audio`: coded as `voip`
one side leaks into the other at -29 dB while both speak, as `audio` below -40 dB (measured)."""
_OPUS_RATE: Final = 48_000
"""What a decoder of Opus gives, whatever went in."""
_BUCKET: Final = wav.RATE // 10
_MOST_PEAKS: Final = 3000

_SILENT: Final = 33.0
"""RMS below which loudness is not compared (-60 dBFS of 32768)."""
_LOUDER_OR_SOFTER: Final = 1.6
"""Factor (4 dB) by which a decoded side may differ from what went in."""
_TIME_OFF_SECONDS: Final = 0.1

Samples = np.ndarray[tuple[int, ...], np.dtype[np.int16]]
Powers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


class BadSound(Exception):
    """The sound cannot become a recording; trying again will not help."""


class UnreadableSound(Exception):
    """A stored file cannot be decoded."""


@dataclass(frozen=True, slots=True)
class Part:
    """One wav file, where on the time line it begins and on which side it is heard."""

    path: Path
    offset_ms: int
    side: int


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file, fsynced and decoded again for proof."""

    duration_ms: int
    size_bytes: int
    sha256: str
    rms: tuple[float, ...]
    """Loudness of each side, 0 to 32768."""
    peaks: tuple[tuple[int, ...], ...]
    """Of each side, 0 to 100."""
    peaks_per_second: float


def make(parts: Sequence[Part], sides: int, output: Path) -> Made:
    """Raises BadSound, OSError (disk full and the like)."""
    sounds = [(part, wav.samples(part.path)) for part in parts]
    length = max((_start(part) + len(sound) for part, sound in sounds), default=0)
    if length == 0:
        raise BadSound("没有声音")
    peaks: list[list[int]] = [[] for _ in range(sides)]
    powers = np.zeros(sides)
    with av.open(str(output), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=wav.RATE)
        stream.layout = "stereo" if sides == 2 else "mono"
        stream.bit_rate = _BIT_RATE * sides
        application = "audio" if sides == 2 else "voip"
        stream.options = {"application": application, "compression_level": "5"}
        for start in range(0, length, _BLOCK):
            block = _mixed(sounds, sides, start, min(_BLOCK, length - start))
            powers += np.square(block, dtype=np.float64).sum(axis=1)
            for side in range(sides):
                peaks[side] += _peaks(block[side])
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(block.T).reshape(1, -1), "s16", stream.layout.name
            )
            frame.sample_rate, frame.pts = wav.RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    _compare(output, length / wav.RATE, np.sqrt(powers / length))
    step = -(-len(peaks[0]) // _MOST_PEAKS)
    return Made(
        length * 1000 // wav.RATE,
        output.stat().st_size,
        _sha256_on_disk(output),
        tuple(float(one) for one in np.sqrt(powers / length)),
        tuple(tuple(max(side[i : i + step]) for i in range(0, len(side), step)) for side in peaks),
        10 / step,
    )


def decoded(path: Path) -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """The sound of an Opus file, piece by piece, one row a side, 48 kHz, -1 to 1."""
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            yield frame.to_ndarray().astype(np.float32, copy=False)


def telephone_wav(path: Path) -> bytes:
    """A stored file of one party as a wav of the telephone: 8 kHz, 16 bit, mono."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=wav.RATE)
    sound = io.BytesIO()
    try:
        with av.open(str(path)) as container, wave.open(sound, "wb") as written:
            written.setnchannels(1)
            written.setsampwidth(2)
            written.setframerate(wav.RATE)
            for frame in (*container.decode(audio=0), None):
                for piece in resampler.resample(frame):
                    written.writeframes(piece.to_ndarray().astype("<i2").tobytes())
    except (av.FFmpegError, OSError, IndexError) as error:
        raise UnreadableSound(f"{path.name}: {error}") from error
    return sound.getvalue()


def _start(part: Part) -> int:
    return part.offset_ms * wav.RATE // 1000


def _mixed(sounds: Sequence[tuple[Part, Samples]], sides: int, start: int, count: int) -> Samples:
    mixed = np.zeros((sides, count), np.int32)
    for part, sound in sounds:
        begin = start - _start(part)
        heard = sound[max(0, begin) : max(0, begin + count)]
        at = max(0, -begin)
        mixed[part.side, at : at + len(heard)] += heard
    return np.clip(mixed, -32768, 32767).astype(np.int16)


def _peaks(sound: Samples) -> list[int]:
    padded = np.zeros(-(-len(sound) // _BUCKET) * _BUCKET, np.int32)
    padded[: len(sound)] = np.abs(sound.astype(np.int32))
    return [int(peak) * 100 // 32768 for peak in padded.reshape(-1, _BUCKET).max(axis=1)]


def _compare(output: Path, seconds: float, loudness: Powers) -> None:
    """What comes out must be what went in: as long, and on each side as loud."""
    powers = np.zeros(len(loudness))
    count = 0
    for piece in decoded(output):
        powers += np.square(piece, dtype=np.float64).sum(axis=1)
        count += piece.shape[1]
    if abs(count / _OPUS_RATE - seconds) > _TIME_OFF_SECONDS:
        raise BadSound(f"转码后时长不符：{count / _OPUS_RATE:.1f}秒，应为{seconds:.1f}秒")
    for side, before in enumerate(loudness):
        after = 32768 * float(np.sqrt(powers[side] / count))
        if before > _SILENT and not before / _LOUDER_OR_SOFTER < after < before * _LOUDER_OR_SOFTER:
            raise BadSound(f"转码后第{side + 1}声道音量不符：{after:.0f}，应为{before:.0f}")


def _sha256_on_disk(path: Path) -> str:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()
