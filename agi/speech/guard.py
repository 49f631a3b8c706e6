"""Watches the media server from outside and ends it when it no longer beats.

A caller in a turn hears our words from Asterisk and sees nothing of a server that froze. When its
process ends, its sockets close, Asterisk gives the callers back and they go on by keys: so a server
that is stopped or stuck is killed at once. The supervisor then starts both anew.
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

BEAT_SECONDS: Final = 0.1
FROZEN_SECONDS: Final = 0.4
"""Without a beat, of a process that is stopped."""
STUCK_SECONDS: Final = 2.0
"""Without a beat, of any other: a busy machine is not a reason."""
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 8.0
_LOOK_SECONDS: Final = 0.1


class Guard:
    """One server process and the line on which it beats."""

    def __init__(self, command: Sequence[str]) -> None:
        """`command` gets the number of its end of the line added."""
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())], pass_fds=[theirs.fileno()]
            )
        self._stopping = False

    @property
    def pid(self) -> int:
        """Of the server."""
        return self._process.pid

    def ask_to_stop(self) -> None:
        """Safe in a signal handler."""
        self._stopping = True

    def watch(self) -> int:
        """Returns the exit code once the server has ended, by itself or not."""
        looked = beat = time.monotonic()
        patience = START_SECONDS
        while not self._stopping and self._process.poll() is None:
            if self._has_beaten():
                beat, patience = time.monotonic(), STUCK_SECONDS
            now = time.monotonic()
            if now - looked > 2 * _LOOK_SECONDS:
                beat += now - looked  # we slept, not they
            looked = now
            limit = FROZEN_SECONDS if self._is_stopped() else patience
            if now - beat > limit:
                self._process.kill()
        return self._end()

    def _has_beaten(self) -> bool:
        ready, _, _ = select.select([self._line], [], [], _LOOK_SECONDS)
        if not ready:
            return False
        if not self._line.recv(4096):
            time.sleep(_LOOK_SECONDS)  # it is ending, poll() will say so
            return False
        return True

    def _is_stopped(self) -> bool:
        """Whether the process cannot go on until somebody says so (SIGSTOP, a debugger)."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text()
        except OSError:
            return False
        return stat.rpartition(")")[2].split()[0] in {"T", "t"}

    def _end(self) -> int:
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGCONT)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
        finally:
            self._line.close()
