"""Small jobs, each at its own pace, in lanes that never wait for one another.

A job that fails is logged and tried again at its next turn; while the database is away everything
waits and goes on where it stopped. Long work has a lane of its own, so that reading Asterisk's
logs is never late.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ticketing.errors import DatabaseAway

logger = logging.getLogger(__name__)

_AWAY_PAUSE: Final = 1.0
"""Seconds before a database that was away is asked again."""
_SAY_AGAIN: Final = 60.0
"""Seconds for which the same failure is not logged again."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do again and again."""

    name: str
    every: float
    """Seconds between the end of one run and the next."""
    run: Callable[[], object]
    """A true answer means: there may be more, come back at once."""


class Lane:
    """A thread that runs its jobs in turn."""

    def __init__(self, name: str, jobs: Sequence[Job], patience: float) -> None:
        """`patience`: seconds one run of a job may take before the lane counts as hung."""
        self.name: Final = name
        self._jobs: Final = jobs
        self._patience: Final = patience
        self._stop: Final = threading.Event()
        self._thread: Final = threading.Thread(target=self._work, name=name, daemon=True)
        self._due: Final = dict.fromkeys((job.name for job in jobs), 0.0)
        self._said: Final[dict[str, tuple[str, float]]] = {}
        self._last_sign = time.monotonic()
        self._has_worked = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Asks it to end after the job it is in."""
        self._stop.set()

    def join(self, seconds: float) -> bool:
        """Whether it ended within that time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def is_alive(self) -> bool:
        """It works, or is in a job not longer than it may be."""
        recent = time.monotonic() - self._last_sign < self._patience
        return self._thread.is_alive() and recent

    @property
    def has_worked(self) -> bool:
        """Every job was run without failure at least once."""
        return self._has_worked

    def _work(self) -> None:
        pending = {job.name for job in self._jobs}
        while not self._stop.is_set():
            for job in self._jobs:
                self._last_sign = time.monotonic()
                if self._due[job.name] <= self._last_sign and not self._stop.is_set():
                    pause, worked = self._run(job)
                    if worked:
                        pending.discard(job.name)
                    self._due[job.name] = time.monotonic() + pause
            self._has_worked = self._has_worked or not pending
            self._last_sign = time.monotonic()
            self._stop.wait(max(0.0, min(self._due.values()) - self._last_sign))

    def _run(self, job: Job) -> tuple[float, bool]:
        """Seconds until its next turn, and whether it worked."""
        try:
            more = job.run()
        except DatabaseAway as error:
            self._say_once(job, f"waits, the database is away: {error}", with_trace=False)
            return _AWAY_PAUSE, False
        except Exception as error:  # noqa: BLE001 one job's fault must not stop the others
            self._say_once(job, f"failed: {error!r}", with_trace=True)
            return max(job.every, _AWAY_PAUSE), False
        if self._said.pop(job.name, None) is not None:
            logger.info("%s works again", job.name)
        return (0.0 if more else job.every), True

    def _say_once(self, job: Job, what: str, *, with_trace: bool) -> None:
        before, at = self._said.get(job.name, ("", 0.0))
        if before != what or time.monotonic() - at > _SAY_AGAIN:
            logger.error("%s %s", job.name, what, exc_info=with_trace)
            self._said[job.name] = (what, time.monotonic())
