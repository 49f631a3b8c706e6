"""Flow files in directories, for terminals and for taking them over: `<name>.yaml` each.

What callers hear is a published version, not a file; see ivr_flows.menu.
"""

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from ivr_flows.bundle import Bundle, Source, gather
from ivr_flows.checks import check
from ivr_flows.language.loader import FlowMistakesError

log = logging.getLogger(__name__)

SHIPPED: Final = Path(__file__).with_name("shipped")


def read_texts(directory: Path) -> dict[str, str]:
    """Every flow file of one directory by the flow's name; unreadable ones are told as mistakes."""
    return {path.stem: _text(path) for path in sorted(directory.glob("*.yaml"))}


def texts_of(directories: Sequence[Path]) -> dict[str, str]:
    """Those of several, a file of an earlier one taking the place of a later one's."""
    texts: dict[str, str] = {}
    for directory in reversed(directories):
        texts |= read_texts(directory)
    return texts


def directory_source(directories: Sequence[Path]) -> Source:
    """The texts of these directories, as `gather` asks for them."""
    return texts_of(directories).get


def load_checked(name: str, source: Source) -> Bundle:
    """A flow ready for calls; raises FlowMistakesError with everything that is wrong."""
    bundle = gather(name, source)
    if mistakes := check(bundle):
        raise FlowMistakesError(mistakes)
    return bundle


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return "\ufffe"  # no YAML text: told as a mistake of that file


@dataclass(frozen=True)
class _Kept:
    stamp: tuple[tuple[str, int, int], ...]
    good: Bundle | None
    mistakes: FlowMistakesError | None


class FlowStore:
    """Current version of each flow; one store serves all threads of a process."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self._directories = [*directories, SHIPPED]
        self._kept: dict[str, _Kept] = {}
        self._lock = Lock()

    def current(self, name: str) -> Bundle:
        """The flow to begin a call with; raises FlowMistakesError if there never was a good one."""
        stamp = self._stamp()
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or kept.stamp != stamp:
                kept = self._read(name, stamp, kept.good if kept else None)
                self._kept[name] = kept
        if kept.good is None:
            raise FlowMistakesError(kept.mistakes.mistakes if kept.mistakes else [])
        return kept.good

    def _read(
        self, name: str, stamp: tuple[tuple[str, int, int], ...], last_good: Bundle | None
    ) -> _Kept:
        try:
            return _Kept(stamp, load_checked(name, directory_source(self._directories)), None)
        except FlowMistakesError as error:
            log.error("flow %s cannot be used, keeping the last good one:\n%s", name, error)  # noqa: TRY400 the mistakes say it all
            mistakes = error
        if last_good is None:
            with contextlib.suppress(FlowMistakesError):
                last_good = load_checked(name, directory_source([SHIPPED]))
        return _Kept(stamp, last_good, mistakes)

    def _stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Changes whenever any flow file does."""
        found: list[tuple[str, int, int]] = []
        for directory in self._directories:
            try:
                for path in sorted(directory.glob("*.yaml")):
                    status = path.stat()
                    found.append((str(path), status.st_mtime_ns, status.st_size))
            except OSError:
                continue
        return tuple(found)
