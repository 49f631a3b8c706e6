"""A person's recording of a phrase: cut, judged, kept, taken back.

What callers hear is a telephone sound beside the recordings that were laid into the folder by
hand; the speaker's own file is kept untouched under `originals/`, by its hash.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ivr_flows.prompts.recorded import ENDINGS, decode, text_hash
from ivr_flows.prompts.sound import (
    RATE,
    Samples,
    Sound,
    for_telephone,
    loudness,
    wav_bytes,
    write_whole,
)

SHORTEST: Final = 0.3
"""Seconds; below it nothing was said."""
LONGEST: Final = 120.0
FULL_SCALE: Final = 0.995
CLIPPED_SHARE: Final = 0.001
QUIETEST: Final = -45.0
"""LUFS of a recording before it is levelled."""
FASTEST, SLOWEST = 0.09, 0.6
"""Seconds a character; outside of it a part is missing or the words are others."""


class UnusableRecording(Exception):
    """A recording nobody should hear; the words are for whoever made it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Take:
    """One recording as it will sound on the telephone."""

    sound: Sound
    loudness: float
    """LUFS, as recorded."""
    warnings: tuple[str, ...]
    """Chinese: what is doubtful about it."""


def take(data: bytes, text: str, begin: float = 0.0, end: float | None = None) -> Take:
    """Cuts `begin` to `end` seconds out of a recording and brings it to the telephone.

    Silence at both ends goes by itself. Raises NoSoundError, UnusableRecording.
    """
    whole = decode(data).samples
    last = len(whole) if end is None else min(len(whole), int(end * RATE))
    part = whole[int(begin * RATE) : last]
    sound = for_telephone(Sound(part, RATE))
    if sound.seconds < SHORTEST or not len(part):
        raise UnusableRecording("选中的一段里听不到说话，请重新选取或重录")
    if sound.seconds > LONGEST:
        raise UnusableRecording(f"录音长 {sound.seconds:.0f} 秒，最长 {LONGEST:.0f} 秒，请截短")
    level = loudness(part)
    if level < QUIETEST:
        raise UnusableRecording("录音音量太低，放大后只有噪声，请靠近话筒重录")
    return Take(sound, round(level, 1), tuple(_doubts(part, sound, text)))


def _doubts(part: Samples, sound: Sound, text: str) -> list[str]:
    found = []
    if float(np.mean(np.abs(part) >= FULL_SCALE)) > CLIPPED_SHARE:
        found.append("录音过载破音，请离话筒远些或调低音量重录")
    per_character = sound.seconds / max(1, sum(sign.isalnum() for sign in text))
    if per_character < FASTEST:
        found.append("录音比文字短得多，是否漏读？")
    if per_character > SLOWEST:
        found.append("录音比文字长得多，是否多读或夹有停顿？")
    return found


def keep(folder: Path, text: str, made: Take, original: bytes, ending: str) -> str:
    """Callers hear it from the next call on; returns the original's SHA-256."""
    digest = hashlib.sha256(original).hexdigest()
    kind = ending if ending in ENDINGS else ".bin"
    write_whole(folder / "originals" / f"{digest}{kind}", original)
    write_whole(folder / f"{text_hash(text)}.wav", wav_bytes(made.sound))
    return digest


def take_back(folder: Path, text: str) -> bool:
    """The built-in voice speaks again; False when nobody had spoken it here."""
    path = folder / f"{text_hash(text)}.wav"
    there = path.exists()
    path.unlink(missing_ok=True)
    return there
