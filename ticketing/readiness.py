"""How a process shows that it is ready and still alive: a file that it touches every second.

The supervisor starts callers only when the file is there, and replaces a process whose file has
grown old: a process that hangs is as bad as one that died.
"""

import os
from pathlib import Path


class Readiness:
    """The file `STATE/run/<name>.ready`; its text is the process id."""

    def __init__(self, state: Path, name: str) -> None:
        self._path = state / "run" / f"{name}.ready"

    def beat(self) -> None:
        """Says "ready"; to be called once a second from the loop that does the work."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(str(os.getpid()))

    def end(self) -> None:
        """Says "no longer ready"; the last act of an orderly stop."""
        self._path.unlink(missing_ok=True)
