"""Questions to the database that a caller waits for: at most a second or two, then a person.

The database driver may hang far longer (a lost network, a locked file), so questions run in threads
of their own. After one that took too long the next ones fail at once for a while: a caller should
not pay for what the caller before already found out.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from ticketing.database import Database
from ticketing.errors import DatabaseAway

R = TypeVar("R")

log = logging.getLogger(__name__)

THREADS: Final = 8
SECONDS: Final = 2.0
REST_SECONDS: Final = 5.0


class LimitedDatabase:
    """The database for questions of the menu. Raises DatabaseAway in time."""

    def __init__(
        self, database: Database, *, seconds: float = SECONDS, rest: float = REST_SECONDS
    ) -> None:
        """`seconds`: what a caller waits; `rest`: how long nobody asks after a failure."""
        self._database = database
        self._seconds = seconds
        self._rest = rest
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="question")
        self._lock = threading.Lock()
        self._resting_until = 0.0

    def ask(self, question: Callable[[Session], R]) -> R:
        """The answer; raises DatabaseAway when it does not come in time, or rests."""
        return self._limited(lambda: self._read(question))

    def do(self, use_case: Callable[[Session], R]) -> R:
        """Runs a use case in a transaction. After DatabaseAway it may still have happened."""
        return self._limited(lambda: self._write(use_case))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _read(self, question: Callable[[Session], R]) -> R:
        with self._database.reading() as session:
            return question(session)

    def _write(self, use_case: Callable[[Session], R]) -> R:
        with self._database.transaction() as session:
            return use_case(session)

    def _limited(self, work: Callable[[], R]) -> R:
        with self._lock:
            if time.monotonic() < self._resting_until:
                raise DatabaseAway("resting after a failure")
        future = self._threads.submit(work)
        try:
            return future.result(self._seconds)
        except TimeoutError:
            future.cancel()
            self._begin_rest(f"no answer within {self._seconds} s")
            raise DatabaseAway(f"no answer within {self._seconds} s") from None
        except DatabaseAway as away:
            self._begin_rest(str(away))
            raise

    def _begin_rest(self, why: str) -> None:
        with self._lock:
            if time.monotonic() >= self._resting_until:
                log.warning("no questions to the database for %.0f s: %s", self._rest, why)
            self._resting_until = time.monotonic() + self._rest
