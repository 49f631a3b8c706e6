"""Asterisk's queue_log decoded: the second witness of queues and talks, and of Asterisk's starts.

`epoch|caller's uniqueid|queue|member|EVENT|…`. Its moments are cut to whole seconds, so an event
is taken to have happened at the end of its second: the channel event log, exact, is then earlier
and wins.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_REST_OF_SECOND: Final = timedelta(microseconds=999_999)


@dataclass(frozen=True, slots=True)
class AsteriskStarted:
    """Whatever was under way at `at` (the beginning of that second) is over."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Waited:
    """The caller joined a queue."""

    at: datetime
    call_key: str
    queue: str


@dataclass(frozen=True, slots=True)
class Connected:
    """A seat's leg answered the caller."""

    at: datetime
    call_key: str
    queue: str
    leg: str


QueueEvent = AsteriskStarted | Waited | Connected


def decode(line: str) -> QueueEvent | None:
    """What a line says, None when it says nothing we need. Raises ValueError."""
    parts = line.split("|")
    if len(parts) < 5:
        raise ValueError(f"not a line of queue_log: {line[:200]!r}")
    epoch, call_key, queue, _member, event, *rest = parts
    if event == "QUEUESTART":
        return AsteriskStarted(_moment(epoch))
    if event == "ENTERQUEUE":
        return Waited(_moment(epoch) + _REST_OF_SECOND, call_key, queue)
    if event == "CONNECT" and len(rest) >= 2:
        return Connected(_moment(epoch) + _REST_OF_SECOND, call_key, queue, rest[1])
    return None


def _moment(epoch: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"not a moment: {epoch[:40]!r}") from error
