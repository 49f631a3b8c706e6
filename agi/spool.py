"""Facts on disk before anything else: one file a script run, one JSON line a fact.

A file is locked while its run lives. The lock dies with the process, so whatever is found unlocked
is complete: its run ended or was killed. A line is one write(); what kill -9 leaves is whole lines,
what a power cut leaves may end in half a line, which was never said to be kept.
"""

import contextlib
import errno
import fcntl
import logging
import os
import time
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_SUFFIX: Final = ".jsonl"
REFUSED: Final = "refused"
"""Folder of lines that could not be written to the database; a person must look."""


class SpoolFile:
    """One run's facts. `written` and `applied` are byte counts."""

    def __init__(self, path: Path, descriptor: int | None, written: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self.written = written
        self.applied = 0
        self._name_is_durable = False

    @property
    def is_open(self) -> bool:
        """Its run goes on and may still append."""
        return self._descriptor is not None

    @property
    def is_applied(self) -> bool:
        return self.applied >= self.written

    def append(self, line: bytes, *, durable: bool) -> None:
        """Writes one line; `durable`: on return it survives a power cut."""
        if self._descriptor is None:
            raise ValueError(f"{self.path.name} is closed")
        if os.write(self._descriptor, line) < len(line):
            os.ftruncate(self._descriptor, self.written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        if durable:
            self._sync()
        self.written += len(line)

    def unapplied(self) -> list[bytes]:
        """Whole lines not yet in the database."""
        with self.path.open("rb") as file:
            file.seek(self.applied)
            data = file.read(self.written - self.applied)
        return data.splitlines(keepends=True)

    def close(self) -> None:
        """The run is over. What the database does not have yet now survives a power cut."""
        if self._descriptor is None:
            return
        if not self.is_applied:
            self._sync()
        os.close(self._descriptor)
        self._descriptor = None

    def _sync(self) -> None:
        """To the disk itself, the file's name included."""
        if self._descriptor is None:
            return
        os.fsync(self._descriptor)
        if not self._name_is_durable:
            sync_folder(self.path.parent)
            self._name_is_durable = True

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


class Spool:
    """The folder of all runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / REFUSED).mkdir(parents=True, exist_ok=True)

    def begin(self, script: str) -> SpoolFile:
        """A new run's file; it appears under its name only when it is locked."""
        name = f"{time.time_ns():020d}-{script}"
        hidden = self._folder / f".{name}"
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        path = self._folder / f"{name}{_SUFFIX}"
        hidden.rename(path)
        return SpoolFile(path, descriptor, 0)

    def leftovers(self) -> list[SpoolFile]:
        """Files whose run is over, oldest first; the living's are locked and not among them."""
        found = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                data = file.read()
                whole = data.rfind(b"\n") + 1
                if whole < len(data):
                    log.warning("%s ends in half a line, dropped", path.name)
                found.append(SpoolFile(path, None, whole))
        return found

    def refuse(self, file: SpoolFile, line: bytes) -> None:
        """Puts a line aside for a person to look at."""
        with (self._folder / REFUSED / file.path.name).open("ab") as kept:
            kept.write(line)
            kept.flush()
            os.fsync(kept.fileno())


def sync_folder(folder: Path) -> None:
    """Names of files in it survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
