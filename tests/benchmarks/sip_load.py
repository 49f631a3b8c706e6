"""Many callers at once in one thread: SIP, telephone keys and the time until the next prompt.

A caller waits for a prompt to begin and to end, presses a key, and measures from the last packet
of the key to the first packet with sound, by the kernel's own time stamps. All callers share one
RTP socket; a call is known by the exchange's port. Only what a friendly exchange needs is spoken.
"""

import random
import re
import selectors
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

SO_TIMESTAMPNS: Final = 35
QUIET: Final = 0.12
"""Seconds without sound: the prompt is over."""
PATIENCE: Final = 20.0
ALAW_SILENCE: Final = b"\xd5" * 20
EVENT_TYPE: Final = 101


@dataclass
class Caller:
    """One call; times are the kernel's wall clock."""

    number: str
    keys: str
    id: str
    begins: float
    to_tag: str = ""
    target: str = ""
    rtp: tuple[str, int] | None = None
    sound_at: float = 0.0
    heard: bool = False
    """Sound has come since the last key."""
    pressed_at: float = 0.0
    """Of the last key, or of the answer."""
    next_key_at: float = 0.0
    keys_sent: int = 0
    sent_at: float = 0.0
    latencies: list[float] = field(default_factory=list)
    is_over: bool = False
    failure: str = ""
    sequence: int = 0


class Load:
    """Places calls from one address and walks each through its keys."""

    def __init__(self, address: str, exchange: tuple[str, int]) -> None:
        self._exchange = exchange
        self._sip = _socket(address)
        self._rtp = _socket(address)
        self._address = address
        self._sip_port = self._sip.getsockname()[1]
        self._rtp_port = self._rtp.getsockname()[1]
        self._callers: dict[str, Caller] = {}
        self._by_port: dict[int, Caller] = {}

    def run(self, callers: Sequence[Caller]) -> None:
        """Returns when every caller is through, failed or out of patience."""
        self._callers = {caller.id: caller for caller in callers}
        self._by_port = {}
        with selectors.DefaultSelector() as selector:
            selector.register(self._sip, selectors.EVENT_READ)
            selector.register(self._rtp, selectors.EVENT_READ)
            while any(not caller.is_over for caller in callers):
                ready = [key.fileobj for key, _ in selector.select(0.005)]
                if self._sip in ready:
                    self._read_sip()
                if self._rtp in ready:
                    self._read_rtp()
                now = time.time()
                for caller in callers:
                    self._act(caller, now)

    def close(self) -> None:
        self._sip.close()
        self._rtp.close()

    # --- what a caller does ---
    def _act(self, caller: Caller, now: float) -> None:
        if caller.is_over or now < caller.begins:
            return
        if caller.rtp is None:
            if not caller.sent_at or now - caller.sent_at > 2.0:
                caller.sent_at = now
                self._invite(caller)
            self._lose_patience(caller, now, caller.begins, "not answered")
        elif not caller.heard:
            self._lose_patience(caller, now, caller.pressed_at, "no prompt")
        elif now - caller.sound_at > QUIET:
            self._press_next(caller, now)

    def _press_next(self, caller: Caller, now: float) -> None:
        if not caller.next_key_at:
            caller.next_key_at = now + random.uniform(0.2, 0.6)
        if now < caller.next_key_at:
            return
        if caller.keys_sent == len(caller.keys):
            self._say(caller, "BYE", 2)
            caller.is_over = True
            return
        self._press(caller, caller.keys[caller.keys_sent])
        caller.keys_sent += 1
        caller.heard, caller.next_key_at = False, 0.0
        caller.pressed_at = time.time()

    def _lose_patience(self, caller: Caller, now: float, since: float, failure: str) -> None:
        if now - since > PATIENCE:
            caller.failure, caller.is_over = failure, True
            if caller.to_tag:
                self._say(caller, "BYE", 2)

    def _press(self, caller: Caller, key: str) -> None:
        """A key of 100 ms as RFC 4733 events, sent at once: its end counts."""
        assert caller.rtp
        digit = "0123456789*#".index(key)
        stamp = caller.sequence * 160
        for index in range(8):
            end = 0x80 if index >= 5 else 0
            event = struct.pack("!BBH", digit, end | 10, min(800, 160 * (index + 1)))
            marker = 0x80 if index == 0 else 0
            self._send_rtp(caller, marker | EVENT_TYPE, stamp, event)

    def _send_rtp(self, caller: Caller, kind: int, stamp: int, payload: bytes) -> None:
        assert caller.rtp
        caller.sequence += 1
        ssrc = int(caller.id[:8], 16)
        head = struct.pack("!BBHII", 0x80, kind, caller.sequence & 0xFFFF, stamp, ssrc)
        self._rtp.sendto(head + payload, caller.rtp)

    # --- what is heard ---
    def _read_rtp(self) -> None:
        for _ in range(500):
            try:
                data, ancillary, _, (_, port) = self._rtp.recvmsg(512, 64)
            except BlockingIOError:
                return
            caller = self._by_port.get(port)
            if caller is None or data[1] & 0x7F != 8 or data[20:40] == ALAW_SILENCE:
                continue
            caller.sound_at = _stamp(ancillary)
            if not caller.heard:
                caller.heard = True
                if caller.keys_sent:
                    caller.latencies.append(caller.sound_at - caller.pressed_at)

    def _read_sip(self) -> None:
        while True:
            try:
                text = self._sip.recv(8192).decode()
            except BlockingIOError:
                return
            caller = self._callers.get(_header(text, "Call-ID"))
            if caller is None:
                continue
            if text.startswith("SIP/2.0 2") and "INVITE" in _header(text, "CSeq"):
                self._answered(caller, text)
            elif text.startswith("SIP/2.0 ") and text[8] in "3456":
                caller.failure, caller.is_over = text.splitlines()[0], True
            elif text.startswith("BYE"):
                self._goodbye(caller, text)

    def _answered(self, caller: Caller, text: str) -> None:
        caller.to_tag = _header(text, "To").partition("tag=")[2]
        caller.target = _header(text, "Contact").partition("<")[2].partition(">")[0]
        self._say(caller, "ACK", 1)
        if caller.rtp is None:
            found = re.search(r"m=audio (\d+)", text)
            assert found
            caller.rtp = (self._exchange[0], int(found[1]))
            self._by_port[caller.rtp[1]] = caller
            caller.pressed_at = time.time()
            for _ in range(10):
                self._send_rtp(caller, 8, caller.sequence * 160, ALAW_SILENCE * 8)

    def _goodbye(self, caller: Caller, text: str) -> None:
        lines = [line for line in text.splitlines() if line.startswith(_COPIED)]
        answer = ["SIP/2.0 200 OK", *lines, "Content-Length: 0", "", ""]
        self._sip.sendto("\r\n".join(answer).encode(), self._exchange)
        if not caller.is_over and caller.keys_sent < len(caller.keys):
            caller.failure = "hung up by the exchange"
        caller.is_over = True

    # --- what is sent ---
    def _invite(self, caller: Caller) -> None:
        here = self._address
        body = [
            "v=0", f"o=- 1 1 IN IP4 {here}", "s=-", f"c=IN IP4 {here}", "t=0 0",
            f"m=audio {self._rtp_port} RTP/AVP 8 {EVENT_TYPE}", "a=rtpmap:8 PCMA/8000",
            f"a=rtpmap:{EVENT_TYPE} telephone-event/8000", "a=sendrecv", "",
        ]  # fmt: skip
        self._say(caller, "INVITE", 1, "\r\n".join(body))

    def _say(self, caller: Caller, method: str, number: int, body: str = "") -> None:
        target = caller.target or f"sip:{caller.number}@{self._exchange[0]}:{self._exchange[1]}"
        to = f";tag={caller.to_tag}" if caller.to_tag else ""
        branch = f"z9hG4bK{caller.id}{'i' if method == 'INVITE' else method}"
        contact = f"{self._address}:{self._sip_port}"
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {contact};branch={branch};rport",
            f"From: <sip:139{int(caller.id[:6], 16):08d}@{self._address}>;tag={caller.id}",
            f"To: <sip:{caller.number}@{self._exchange[0]}>{to}",
            f"Call-ID: {caller.id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:load@{contact}>",
            "Max-Forwards: 70",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
            "",
            body,
        ]
        self._sip.sendto("\r\n".join(lines).encode(), self._exchange)


_COPIED: Final = ("Via:", "From:", "To:", "Call-ID:", "CSeq:")


def _header(text: str, name: str) -> str:
    found = re.search(rf"^{name}:[ ]*(.*?)\r?$", text, re.MULTILINE)
    return found[1] if found else ""


def _socket(address: str) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    made.bind((address, 0))
    made.setblocking(False)
    return made


def _stamp(ancillary: list[tuple[int, int, bytes]]) -> float:
    """When the packet arrived, by the kernel."""
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", data[:16])
            return float(seconds) + float(nanoseconds) / 1e9
    return time.time()
