"""The worker's side of the converter: keeps its process alive and waits for it with a limit."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ticketing.recordings.opus import BadSound, Made, Part

_START_SECONDS: Final = 60.0
"""Given to every job, besides the time its sound takes to play."""


class ConversionFailed(Exception):
    """This time it did not work (disk full, the process died); another time it may."""


class Converter:
    """Turns wav files into Ogg Opus, one job at a time, in a process of its own."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def make(self, parts: Sequence[Part], sides: int, output: Path) -> Made:
        """Raises BadSound when the sound itself is at fault, else ConversionFailed."""
        request = {
            "parts": [(str(part.path), part.offset_ms, part.side) for part in parts],
            "sides": sides,
            "output": str(output),
        }
        longest = max((_seconds(part) for part in parts), default=0.0)
        found = self._ask(json.dumps(request).encode() + b"\n", _START_SECONDS + longest)
        if "error" in found:
            raise (BadSound if found["final"] else ConversionFailed)(found["error"])
        return Made(
            found["duration_ms"],
            found["size_bytes"],
            found["sha256"],
            tuple(found["rms"]),
            tuple(tuple(side) for side in found["peaks"]),
            found["peaks_per_second"],
        )

    def kill(self) -> None:
        """From another thread: whoever waits for an answer is told ConversionFailed."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None

    def _ask(self, request: bytes, seconds: float) -> dict[str, Any]:
        try:
            process = self._running()
            if process.stdin is None or process.stdout is None:
                raise ConversionFailed("the converter has no pipes")
            process.stdin.write(request)
            process.stdin.flush()
            line = _line(process.stdout.fileno(), time.monotonic() + seconds)
            found: dict[str, Any] = json.loads(line)
        except (OSError, ValueError, EOFError) as error:
            self.close()  # whatever state it is in, the next job gets a fresh one
            raise ConversionFailed(f"the converter did not answer: {error}") from error
        return found

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ticketing.recordings.convert"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
        return self._process


def _seconds(part: Part) -> float:
    size = part.path.stat().st_size if part.path.exists() else 0
    return part.offset_ms / 1000 + size / 16_000


def _line(descriptor: int, deadline: float) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise TimeoutError("took too long")
        more = os.read(descriptor, 65536)
        if not more:
            raise EOFError("it died")
        line += more
    return line
