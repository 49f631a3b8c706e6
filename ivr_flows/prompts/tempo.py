"""The same words at a slower pace and the same pitch, for callers who ask for it.

Overlap-add of short pieces: each next piece is taken where it goes on best from the one before
(WSOLA), so that a voice stays a voice whoever recorded it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr_flows.prompts.sound import Sound

SLOW: Final = 0.75
"""Of the usual pace: three seconds become four."""
PIECE_SECONDS: Final = 0.032
SEARCH_SECONDS: Final = 0.008

Samples = NDArray[np.float64]


def slowed(sound: Sound, pace: float = SLOW) -> Sound:
    """`pace` below 1 is slower; a sound shorter than a piece stays as it is."""
    piece = int(PIECE_SECONDS * sound.rate) // 2 * 2
    half, reach = piece // 2, int(SEARCH_SECONDS * sound.rate)
    if len(sound.samples) <= piece:
        return sound
    padded = np.concatenate([np.zeros(reach), sound.samples, np.zeros(piece + 2 * reach)])
    length = int(len(sound.samples) / pace)
    made = np.zeros(length + 2 * piece)
    window = np.hanning(piece + 1)[:piece]
    at = reach
    for start in range(0, length, half):
        made[start : start + piece] += padded[at : at + piece] * window
        wanted = padded[at + half : at + half + piece]
        ideal = reach + int((start + half) * pace)
        at = _best(padded, wanted, ideal, reach)
        if at + piece + half > len(padded):
            break
    made[:half] = sound.samples[:half]  # nothing overlaps the very first half piece
    return Sound(np.asarray(made[:length]), sound.rate)


def _best(padded: Samples, wanted: Samples, ideal: int, reach: int) -> int:
    """Where within the reach around `ideal` the sound goes on most like `wanted`."""
    low = max(0, ideal - reach)
    field = padded[low : ideal + reach + len(wanted)]
    if len(field) <= len(wanted):
        return ideal
    return low + int(np.argmax(np.correlate(field, wanted, "valid")))
