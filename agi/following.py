"""Follows what is published: a new version is read, made ready and taken, while calls go on.

The database is asked for one number every half second. While it is away the last good version on
the disk serves, also after a restart of this process.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from sqlalchemy.orm import Session

from agi.menus import Menus
from agi.shelf import Shelf
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.menu import Menu
from ticketing.errors import BusinessError, DatabaseAway
from ticketing.menu import Aliases, aliases, find_version, newest_publication

log = logging.getLogger(__name__)

R = TypeVar("R")

LOOK_SECONDS: Final = 0.5
"""How long a published version waits for its first call at most, while the database answers."""


class Questions(Protocol):
    """agi.limits.LimitedDatabase, as far as it is needed here."""

    def ask(self, question: Callable[[Session], R]) -> R:
        """Raises DatabaseAway in time."""


@dataclass(frozen=True, slots=True)
class _News:
    publication: int
    aliases: Aliases
    texts: Mapping[int, dict[str, str]]


class Follower:
    """A thread of its own, so that no caller waits for it."""

    def __init__(
        self, questions: Questions, menus: Menus, shelf: Shelf, prepare: Callable[[Menu], None]
    ) -> None:
        """`prepare` sees to it that a version's sounds are on this machine, before it is taken.

        The first one is taken at once: callers are better served with sounds made as they go.
        """
        self._questions = questions
        self._menus = menus
        self._shelf = shelf
        self._prepare = prepare
        self._seen = 0
        self._is_away = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)

    def start(self) -> None:
        """Returns when there is something to serve, as far as database and disk have anything."""
        self._take_from_disk()
        self._look()
        if self._menus.aliases.live is None:
            log.error("no published menu anywhere: callers go to a person until there is one")
        self._thread.start()

    def stop(self, seconds: float) -> None:
        self._stopping.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        for menu in self._menus.heard():
            self._prepare(menu)
        while not self._stopping.wait(LOOK_SECONDS):
            self._look()

    def _take_from_disk(self) -> None:
        last = self._shelf.aliases()
        if last is None:
            return
        numbers = [last.live, last.trial.number if last.trial else None]
        texts = {number: self._shelf.texts(number) for number in numbers if number is not None}
        good = {number: Menu(str(number), found) for number, found in texts.items() if found}
        if last.live in good:
            trial = last.trial if last.trial and last.trial.number in good else None
            self._menus.take(Aliases(last.live, trial), good)

    def _look(self) -> None:
        try:
            news = self._questions.ask(self._news)
            if news is not None:
                self._take(news)
            self._away(None)
        except DatabaseAway as away:
            self._away(away)
        except BusinessError as missing:
            self._away(missing)
        except Exception:
            log.exception("what was published cannot be taken; the last good version goes on")

    def _news(self, session: Session) -> _News | None:
        newest = newest_publication(session)
        if newest == self._seen:
            return None
        now = aliases(session)
        numbers = {now.live, now.trial.number if now.trial else None}
        is_first = self._seen == 0  # what lies on the disk may be of another database
        wanted = [one for one in numbers if one and (is_first or not self._menus.known(one))]
        return _News(newest, now, {one: find_version(session, one).texts for one in wanted})

    def _take(self, news: _News) -> None:
        """All that can be read of it; a live version that cannot leaves everything as it was."""
        self._seen = news.publication
        fresh = {number: Menu(str(number), texts) for number, texts in news.texts.items()}
        good = {number: menu for number, menu in fresh.items() if self._is_ready(menu)}
        now = news.aliases
        if now.live in fresh and now.live not in good:
            return
        if now.trial is not None and now.trial.number in fresh and now.trial.number not in good:
            now = Aliases(now.live, None)
        self._menus.take(now, good)
        log.info("callers hear version %s, on trial: %s", now.live, now.trial is not None)
        try:
            for number in good:
                self._shelf.put(number, news.texts[number])
            self._shelf.point(now)
        except OSError:
            log.exception("what callers hear cannot be kept on the disk")

    def _is_ready(self, menu: Menu) -> bool:
        try:
            menu.bundles()  # whole, before a caller needs it
            if self._thread.is_alive():
                self._prepare(menu)
        except FlowMistakesError:
            # It was checked before: this software is older or newer than what checked it.
            log.exception("version %s cannot be read; the last good one goes on", menu.version)
            return False
        return True

    def _away(self, why: BusinessError | None) -> None:
        if why is not None and not self._is_away:
            live = self._menus.aliases.live
            log.error("what is published cannot be asked, version %s goes on: %s", live, why)
        if why is None and self._is_away:
            log.warning("what is published can be asked again")
        self._is_away = why is not None
