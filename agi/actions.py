"""The flow's `Actions` on the business, for one call.

Questions that only make the menu nicer (switches, groups, the announcement) have a plain answer
while the database is away, so that callers still get the menu. Questions whose false answer would
mislead (road notices, an order's progress) raise instead: the engine then leads to a person.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agi.bookkeeping import Book
from agi.drafts import open_draft
from agi.facts import Rated
from agi.limits import LimitedDatabase
from agi.opening import needs_calendar, opening
from agi.order_progress import find_progress
from asterisk_conf.site import Site
from ivr_flows.interfaces import Draft, Hours, OrderProgress
from ticketing import catalogues, information
from ticketing.clock import Clock
from ticketing.errors import DatabaseAway
from ticketing.rules.calendar import local_day

log = logging.getLogger(__name__)

CENTRE: Final = "centre"
"""The calendar every site has: when people answer the telephone."""

BEST: Final = 5
"""Keys count from 1 非常满意; ratings are kept with 5 as 非常满意."""


@dataclass(frozen=True, slots=True)
class CallAtHand:
    """Whose call this is."""

    key: str
    caller_number: str
    dialled: str


@dataclass(frozen=True, slots=True)
class Business:
    """What the actions of all calls share."""

    database: LimitedDatabase
    clock: Clock
    site: Callable[[], Site]
    """The site description as it is now."""


class TicketingActions:
    """One call's questions and orders to the business."""

    def __init__(self, call: CallAtHand, business: Business, book: Book) -> None:
        self._call = call
        self._business = business
        self._book = book

    def find_order(self, number: str, phone: str) -> OrderProgress | None:
        return self._business.database.ask(lambda s: find_progress(s, number, phone))

    def hours(self, calendar: str) -> Hours:
        if calendar != CENTRE:
            raise LookupError(calendar)
        now = self._now()
        hours = self._business.site().hours
        if not needs_calendar(hours):
            return opening(hours, now, None)
        day = local_day(now)
        known = self._business.database.ask(lambda s: catalogues.calendar(s, day))
        return opening(hours, now, known)

    def switched_on(self, switch: str) -> bool:
        now = self._now()
        try:
            return self._business.database.ask(lambda s: information.is_switched_on(s, switch, now))
        except DatabaseAway:
            return False

    def caller_groups(self) -> frozenset[str]:
        number = self._call.caller_number
        try:
            return self._business.database.ask(lambda s: information.caller_groups(s, number))
        except DatabaseAway:
            return frozenset()

    def announcement(self) -> str | None:
        now = self._now()
        try:
            return self._business.database.ask(lambda s: information.announcement_in_force(s, now))
        except DatabaseAway:
            return None

    def road_notices(self) -> tuple[str, ...]:
        now = self._now()
        return self._business.database.ask(
            lambda s: tuple(map(information.spoken, information.road_notices_in_force(s, now)))
        )

    def faq(self, topic: str) -> tuple[str, ...]:
        now = self._now()
        return self._business.database.ask(
            lambda s: tuple(item.spoken for item in information.published_answers(s, now, topic))
        )

    def transfer_allowed(self, number: str) -> bool:
        service = self._business.site().services.get(number)
        return service is not None and (service.transfer or service.distress)

    def save_draft(self, draft: Draft) -> str:
        """With the database away the caller gets a person; their words are a recording anyway."""
        call, now = self._call, self._now()
        return self._business.database.do(
            lambda s: open_draft(s, now, call.key, call.caller_number, draft)
        )

    def rate(self, question: str, level: int) -> None:
        """Kept durably before the caller hears thanks, whatever the database does."""
        if not 1 <= level <= BEST:
            raise ValueError(f"{question}: level {level} is not within 1 to {BEST}")
        self._book.note(Rated(self._call.key, self._now(), BEST + 1 - level), durable=True)

    def _now(self) -> datetime:
        return self._business.clock.now()
