"""The flow's `Actions` on the business, for one call.

Questions that only make the menu nicer (switches, groups, the announcement) have a plain answer
while the database is away, so that callers still get the menu. Questions whose false answer would
mislead (road notices, an order's progress) raise instead: the engine then leads to a person.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from agi.bookkeeping import Book
from agi.drafts import open_draft
from agi.facts import Rated
from agi.limits import LimitedDatabase
from agi.opening import needs_calendar, opening
from agi.order_progress import find_progress
from asterisk_conf.site import Site
from ivr_flows.interfaces import (
    Acted,
    Draft,
    Hours,
    OrderAct,
    OrderProgress,
    RoadAnswer,
    VoiceMessage,
)
from ticketing import catalogues, information
from ticketing.calls.callbacks import Wish, ask_callback, waiting_in
from ticketing.clock import SHANGHAI, Clock
from ticketing.errors import DatabaseAway
from ticketing.orders.own import MENU, add_voice, text_order_no, urge_own, withdraw_own
from ticketing.rules.calendar import local_day

log = logging.getLogger(__name__)

CENTRE: Final = "centre"
"""The calendar every site has: when people answer the telephone."""

NOTHING_ON_THE_ROAD: Final = "目前没有管制和封闭的消息。"

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
        self._orders: set[str] = set()
        """Orders this caller has shown to be theirs, or left in this call."""

    def find_order(self, number: str, phone: str) -> OrderProgress | None:
        own = phone == self._call.caller_number
        found = self._business.database.ask(
            lambda s: find_progress(s, number, phone, own_phone=own)
        )
        if found is not None:
            self._orders.add(found.order_no)
        return found

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
        order_no = self._business.database.do(
            lambda s: open_draft(s, now, call.key, call.caller_number, draft)
        )
        self._orders.add(order_no)
        return order_no

    def road(self, entry: str) -> RoadAnswer | None:
        now = self._now()
        state = self._business.database.ask(lambda s: information.road_state(s, now, entry))
        if state is None:
            return None
        updated = state.updated_at.astimezone(SHANGHAI) if state.updated_at else None
        return RoadAnswer(state.name, state.road_no, state.notices, updated)

    def waiting(self, skill: str) -> int:
        now = self._now()
        try:
            return self._business.database.ask(lambda s: waiting_in(s, now, skill))
        except DatabaseAway:
            return 0

    def act_on_order(self, order_no: str, act: OrderAct) -> Acted:
        if order_no not in self._orders:
            return Acted.REFUSED
        now, do = self._now(), withdraw_own if act is OrderAct.WITHDRAW else urge_own
        return Acted(self._business.database.do(lambda s: do(s, now, order_no)).value)

    def supplement(self, order_no: str, message: VoiceMessage) -> Acted:
        if order_no not in self._orders:
            return Acted.REFUSED
        now = self._now()
        done = self._business.database.do(
            lambda s: add_voice(s, now, order_no, message.stretch, message.seconds)
        )
        return Acted(done.value)

    def text_road(self, road: RoadAnswer) -> bool:
        now, number = self._now(), self._call.caller_number
        words = "".join(road.notices[:1]) or NOTHING_ON_THE_ROAD
        return self._business.database.do(
            lambda s: information.text_road_state(s, now, number, road.name, words)
        )

    def text_order(self, order_no: str) -> bool:
        if order_no not in self._orders:
            return False
        now, number = self._now(), self._call.caller_number
        return self._business.database.do(lambda s: text_order_no(s, now, order_no, number))

    def subscribe(self, road_no: str, hours: int) -> bool:
        call, now, lasts = self._call, self._now(), timedelta(hours=hours)
        return self._business.database.do(
            lambda s: information.subscribe(s, now, call.caller_number, road_no, lasts, call.key)
        )

    def unsubscribe(self) -> bool:
        now, number = self._now(), self._call.caller_number
        return self._business.database.do(lambda s: information.unsubscribe(s, now, number)) > 0

    def answer_useful(self, topic: str, useful: bool) -> None:
        """A vote is not worth a caller's time: without the database it is not counted."""
        key, now = self._call.key, self._now()
        try:
            self._business.database.do(
                lambda s: information.vote(s, now, topic, key, useful=useful)
            )
        except DatabaseAway:
            log.warning("a vote on %s is not counted: the database is away", topic)

    def ask_callback(self, skill: str, minutes: int) -> datetime | None:
        call, now = self._call, self._now()
        wish = Wish(call.key, call.caller_number, skill, timedelta(minutes=minutes))
        due_at = self._business.database.do(lambda s: ask_callback(s, now, wish))
        return due_at.astimezone(SHANGHAI) if due_at else None

    def remember(self, group: str, member: bool) -> bool:
        """A number that cannot be one (withheld, malformed) is refused, not an error."""
        now, number = self._now(), self._call.caller_number
        if not number.isdigit():
            return False
        change = information.add_to_group if member else information.leave_group
        self._business.database.do(lambda s: bool(change(s, now, MENU, number, group)))
        return True

    def rate(self, question: str, level: int) -> None:
        """Kept durably before the caller hears thanks, whatever the database does."""
        if not 1 <= level <= BEST:
            raise ValueError(f"{question}: level {level} is not within 1 to {BEST}")
        self._book.note(Rated(self._call.key, self._now(), BEST + 1 - level), durable=True)

    def _now(self) -> datetime:
        return self._business.clock.now()
