"""What SMPP's octets mean: Chinese text in parts, receipts, messages from citizens.

Decoded here once; further in there are only the types below.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ticketing.rules.sms import ALONE, JOINED

UCS2: Final = 8
"""data_coding of Chinese text."""
HAS_HEADER: Final = 0x40
"""esm_class: the message begins with a user data header."""
_KIND: Final = 0x3C
_RECEIPT: Final = 0x04
_JOIN_8_BIT: Final = 0x00
_JOIN_16_BIT: Final = 0x08

_STATES: Final[Mapping[str, tuple[bool, str]]] = {
    "DELIVRD": (True, ""),
    "EXPIRED": (False, "超过有效期仍未送达"),
    "DELETED": (False, "已被运营商删除"),
    "UNDELIV": (False, "无法送达"),
    "REJECTD": (False, "被运营商拒绝"),
    "UNKNOWN": (False, "运营商不知道是否送达"),
}
"""Final states; of the others (on its way, accepted) a later receipt speaks."""
_STATE_NUMBERS: Final = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 7: "UNKNOWN"} | {
    8: "REJECTD"
}
_IN_TEXT: Final = re.compile(r"\b(id|stat|err):\s*(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One message as the carrier counts them."""

    octets: bytes
    has_header: bool


@dataclass(frozen=True, slots=True)
class StateTold:
    """A receipt; `delivered` None: not the last word."""

    key: str
    delivered: bool | None
    reason: str


@dataclass(frozen=True, slots=True)
class Words:
    """A message from a citizen, or one part of it."""

    number: str
    text: str
    reference: int = 0
    part: int = 1
    parts: int = 1


def parts_of(text: str, reference: int) -> list[Part]:
    """UCS-2, in one part or in several that the phone joins; no character is cut in two."""
    whole = text.encode("utf-16-be")
    if len(whole) <= ALONE * 2:
        return [Part(whole, has_header=False)]
    pieces = _pieces(whole, JOINED * 2)
    return [
        Part(bytes((5, _JOIN_8_BIT, 3, reference % 256, len(pieces), number)) + piece, True)
        for number, piece in enumerate(pieces, 1)
    ]


def _pieces(whole: bytes, longest: int) -> list[bytes]:
    pieces, start = [], 0
    while start < len(whole):
        end = min(start + longest, len(whole))
        if end < len(whole) and 0xD8 <= whole[end - 2] <= 0xDB:
            end -= 2  # the first half of a pair goes with its second
        pieces.append(whole[start:end])
        start = end
    return pieces


def heard(pdu: Any) -> StateTold | Words:
    """What a deliver_sm says."""
    octets = bytes(pdu.short_message or pdu.message_payload or b"")
    if (pdu.esm_class or 0) & _KIND == _RECEIPT:
        return _state(pdu, octets)
    reference, part, parts = _segment(pdu)
    if (pdu.esm_class or 0) & HAS_HEADER and octets:
        reference, part, parts = _joins(octets[1 : 1 + octets[0]]) or (0, 1, 1)
        octets = octets[1 + octets[0] :]
    number = _plain(pdu.source_addr)
    text = _text(octets, pdu.data_coding or 0)
    if not 1 <= part <= parts:
        return Words(number, text)
    return Words(number, text, reference, part, parts)


def _segment(pdu: Any) -> tuple[int, int, int]:
    """The optional parameters some carriers use in place of a header."""
    parts = getattr(pdu, "sar_total_segments", None) or 1
    part = getattr(pdu, "sar_segment_seqnum", None) or 1
    return getattr(pdu, "sar_msg_ref_num", None) or 0, part, parts


def _joins(header: bytes) -> tuple[int, int, int] | None:
    """Reference, part and parts out of a user data header."""
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if kind == _JOIN_8_BIT and len(value) == 3:
            return value[0], value[2], value[1]
        if kind == _JOIN_16_BIT and len(value) == 4:
            return int.from_bytes(value[:2]), value[3], value[2]
        at += 2 + length
    return None


def _state(pdu: Any, octets: bytes) -> StateTold:
    """By the optional parameters when they are there, else by the text every carrier writes."""
    said = {
        name.lower(): value for name, value in _IN_TEXT.findall(octets.decode("latin-1", "replace"))
    }
    key = _plain(getattr(pdu, "receipted_message_id", None)) or said.get("id", "")
    number = getattr(pdu, "message_state", None)
    word = _STATE_NUMBERS.get(number, "") if number else said.get("stat", "").upper()[:7]
    delivered, reason = _STATES.get(word, (None, ""))
    fault = said.get("err", "")
    if delivered is False and fault.strip("0"):
        reason = f"{reason}（运营商代码{fault}）"
    return StateTold(key, delivered, reason)


def _text(octets: bytes, coding: int) -> str:
    match coding & 0x0F:
        case 8:
            return octets.decode("utf-16-be", "replace")
        case 15:
            return octets.decode("gb18030", "replace")
        case 3:
            return octets.decode("latin-1")
        case _:
            return octets.decode("ascii", "replace")


def _plain(value: bytes | str | None) -> str:
    if value is None:
        return ""
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    return text.rstrip("\0").strip()
