"""Telephone keys as tones in the sound (Goertzel, sixteen of them in one product).

Keys come as events of their own; what some phones leave of them in the sound must not reach the
recogniser, which takes tones for words.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 8000
FRAME: Final = 160
"""Samples: 20 ms, what Asterisk sends."""
FRAME_BYTES: Final = 2 * FRAME

Samples = NDArray[np.float64]
"""Full scale is 1.0."""

_ROWS: Final = (697.0, 770.0, 852.0, 941.0)
_COLUMNS: Final = (1209.0, 1336.0, 1477.0, 1633.0)
_LOUD: Final = 1e-4
"""Mean power, -40 dB: below it a tone does no harm."""
_SHARE: Final = 0.80
"""A key's two tones hold nearly all the power; speech never puts so much into two of them."""
_TWIST: Final = 12.0
"""One of the two may be so many times stronger in power."""


def _bank() -> NDArray[np.complex128]:
    moments = np.arange(FRAME) / RATE
    return np.exp(-2j * np.pi * np.outer(np.array(_ROWS + _COLUMNS), moments))


class KeyTones:
    """The detector; one serves all turns, it keeps nothing."""

    def __init__(self) -> None:
        self._bank = _bank()

    def are_in(self, frame: Samples) -> bool:
        """Whether the frame is (mostly) a key's two tones."""
        power = float(np.dot(frame, frame))
        if power < _LOUD * len(frame):
            return False
        found = np.abs(self._bank[:, : len(frame)] @ frame) ** 2 * (2 / len(frame))
        row, column = float(found[:4].max()), float(found[4:].max())
        if min(row, column) * _TWIST < max(row, column):
            return False
        return (row + column) > _SHARE * power
