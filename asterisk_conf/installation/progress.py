"""Lines that tell a waiting person what is going on, and how long it took."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Say = Callable[[str], None]


class Progress:
    """Prints one line a fact, with the seconds since the start; several threads may speak."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._began = time.monotonic()
        self._lock = threading.Lock()

    def say(self, line: str) -> None:
        seconds = time.monotonic() - self._began
        with self._lock:
            self._out.write(f"[{seconds:6.1f} 秒] {line}\n")
            self._out.flush()

    @contextmanager
    def step(self, name: str) -> Iterator[Say]:
        """A step that says when it is done, unless it was so quick that nobody waited."""
        began = time.monotonic()

        def detail(line: str) -> None:
            self.say(f"{name}：{line}")

        yield detail
        took = time.monotonic() - began
        if took > 0.3:
            self.say(f"{name}：完成（{took:.1f} 秒）")
