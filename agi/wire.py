"""Lines to and from Asterisk over one socket, with a deadline on every read and write.

Whatever the other side sends, a read ends: with a line, at the end of the stream, or when the
time is over. Bytes that are no UTF-8 (half a character of a name) become U+FFFD, never an error.
"""

import socket
import time
from typing import Final

LONGEST_LINE: Final = 65_536
"""Bytes; a caller's name of 10 kB is legal, a line without an end is not."""

_CHUNK: Final = 4_096


class LineClosed(Exception):
    """The other side closed the connection or reset it."""


class LineSilent(Exception):
    """Nothing came in the time allowed; what comes later would answer an old question."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"nothing for {seconds:.1f} s")
        self.seconds = seconds


class LineFlooded(Exception):
    """A line without an end: this is not Asterisk."""


class Wire:
    """The socket as pyst2 wants it: `readline`, `write`, `flush`."""

    def __init__(self, connection: socket.socket, patience: float) -> None:
        """`patience`: seconds the whole header may take."""
        self._socket = connection
        self._received = bytearray()
        self._unsent = bytearray()
        self._patience = patience
        self._deadline = time.monotonic() + patience

    def allow(self, seconds: float) -> None:
        """From now on all reads and writes together have `seconds`."""
        self._patience = seconds
        self._deadline = time.monotonic() + seconds

    def readline(self) -> str:
        """One line with its end. Raises LineClosed, LineSilent, LineFlooded."""
        end = self._received.find(b"\n")
        while end < 0:
            if len(self._received) > LONGEST_LINE:
                raise LineFlooded(f"more than {LONGEST_LINE} bytes without an end of line")
            searched = len(self._received)
            self._received += self._receive()
            end = self._received.find(b"\n", searched)
        line = bytes(self._received[: end + 1])
        del self._received[: end + 1]
        return line.decode("utf-8", errors="replace")

    def _receive(self) -> bytes:
        self._socket.settimeout(self._left())
        try:
            data = self._socket.recv(_CHUNK)
        except TimeoutError:
            raise LineSilent(self._patience) from None
        except OSError as error:
            raise LineClosed from error
        if not data:
            raise LineClosed
        return data

    def write(self, text: str) -> None:
        self._unsent += text.encode("utf-8", errors="replace")

    def flush(self) -> None:
        """Sends what was written. Raises LineClosed, LineSilent."""
        data = bytes(self._unsent)
        self._unsent.clear()
        self._socket.settimeout(self._left())
        try:
            self._socket.sendall(data)
        except TimeoutError:
            raise LineSilent(self._patience) from None
        except OSError as error:
            raise LineClosed from error

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise LineSilent(self._patience)
        return left
