"""Brings facts from the spool into the database, exactly once, without a caller ever waiting.

A call's thread only appends a line to its run's file. One thread here reads what was appended and
commits many calls' facts in one transaction. While the database is away the files wait; the facts
are idempotent, so what was committed just before a crash does no harm when it is brought in again.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Final, Protocol

from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from agi.facts import Fact, UnreadableFact, from_line, to_line
from agi.spool import Spool, SpoolFile
from ticketing.errors import DatabaseAway

log = logging.getLogger(__name__)

BATCH: Final = 100
"""Runs per transaction: other writers get their turn in between."""

LINGER_SECONDS: Final = 1.0
"""Facts nobody waits for gather so long: a call's steps then cost one transaction, not many."""

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0
"""Seconds between tries while the database is away."""

SWEEP_SECONDS: Final = 30.0
"""How often files of runs that died with another process are looked for."""


class Transactions(Protocol):
    """What is needed of ticketing's Database."""

    def transaction(self) -> AbstractContextManager[Session]: ...


class Bookkeeping:
    """The thread that writes, and the books the calls write into."""

    def __init__(self, database: Transactions, spool: Spool) -> None:
        self._database = database
        self._spool = spool
        self._files: dict[str, SpoolFile] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._away = False
        self._hurry = False
        self._next_sweep = 0.0
        self._thread = threading.Thread(target=self._run, name="bookkeeping", daemon=True)

    def start(self) -> None:
        """First brings in what an earlier process left."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Writes what it can in that time; the rest stays in the spool."""
        deadline = time.monotonic() + seconds
        with self._changed:
            self._hurry_up()
            self._changed.wait_for(lambda: self._away or not self._due(), seconds)
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(max(0.0, deadline - time.monotonic()))

    @contextlib.contextmanager
    def book(self, script: str) -> Iterator["Book"]:
        """A run's book; whatever happens in the block, what was noted is kept."""
        file = self._spool.begin(script)
        with self._changed:
            self._files[file.path.name] = file
        try:
            yield Book(file, self)
        finally:
            file.close()
            with self._changed:
                self._changed.notify_all()

    def appended(self) -> None:
        """A book has a new fact."""
        with self._changed:
            self._changed.notify_all()

    def wait_written(self, file: SpoolFile, seconds: float) -> bool:
        """Has what is in the file written at once; not waited for while the database is away."""
        with self._changed:
            self._hurry_up()
            self._changed.wait_for(lambda: file.is_applied or self._away, seconds)
            return file.is_applied

    def _hurry_up(self) -> None:
        self._hurry = True
        self._changed.notify_all()

    def unwritten(self) -> int:
        """How many runs have facts the database does not have yet."""
        with self._changed:
            return sum(not file.is_applied for file in self._files.values())

    def _due(self) -> list[SpoolFile]:
        return [f for f in self._files.values() if not f.is_applied or not f.is_open]

    def _run(self) -> None:
        pause = 0.0
        while (due := self._next_work(pause)) is not None:
            try:
                self._sweep()
                self._write(due)
            except (DatabaseAway, ProgrammingError) as reason:
                # ProgrammingError: the tables are not there yet, an upgrade is under way
                pause = min(LONGEST_PAUSE, pause * 2 or FIRST_PAUSE)
                self._say_away(str(reason))
            except Exception:
                # This thread must outlive everything; the facts stay where they are.
                pause = LONGEST_PAUSE
                log.exception("facts wait in the spool")
            else:
                pause = 0.0
                self._say_back()

    def _next_work(self, pause: float) -> list[tuple[SpoolFile, int]] | None:
        """Waits for facts, or for `pause` to be over; None: stop."""
        with self._changed:
            if pause:
                self._changed.wait_for(lambda: self._stopping, pause)
            else:
                wait = max(0.0, self._next_sweep - time.monotonic())
                if self._changed.wait_for(lambda: self._stopping or self._due(), wait):
                    self._changed.wait_for(lambda: self._stopping or self._hurry, LINGER_SECONDS)
                self._hurry = False
            return None if self._stopping else [(f, f.written) for f in self._due()[:BATCH]]

    def _write(self, due: list[tuple[SpoolFile, int]]) -> None:
        lines = [(file, line) for file, _ in due for line in file.unapplied()]
        try:
            with self._database.transaction() as session:
                for _, line in lines:
                    from_line(line).write(session)
        except (DatabaseAway, ProgrammingError):
            raise
        except Exception:
            log.exception("one of %d facts cannot be written; trying each", len(lines))
            for file, line in lines:
                self._write_alone(file, line)
        self._settle(due)

    def _write_alone(self, file: SpoolFile, line: bytes) -> None:
        try:
            with self._database.transaction() as session:
                from_line(line).write(session)
        except (DatabaseAway, ProgrammingError):
            raise
        except UnreadableFact as unreadable:
            log.error("%s: %s; put aside", file.path.name, unreadable)  # noqa: TRY400
            self._spool.refuse(file, line)
        except Exception:
            log.exception("%s: put aside", file.path.name)
            self._spool.refuse(file, line)

    def _settle(self, due: list[tuple[SpoolFile, int]]) -> None:
        with self._changed:
            for file, written in due:
                file.applied = written
                if file.is_applied and not file.is_open:
                    file.remove()
                    del self._files[file.path.name]
            self._changed.notify_all()

    def _sweep(self) -> None:
        if time.monotonic() < self._next_sweep:
            return
        self._next_sweep = time.monotonic() + SWEEP_SECONDS
        found = self._spool.leftovers()
        with self._changed:
            new = [file for file in found if file.path.name not in self._files]
            self._files = {**{file.path.name: file for file in new}, **self._files}
        if new:
            log.info("%d runs of an earlier process are brought in", len(new))

    def _say_away(self, reason: str) -> None:
        if not self._away:
            log.error("the database is away, facts wait in the spool: %s", reason)
        with self._changed:
            self._away = True
            self._changed.notify_all()

    def _say_back(self) -> None:
        if self._away:
            log.warning("the database is back")
        self._away = False


class Book:
    """One run's facts, from the call's side."""

    def __init__(self, file: SpoolFile, bookkeeping: Bookkeeping) -> None:
        self._file = file
        self._bookkeeping = bookkeeping

    def note(self, fact: Fact, *, durable: bool = False) -> None:
        """Keeps a fact: it survives kill -9 at once, and a power cut if `durable`."""
        self._file.append(to_line(fact), durable=durable)
        self._bookkeeping.appended()

    def wait_written(self, seconds: float) -> bool:
        """Waits until the database has all of it; not at all while the database is away."""
        return self._bookkeeping.wait_written(self._file, seconds)
