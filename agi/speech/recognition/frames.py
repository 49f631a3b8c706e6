"""What goes through the pipes between the media server and a recogniser's process."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

_HEAD: Final = struct.Struct("<BII")
LONGEST: Final = 4 << 20
"""Bytes of one frame; more is no frame of ours."""


class Kind(IntEnum):
    """To a worker: BEGIN … ABANDON; from it: READY …"""

    BEGIN = 1  # grammar as vosk takes it, empty: whatever is said
    SOUND = 2
    FINISH = 3
    ABANDON = 4
    READY = 5  # JSON: how many turns at once it can take
    PARTIAL = 6
    GUESSES = 7  # JSON: [[text, confidence], …], best first
    FAILED = 8  # this turn only
    BEAT = 9  # JSON: bytes of sound worked off so far, memory in MB


class NoFrame(Exception):
    """The other side wrote something that is none of ours."""


@dataclass(frozen=True)
class Frame:
    kind: Kind
    turn: int
    body: bytes = b""

    def encoded(self) -> bytes:
        return _HEAD.pack(self.kind, self.turn, len(self.body)) + self.body


class Frames:
    """Bytes as they come, frames as they are whole."""

    def __init__(self) -> None:
        self._received = bytearray()

    def took(self, data: bytes) -> Iterator[Frame]:
        """Raises NoFrame."""
        self._received += data
        while len(self._received) >= _HEAD.size:
            kind, turn, length = _HEAD.unpack_from(self._received)
            if length > LONGEST or kind not in Kind.__members__.values():
                raise NoFrame(f"kind {kind}, {length} bytes")
            whole = _HEAD.size + length
            if len(self._received) < whole:
                return
            body = bytes(self._received[_HEAD.size : whole])
            del self._received[:whole]
            yield Frame(Kind(kind), turn, body)
