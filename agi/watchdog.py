"""Tells Asterisk, before each long command, how long it may take at most.

Asterisk itself cannot see that Python hangs. With TIMEOUT(absolute) wound up before each command,
the dialplan takes the caller away from a hung Python some seconds after the command's own end and
queues them; without it they would wait for the whole menu's limit.
"""

import time
from collections.abc import Callable
from typing import Final

SLACK_SECONDS: Final = 8.0
"""What Python may need between two commands; its look-ups are limited to far less."""

TOLERANCE_SECONDS: Final = 3.0
"""Wound up so much longer than needed: the next key then often needs no winding."""


class Watchdog:
    """The absolute timeout of one channel, never beyond the one the dialplan began with."""

    def __init__(self, remaining: float | None, wind: Callable[[float], None]) -> None:
        """`remaining`: seconds the dialplan gave the script; None: no limit, nothing to watch."""
        self._wind = wind
        self._last = None if remaining is None else time.monotonic() + remaining
        self._armed = 0.0  # what the dialplan set is shorter than `remaining`: wind at once

    def expect(self, seconds: float) -> None:
        """The next command takes at most `seconds`."""
        if self._last is None:
            return
        now = time.monotonic()
        wanted = min(now + seconds + SLACK_SECONDS, self._last)
        if wanted <= self._armed <= wanted + 2 * TOLERANCE_SECONDS:
            return
        self._armed = min(wanted + TOLERANCE_SECONDS, self._last)
        self._wind(max(1.0, self._armed - now))
