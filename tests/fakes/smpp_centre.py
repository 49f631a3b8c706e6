"""A carrier's message centre that speaks SMPP 3.4 in real octets, written from the protocol alone.

It shares no code with what it tests: PDUs are packed and unpacked here by hand.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.waiting import wait_for

BIND, SUBMIT, DELIVER, UNBIND, ENQUIRE = 0x09, 0x04, 0x05, 0x06, 0x15
ANSWER = 0x8000_0000
PASSWORD = "s3cret"
HANG_UP, SILENCE = -1, -2
"""In place of a status: the line breaks, or no answer comes."""


@dataclass(frozen=True)
class Submitted:
    """A submit_sm as it came."""

    source: str
    dest: str
    esm_class: int
    registered: int
    coding: int
    octets: bytes

    @property
    def text(self) -> str:
        return self.octets.decode("utf-16-be")


@dataclass
class MessageCentre:
    """Takes messages and answers as told; can say something unasked."""

    port: int = 0
    submitted: list[Submitted] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """What the next submits are answered with; then 0."""
    delivered: dict[int, int] = field(default_factory=dict)
    """Sequence of our deliver_sm → the status it was answered with."""
    binds: list[tuple[str, str]] = field(default_factory=list)
    enquired: int = 0
    unbinds: int = 0
    before_answer: bytes = b""
    """Said once between a submit and its answer."""
    _line: socket.socket | None = None
    _sequence: int = 0

    def deliver(
        self,
        octets: bytes,
        *,
        source: str = "8613812345678",
        esm_class: int = 0,
        coding: int = 8,
        tlvs: bytes = b"",
    ) -> int:
        """Says a deliver_sm on the line that is bound; returns its sequence."""
        line = wait_for("somebody is bound", lambda: self._line, 20)
        pdu, sequence = self.deliver_pdu(octets, source, esm_class, coding, tlvs)
        line.sendall(pdu)
        return sequence

    def deliver_pdu(
        self, octets: bytes, source: str, esm_class: int, coding: int, tlvs: bytes = b""
    ) -> tuple[bytes, int]:
        self._sequence += 1
        body = (
            b"\0\1\1" + source.encode() + b"\0\0\1" + b"10612328\0"
            + bytes((esm_class, 0, 0)) + b"\0\0" + bytes((0, 0, coding, 0, len(octets)))
            + octets + tlvs
        )  # fmt: skip
        return _pdu(DELIVER, 0, self._sequence, body), self._sequence

    def receipt(self, key: str, stat: str, err: str = "000") -> int:
        text = (
            f"id:{key} sub:001 dlvrd:001 submit date:2611251000 done date:2611251001 "
            f"stat:{stat} err:{err} text:"
        )
        return self.deliver(text.encode(), esm_class=4, coding=0)

    def answered(self, sequence: int) -> int:
        wait_for("our word is answered", lambda: sequence in self.delivered, 20)
        return self.delivered[sequence]

    def break_line(self) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError):  # the other side was quicker
                self._line.shutdown(socket.SHUT_RDWR)
            self._line = None

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line:
            try:
                while head := _exactly(line, 16):
                    length, command, status, sequence = struct.unpack(">LLLL", head)
                    body = _exactly(line, length - 16)
                    if not self._hear(line, command, status, sequence, body):
                        return
            except OSError:
                return
            finally:
                if self._line is line:
                    self._line = None

    def _hear(
        self, line: socket.socket, command: int, status: int, sequence: int, body: bytes
    ) -> bool:
        """Whether the talk goes on."""
        if command == BIND:
            system_id, password = body.split(b"\0")[:2]
            self.binds.append((system_id.decode(), password.decode()))
            right = password.decode() == PASSWORD
            line.sendall(_pdu(BIND | ANSWER, 0 if right else 0x0E, sequence, b"centre\0"))
            if right:
                self._line = line
        elif command == SUBMIT:
            return self._submit(line, sequence, body)
        elif command == ENQUIRE:
            self.enquired += 1
            line.sendall(_pdu(ENQUIRE | ANSWER, 0, sequence))
        elif command == UNBIND:
            self.unbinds += 1
            line.sendall(_pdu(UNBIND | ANSWER, 0, sequence))
            return False
        elif command == DELIVER | ANSWER:
            self.delivered[sequence] = status
        return True

    def _submit(self, line: socket.socket, sequence: int, body: bytes) -> bool:
        self.submitted.append(_submitted(body))
        status = self.statuses.pop(0) if self.statuses else 0
        if status == HANG_UP:
            line.shutdown(socket.SHUT_RDWR)
            return False
        if status == SILENCE:
            return True
        said, self.before_answer = self.before_answer, b""
        key = b"" if status else f"{len(self.submitted):08X}".encode() + b"\0"
        line.sendall(said + _pdu(SUBMIT | ANSWER, status, sequence, key))
        return True


@contextmanager
def message_centre() -> Iterator[MessageCentre]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        centre = MessageCentre(port=listener.getsockname()[1])
        threading.Thread(target=centre.serve, args=(listener,), daemon=True).start()
        yield centre
        centre.break_line()


def tlv(tag: int, value: bytes) -> bytes:
    return struct.pack(">HH", tag, len(value)) + value


def _pdu(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    return struct.pack(">LLLL", 16 + len(body), command, status, sequence) + body


def _exactly(line: socket.socket, count: int) -> bytes:
    """Fewer when the other side is gone."""
    parts = b""
    while len(parts) < count and (part := line.recv(count - len(parts))):
        parts += part
    return parts


def _submitted(body: bytes) -> Submitted:
    """service_type, source, dest … as the specification orders them."""
    at = body.index(b"\0") + 1
    end = body.index(b"\0", at + 2)
    source, at = body[at + 2 : end], end + 1
    end = body.index(b"\0", at + 2)
    dest, at = body[at + 2 : end], end + 1
    esm_class, at = body[at], at + 3
    at = body.index(b"\0", at) + 1  # schedule_delivery_time
    at = body.index(b"\0", at) + 1  # validity_period
    registered, _, coding, _, length = body[at : at + 5]
    return Submitted(
        source.decode(),
        dest.decode(),
        esm_class,
        registered,
        coding,
        body[at + 5 : at + 5 + length],
    )
