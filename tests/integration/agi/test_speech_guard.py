"""The guard over a process that beats: frozen, stuck, dead, or told to stop."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from agi.speech.guard import Guard
from tests.waiting import wait_for

BEATS = """
import socket, sys, time
line = socket.socket(fileno=int(sys.argv[1]))
while True:
    line.send(b".")
    time.sleep(0.05)
"""
BEATS_ONCE = """
import socket, sys, time
socket.socket(fileno=int(sys.argv[1])).send(b".")
time.sleep(600)
"""
DIES = "raise SystemExit(3)"


class Watched:
    """A guard at work in a thread."""

    def __init__(self, program: str) -> None:
        self.guard = Guard([sys.executable, "-c", program])
        self.code: int | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        self.code = self.guard.watch()

    def ends(self) -> int:
        self._thread.join(30)
        assert self.code is not None, "the guard goes on watching"
        return self.code


@contextmanager
def watched(program: str) -> Iterator[Watched]:
    found = Watched(program)
    yield found
    found.guard.ask_to_stop()
    found.ends()


def test_a_frozen_process_is_killed() -> None:
    with watched(BEATS) as found:
        os.kill(found.guard.pid, signal.SIGSTOP)
        assert found.ends() == -signal.SIGKILL


def test_a_process_that_no_longer_beats_is_killed() -> None:
    with watched(BEATS_ONCE) as found:
        assert found.ends() == -signal.SIGKILL


def test_a_process_that_dies_ends_the_watch() -> None:
    with watched(DIES) as found:
        assert found.ends() == 3


def test_a_process_that_beats_lives_on_until_the_guard_is_told_to_stop() -> None:
    with watched(BEATS) as found:
        pid = found.guard.pid
        wait_for("it beats", lambda: found.code is None)
        found.guard.ask_to_stop()
        assert found.ends() == -signal.SIGTERM
        assert not os.path.exists(f"/proc/{pid}/exe")  # noqa: PTH110 a link to nowhere
