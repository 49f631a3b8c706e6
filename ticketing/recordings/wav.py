"""What a .wav that Asterisk writes looks like while it grows, when closed, and after a crash.

Asterisk writes the sizes into the header only when it closes the file; after a kill -9 they are
zero and the last two seconds or so are missing. Nothing here changes a file: a header is mended by
reading past it.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np

RATE: Final = 8000
HEADER: Final = 44
_BYTES_A_SAMPLE: Final = 2


class Shape(StrEnum):
    """How a file looks from outside."""

    ABSENT = "absent"
    EMPTY = "empty"  # no sound yet, or never
    OPEN = "open"  # sound, but the header does not say how much: growing, or cut by a crash
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Look:
    """A file at one moment."""

    shape: Shape
    modified: float
    """Seconds since the epoch; 0 when absent."""
    duration_ms: int


def look(path: Path) -> Look:
    """Reads the header only."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER)
        seen = path.stat()
    except FileNotFoundError:
        return Look(Shape.ABSENT, 0, 0)
    sound = max(0, seen.st_size - HEADER)
    duration_ms = sound // _BYTES_A_SAMPLE * 1000 // RATE
    if sound < _BYTES_A_SAMPLE:
        return Look(Shape.EMPTY, seen.st_mtime, 0)
    told = int.from_bytes(header[40:44], "little")
    shape = Shape.CLOSED if header[:4] == b"RIFF" and told == sound else Shape.OPEN
    return Look(shape, seen.st_mtime, duration_ms)


def samples(path: Path) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """All whole samples behind the header, whatever the header says; mapped, not loaded."""
    count = max(0, path.stat().st_size - HEADER) // _BYTES_A_SAMPLE
    if count == 0:
        return np.zeros(0, np.int16)
    return np.memmap(path, np.int16, "r", HEADER, (count,))
