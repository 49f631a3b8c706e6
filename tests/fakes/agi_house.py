"""The telephone side of the flows in one process, as __main__ puts it together, for tests."""

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from agi.actions import Business
from agi.bookkeeping import Bookkeeping
from agi.following import Follower
from agi.limits import LimitedDatabase
from agi.menus import Menus
from agi.scripts import Scripts
from agi.server import Server
from agi.shelf import Shelf
from agi.spool import Spool
from asterisk_conf.site_file import DEFAULT_SITE, load_site
from ivr_flows.interfaces import Sentence
from tests.menus import installed
from ticketing.clock import SystemClock
from ticketing.database import Database

SILENCE = bytes(44 + 1600)
"""A tenth of a second of wav, header included."""


class WordSounds:
    """Each sentence gets a tiny file; `words` finds the text of what was played."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._phrases: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def spoken(self, sentence: Sentence) -> Iterator[Path]:
        digest = hashlib.sha1(sentence.text.encode(), usedforsecurity=False).hexdigest()
        path = self._folder / f"{digest}.wav"
        path.write_bytes(SILENCE)
        self._phrases[str(path.with_suffix(""))] = sentence.text
        yield path

    def words(self, played: list[str]) -> str:
        return "|".join(self._phrases[name] for name in played)


class AgiHouse:
    """A running server with its bookkeeping; a context manager that stops it in order."""

    def __init__(
        self, folder: Path, database: Database, *, ceiling: int = 600, installs: bool = True
    ) -> None:
        """`installs`: the shipped menu is published first."""
        if installs:
            installed(database)
        self.sounds = WordSounds(folder / "prompts")
        self.spool = folder / "spool"
        self.bookkeeping = Bookkeeping(database, Spool(self.spool))
        self._questions = LimitedDatabase(database, seconds=5.0, rest=0.5)
        site = load_site(DEFAULT_SITE)
        clock = SystemClock()
        shelf = Shelf(folder / "flows" / "published")
        self.menus = Menus(shelf)
        self.follower = Follower(self._questions, self.menus, shelf, lambda _: None)
        self._scripts = Scripts(
            menus=self.menus,
            voice=self.sounds.spoken,
            monitor=folder / "monitor",
            bookkeeping=self.bookkeeping,
            business=Business(database=self._questions, clock=clock, site=lambda: site),
            clock=clock,
        )
        self.handle: Callable[[socket.socket], None] = self._scripts.answer
        self.server = Server("127.0.0.1", 0, self._handle, ceiling=ceiling)
        self._thread = threading.Thread(target=self.server.serve, args=(lambda: None,))

    def _handle(self, connection: socket.socket) -> None:
        self.handle(connection)

    @property
    def port(self) -> int:
        return self.server.port

    def __enter__(self) -> Self:
        self.bookkeeping.start()
        self.follower.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(2.0)

    def stop(self, seconds: float) -> None:
        self.server.stop_accepting()
        self._thread.join(10)
        self.server.finish(seconds)
        self.bookkeeping.stop(5.0)
        self.follower.stop(5.0)
        self._questions.close()
