"""Asterisk's channel event log (JSON lines) decoded into what it means for a call.

Decoded here and nowhere else. Asterisk writes the lines without escaping backslashes or control
characters, so a hostile caller id can spoil its own line; such a line is garbage, never an error.
Names agree with asterisk_conf.names, which a test compares; this package may not import it.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

_KEY: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_STRETCH: Final = re.compile(r"[A-Za-z0-9._-]{1,96}")
_SEAT: Final = re.compile(r"PJSIP/([0-9]{3,5})-[^/]*")

_NO_PARTY: Final = "WebSocket/"
"""Channels of speech turns: the media server's end, nobody's leg."""

_DIRECTIONS: Final = {"outbound": "out", "internal": "internal"}
"""By entry; every other entry is one that citizens dial."""


class CelGarbage(ValueError):
    """A line that cannot be what Asterisk meant to write."""

    def __init__(self, line: str, why: str) -> None:
        super().__init__(f"{why}: {line[:200]!r}")
        self.line = line
        self.why = why


@dataclass(frozen=True, slots=True)
class Seen:
    """What every event has: when, in which call, on which leg (a channel's uniqueid)."""

    at: datetime
    call_key: str
    leg: str


@dataclass(frozen=True, slots=True)
class CallEntered(Seen):
    """HotlineCall."""

    callref: str
    dialled: str
    entry: str
    caller_number: str

    @property
    def direction(self) -> str:
        """As in records.calls.Call."""
        return _DIRECTIONS.get(self.entry, "in")


@dataclass(frozen=True, slots=True)
class NoticePlayed(Seen):
    """HotlineNotice."""

    version: str
    whole: bool


@dataclass(frozen=True, slots=True)
class StretchBegan(Seen):
    """HotlineStretch: a file of what this leg says begins."""

    stretch: str
    role: str
    party: str
    file: str


@dataclass(frozen=True, slots=True)
class MessageLeft(Seen):
    """HotlineMessage: the caller finished a voice message."""

    stretch: str
    file: str


@dataclass(frozen=True, slots=True)
class JoinedQueue(Seen):
    """HotlineQueued."""

    queue: str
    reason: str


@dataclass(frozen=True, slots=True)
class LegStarted(Seen):
    """A seat's channel exists: its phone is about to ring."""

    extension: str


@dataclass(frozen=True, slots=True)
class LegHungUp(Seen):
    """A channel is hung up; `by_itself`: that party did it."""

    cause: int
    by_itself: bool


@dataclass(frozen=True, slots=True)
class LegTransferred(Seen):
    """This leg passed its partner on."""


@dataclass(frozen=True, slots=True)
class CallOver(Seen):
    """The last channel with this linkedid is gone."""


CelEvent = (
    CallEntered
    | NoticePlayed
    | StretchBegan
    | MessageLeft
    | JoinedQueue
    | LegStarted
    | LegHungUp
    | LegTransferred
    | CallOver
)


_Reader = Callable[[Mapping[str, str], Mapping[str, Any]], CelEvent | None]


def decode(line: str) -> CelEvent | None:
    """What a line says, None when it says nothing we need. Raises CelGarbage."""
    row = _row(line)
    kind = row.get("eventtype", "")
    if kind == "USER_DEFINED":
        kind = row.get("userdeftype", "")
    reader = _READERS.get(kind)
    if reader is None:
        return None
    try:
        return reader(row, _extra(row.get("eventextra", "")))
    except (KeyError, ValueError) as error:
        raise CelGarbage(line, f"{kind}: {error!r}") from error


def _row(line: str) -> Mapping[str, str]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CelGarbage(line, "not JSON") from error
    if not isinstance(found, dict):
        raise CelGarbage(line, "not an object")
    return {name.lower(): str(value) for name, value in found.items()}


def _extra(text: str) -> Mapping[str, Any]:
    """CEL's own extra is JSON; that of a user event stands in it under `extra`."""
    if not text.startswith("{"):
        return {"extra": text}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _fields(extra: Mapping[str, Any]) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in str(extra.get("extra", "")).split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _seen(row: Mapping[str, str], call_key: str = "") -> tuple[datetime, str, str]:
    at = datetime.fromisoformat(row["eventtime"])
    if at.tzinfo is None:
        raise ValueError(f"a moment without offset: {row['eventtime']}")
    return at, _matching(_KEY, call_key or row["linkedid"]), _matching(_KEY, row["uniqueid"])


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"not a name we give: {text[:100]!r}")
    return text


def _call(row: Mapping[str, str], extra: Mapping[str, Any]) -> CallEntered:
    told = _fields(extra)
    number = row.get("num", "")
    return CallEntered(
        *_seen(row, told["call"]),
        callref=told.get("callref", ""),
        dialled=told.get("dialled", ""),
        entry=told.get("entry", ""),
        caller_number=number if re.fullmatch(r"\+?[0-9]{1,31}", number) else "",
    )


def _notice(row: Mapping[str, str], extra: Mapping[str, Any]) -> NoticePlayed:
    told = _fields(extra)
    return NoticePlayed(
        *_seen(row, told["call"]),
        version=told.get("version", ""),
        whole=told.get("whole") == "yes",
    )


def _stretch(row: Mapping[str, str], extra: Mapping[str, Any]) -> StretchBegan:
    told = _fields(extra)
    return StretchBegan(
        *_seen(row, told["call"]),
        stretch=_matching(_STRETCH, told["stretch"]),
        role=told.get("role", ""),
        party=told.get("party", ""),
        file=told.get("file", ""),
    )


def _message(row: Mapping[str, str], extra: Mapping[str, Any]) -> MessageLeft:
    told = _fields(extra)
    return MessageLeft(
        *_seen(row, told["call"]),
        stretch=_matching(_STRETCH, told["stretch"]),
        file=told.get("file", ""),
    )


def _queued(row: Mapping[str, str], extra: Mapping[str, Any]) -> JoinedQueue:
    told = _fields(extra)
    return JoinedQueue(
        *_seen(row, told["call"]), queue=told.get("queue", ""), reason=told.get("reason", "")
    )


def _started(row: Mapping[str, str], _extra: Mapping[str, Any]) -> LegStarted | None:
    seat = _SEAT.fullmatch(row.get("channame", ""))
    return LegStarted(*_seen(row), extension=seat[1]) if seat else None


def _hung_up(row: Mapping[str, str], extra: Mapping[str, Any]) -> LegHungUp | None:
    if row.get("channame", "").startswith(_NO_PARTY):
        return None
    return LegHungUp(
        *_seen(row),
        cause=int(extra.get("hangupcause", 0)),
        by_itself=bool(row.get("channame")) and extra.get("hangupsource") == row["channame"],
    )


def _transferred(row: Mapping[str, str], _extra: Mapping[str, Any]) -> LegTransferred:
    return LegTransferred(*_seen(row))


def _over(row: Mapping[str, str], _extra: Mapping[str, Any]) -> CallOver:
    return CallOver(*_seen(row))


_READERS: Final[Mapping[str, _Reader]] = {
    "HotlineCall": _call,
    "HotlineNotice": _notice,
    "HotlineStretch": _stretch,
    "HotlineMessage": _message,
    "HotlineQueued": _queued,
    "CHAN_START": _started,
    "HANGUP": _hung_up,
    "BLINDTRANSFER": _transferred,
    "ATTENDEDTRANSFER": _transferred,
    "LINKEDID_END": _over,
}
