"""Reading a file that Asterisk appends to and that is rotated by rename: nothing twice, none lost.

A position is (inode, offset). The caller keeps it in the transaction that used the lines, so a
crash in between reads the same lines again or not at all.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

PIECE: Final = 64 * 1024
"""Bytes read at a time: a transaction stays short."""
LONGEST_LINE: Final = 1024 * 1024
"""More without a line's end is not a line but damage."""


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where a file was used."""

    inode: int
    offset: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines, and the position after them."""

    lines: Sequence[str]
    position: Position


def read_piece(path: Path, after: Position | None) -> Piece | None:
    """The next whole lines of `path` and its rotated forerunners; None: nothing new.

    Without a position it begins with the oldest: reading again does no harm, missing does.
    """
    files = _files(path)
    if not files:
        return None
    start, newer_exists = _where(path, files, after)
    found = _lines(files[start.inode], start, is_finished=newer_exists)
    if found is not None or not newer_exists:
        return found
    inodes = list(files)
    follower = inodes[inodes.index(start.inode) + 1]
    return Piece((), Position(follower, 0))


def _files(path: Path) -> dict[int, Path]:
    """The file and its rotated forerunners by inode, oldest first, the live one last.

    Listed before reading: when a newer file is there, nobody appends to the older one any more.
    """
    old = []
    for candidate in path.parent.glob(f"{path.name}?*"):
        try:
            seen = candidate.stat()
        except FileNotFoundError:
            continue
        old.append((seen.st_mtime_ns, seen.st_ino, candidate))
    files = {inode: candidate for _, inode, candidate in sorted(old)}
    try:
        live = path.stat().st_ino
    except FileNotFoundError:
        return files
    files.pop(live, None)
    files[live] = path
    return files


def _where(path: Path, files: dict[int, Path], after: Position | None) -> tuple[Position, bool]:
    oldest, newest = next(iter(files)), next(reversed(files))
    if after is None:
        return Position(oldest, 0), oldest != newest
    if after.inode not in files:
        logger.warning("%s: the file read so far is gone; reading all there is", path)
        return Position(oldest, 0), oldest != newest
    if files[after.inode].stat().st_size < after.offset:
        logger.warning("%s: shorter than what was read; reading it again", files[after.inode])
        return Position(after.inode, 0), after.inode != newest
    return after, after.inode != newest


def _lines(path: Path, start: Position, *, is_finished: bool) -> Piece | None:
    with path.open("rb") as file:
        file.seek(start.offset)
        data = file.read(PIECE)
        while data and b"\n" not in data and len(data) < LONGEST_LINE:
            more = file.read(PIECE)
            if not more:
                break
            data += more
        end = data.rfind(b"\n") + 1
        at_end = not file.read(1)
    if end == 0 and (len(data) >= LONGEST_LINE or (data and is_finished and at_end)):
        end = len(data)  # damage, or the half line a crash left: told to the reader as it is
    if end == 0:
        return None
    text = data[:end].decode("utf-8", errors="replace")
    lines = tuple(line for line in text.split("\n") if line.strip())
    return Piece(lines, Position(start.inode, start.offset + end))
