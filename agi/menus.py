"""Which flow greets a call: of the live version, or of the one on trial; the survey of its own.

All entries, their sub-flows and the survey come from one version. A call keeps what it got.
"""

import logging
import threading
from collections.abc import Mapping
from typing import Final

from agi.shelf import Shelf
from ivr_flows.bundle import Bundle
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.menu import Menu
from ticketing.menu import Aliases
from ticketing.rules.menu import takes_trial

log = logging.getLogger(__name__)

KEPT: Final = 8
"""Versions in memory, beside those callers hear."""


class NoMenu(LookupError):
    """Nothing was ever published here; the caller goes to a person."""


class Menus:
    """The versions callers hear now, and those of calls under way."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._aliases = Aliases(None, None)
        self._menus: dict[int, Menu] = {}
        self._lock = threading.Lock()

    @property
    def aliases(self) -> Aliases:
        return self._aliases

    def known(self, number: int) -> bool:
        """Whether this version need not be read again."""
        return number in self._menus

    def heard(self) -> tuple[Menu, ...]:
        """The versions callers hear now."""
        numbers = (self._aliases.live, self._aliases.trial and self._aliases.trial.number)
        return tuple(self._menus[number] for number in numbers if number in self._menus)

    def take(self, aliases: Aliases, menus: Mapping[int, Menu]) -> None:
        """From the next call on. `menus`: those of the aliases that are not known yet."""
        needed = {aliases.live, aliases.trial.number if aliases.trial else None}
        with self._lock:
            kept = {**self._menus, **menus}
            spare = [number for number in kept if number not in needed][:-KEPT]
            self._menus = {number: menu for number, menu in kept.items() if number not in spare}
            self._aliases = aliases

    def flow(self, entry: str, call_key: str, caller_number: str, begun_with: str = "") -> Bundle:
        """`begun_with`: the version the call's menu had, when this is its survey.

        Raises NoMenu.
        """
        for number in self._candidates(call_key, caller_number, begun_with):
            menu = self._menu(number)
            try:
                if menu is not None:
                    return menu.flow(entry)
            except FlowMistakesError:
                log.exception("version %d has no usable flow for %s", number, entry)
        raise NoMenu(entry)

    def _candidates(self, call_key: str, caller_number: str, begun_with: str) -> list[int]:
        """The version that should serve, then what is better than no menu."""
        aliases, found = self._aliases, []
        if begun_with.isascii() and begun_with.isdigit() and len(begun_with) < 10:
            found.append(int(begun_with))
        if aliases.trial is not None and takes_trial(aliases.trial, call_key, caller_number):
            found.append(aliases.trial.number)
        if aliases.live is not None:
            found.append(aliases.live)
        return list(dict.fromkeys(found))

    def _menu(self, number: int) -> Menu | None:
        menu = self._menus.get(number)
        if menu is None and (texts := self._shelf.texts(number)) is not None:
            menu = Menu(str(number), texts)
            with self._lock:
                self._menus = {number: menu, **self._menus}
        return menu
