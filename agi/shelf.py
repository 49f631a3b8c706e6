"""The published versions on this machine's disk: callers are served while the database is away.

One file a version, and one that says which of them callers hear. A file is whole or it is not
there; a version whose words do not have their digest is passed over.
"""

import contextlib
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from agi.spool import sync_folder
from ticketing.menu import Aliases, digest_of
from ticketing.rules.menu import Trial

log = logging.getLogger(__name__)

KEPT: Final = 20
"""Versions, beside those callers hear: a call that began with one may still come to its survey."""
_ALIASES: Final = "aliases"


class Shelf:
    """The folder of published versions."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, number: int, texts: Mapping[str, str]) -> None:
        """Keeps a version's words."""
        self._write(str(number), {"digest": digest_of(texts), "texts": dict(texts)})

    def point(self, aliases: Aliases) -> None:
        """Says which versions callers hear; they are on the shelf already."""
        trial = aliases.trial
        told = asdict(trial) if trial else None
        self._write(_ALIASES, {"live": aliases.live, "trial": told})
        self._clear({aliases.live, trial.number if trial else None})

    def aliases(self) -> Aliases | None:
        """What callers heard last, None when nothing readable is here."""
        found = self._read(_ALIASES)
        try:
            told = found["trial"]
            trial = Trial(told["number"], told["share"], tuple(told["callers"])) if told else None
            return Aliases(found["live"], trial)
        except (KeyError, TypeError):
            return None

    def texts(self, number: int) -> dict[str, str] | None:
        """A version's words as they were published."""
        found = self._read(str(number))
        texts = found.get("texts")
        if not isinstance(texts, dict) or digest_of(texts) != found.get("digest"):
            return None
        return texts

    def _clear(self, needed: set[int | None]) -> None:
        numbers = sorted(int(path.stem) for path in self._folder.glob("[0-9]*.json"))
        for number in numbers[:-KEPT]:
            if number not in needed:
                (self._folder / f"{number}.json").unlink(missing_ok=True)

    def _read(self, name: str) -> dict[str, Any]:
        path = self._folder / f"{name}.json"
        try:
            found = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            log.exception("%s cannot be read", path)
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, name: str, content: Mapping[str, Any]) -> None:
        """Whole and on the disk before it has its name."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".", suffix=".part", dir=self._folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(self._folder / f"{name}.json")
            sync_folder(self._folder)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(draft).unlink()
            raise
