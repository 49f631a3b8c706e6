"""A log nobody can edit unseen: each entry's hash covers what it says and the hash before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

GENESIS: Final = "0" * 64


@dataclass(frozen=True)
class Link:
    """One entry as stored."""

    content: Mapping[str, Any]
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Break:
    """Where a chain stops being true. `position` counts from 0."""

    position: int
    reason: str


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way to write an entry down: sorted keys, no blanks, moments in UTC."""
    return json.dumps(
        content,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
        default=_plain,
    ).encode()


def link(content: Mapping[str, Any], previous_hash: str) -> str:
    """The hash of an entry that follows `previous_hash`."""
    return hashlib.sha256(previous_hash.encode() + b"\n" + canonical(content)).hexdigest()


def first_break(links: Iterable[Link], expected_last: str | None = None) -> Break | None:
    """Where the chain is broken, None when it is whole.

    A cut-off end shows only against `expected_last`, the last hash kept elsewhere.
    """
    previous = GENESIS
    position = -1
    for position, entry in enumerate(links):
        if entry.previous_hash != previous:
            return Break(position, "与上一条记录不衔接")
        if entry.hash != link(entry.content, previous):
            return Break(position, "记录内容被改动")
        previous = entry.hash
    if expected_last is not None and previous != expected_last:
        return Break(position + 1, "末尾记录缺失")
    return None


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"a moment without a time zone: {value}")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")
