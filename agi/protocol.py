"""pyst2's AGI made safe for a server: no signals, no stderr, no injection, no endless loop.

pyst2 0.5.1 installs a signal handler (fails off the main thread), prints every digit to stderr,
quotes without escaping (a newline in a value is a second command), takes the end of the stream for
a number and reads a 520 answer for ever. Only those four places are replaced here; the commands
themselves stay pyst2's.
"""

import logging
import re
from typing import Any, Final

from asterisk.agi import AGI, AGIAppError, AGIError, AGIHangup, AGIResultHangup, AGIUsageError

from agi.wire import LineClosed, Wire

log = logging.getLogger(__name__)

HEADER_LINES: Final = 200
"""Asterisk sends about 25; more is somebody else."""

USAGE_LINES: Final = 200
NOISE_LINES: Final = 50
"""Lines that are no answer (the second line of a value with a newline) skipped per answer."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_ANSWER: Final = re.compile(r"\d{3}[ -]")

Answer = dict[str, tuple[str, str]]
"""`200 result=49 (x) endpos=8` -> {"result": ("49", "x"), "endpos": ("8", "")}."""

__all__ = [
    "AGIAppError",
    "AGIError",
    "AGIHangup",
    "AGIResultHangup",
    "Agi",
    "Answer",
    "NotAsterisk",
]


class NotAsterisk(Exception):
    """Whoever connected did not speak AGI."""


class Agi(AGI):  # type: ignore[misc] # pyst2 has no types
    """One AGI session. Raises AGIHangup when the call is over, LineSilent when Asterisk is."""

    def __init__(self, wire: Wire) -> None:
        # Not super().__init__(): it installs a signal handler and prints.
        self._wire = wire
        self.stdin: _Lines = _Lines(wire)
        self.stdout = wire
        self.stderr = _Nowhere()
        self._got_sighup = False
        self.env: dict[str, str] = {}
        try:
            self._get_agi_env()
        except LineClosed:
            raise NotAsterisk(f"closed in the header after {len(self.env)} lines") from None
        finally:
            self.stdin.limit = None
        if "agi_request" not in self.env:
            raise NotAsterisk(f"no agi_request among {len(self.env)} header lines")

    def allow(self, seconds: float) -> None:
        """The next commands together may take so long."""
        self._wire.allow(seconds)

    def execute(self, command: str, *args: object) -> Answer:
        """Sends a command, waits for its answer; arguments must be quoted already."""
        try:
            answer: Answer = super().execute(command, *args)
        except LineClosed:
            raise AGIHangup("connection closed") from None
        return answer

    def quote(self, value: object) -> str:
        """One argument, whatever is in it."""
        return self._quote(value)

    def _quote(self, string: object) -> str:
        clean = _CONTROL.sub(" ", str(string))
        return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def get_result(self, stdin: Any = None) -> Answer:  # noqa: ARG002 pyst2's signature, it ignores it too
        line = self._next_answer()
        if line.startswith("511"):
            raise AGIHangup("command not permitted on a dead channel")
        if line.startswith("520"):
            raise AGIUsageError(self._usage(line))
        self.stdin.give_back(line)
        answer: Answer = super().get_result()
        return answer

    def _next_answer(self) -> str:
        """The next line with a code that counts; notices and noise are passed over."""
        noise = 0
        while True:
            line = self.stdin.readline()
            if line.strip() == "HANGUP":
                self._got_sighup = True
            elif _ANSWER.match(line) and not line.startswith("100"):
                return line
            elif not line.startswith("100"):
                noise += 1
                if noise == 1:
                    log.warning("not an answer, passed over: %.80r", line)
                if noise > NOISE_LINES:
                    raise AGIHangup("no answer among the noise")

    def _usage(self, line: str) -> str:
        lines = [line]
        while lines[-1].startswith("520-") or not lines[-1].startswith("520"):
            if len(lines) > USAGE_LINES:
                break
            lines.append(self.stdin.readline())
        return "".join(lines)


class _Lines:
    """Reads from the wire, or the one line that was given back."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._again: str | None = None
        self._read = 0
        self.limit: int | None = HEADER_LINES

    def readline(self) -> str:
        line, self._again = self._again, None
        if line is not None:
            return line
        self._read += 1
        if self.limit is not None and self._read > self.limit:
            raise NotAsterisk(f"more than {self.limit} header lines")
        return self._wire.readline()

    def give_back(self, line: str) -> None:
        self._again = line


class _Nowhere:
    """pyst2 prints numbers and digits: personal data goes nowhere."""

    def write(self, text: str) -> None: ...
