"""The present: the floor with its clock and its listeners.

Everything that changes the floor goes through here, so nothing changes without being told: events
are folded, what follows is worked out, browsers hear of it, effects are handed on.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from agent_desk.live.derive import FloorRules
from agent_desk.live.facts import CallFacts, Changes, Effect, SeatFacts
from agent_desk.live.floor import Floor
from agent_desk.live.hub import Feed, Hub, Render
from agent_desk.live.shapes import Viewer
from agent_desk.live.shaping import shape_call, shape_floor, shape_queue, shape_seat
from agent_desk.telephony import events
from agent_desk.telephony.commands import Picture
from ticketing.clock import Clock
from ticketing.records.people import SeatSession
from ticketing.seats import Seated, Tally

SETTLE_SECONDS: Final = 0.02
"""Asterisk tells one happening in several events; pages are told once of all that came since."""


class Present:
    """One a process. Not thread-safe: lives on the event loop."""

    def __init__(
        self,
        rules: FloorRules,
        labels: Mapping[str, str],
        clock: Clock,
        on_effect: Callable[[Effect], None],
        on_change: Callable[[], None],
    ) -> None:
        """`labels`: queues by name with their Chinese titles. The callbacks must not wait."""
        self.clock = clock
        self.floor = Floor(rules, labels)
        self.hub = Hub(first_seq=int(clock.now().timestamp() * 1000))
        self.labels = dict(labels)
        self._on_effect = on_effect
        self._on_change = on_change
        self._held_back: list[events.Event] | None = None
        self._is_first_picture = True
        self._will_settle = False

    # --- Asterisk ---
    def hear(self, event: events.Event) -> None:
        """An event; while a picture is being taken it waits, for the picture is older."""
        if self._held_back is not None:
            self._held_back.append(event)
            return
        self.floor.apply(event, self.clock.now())
        if not self._will_settle:
            self._will_settle = True
            asyncio.get_running_loop().call_later(SETTLE_SECONDS, self._settle)

    def hold_back(self) -> None:
        """A picture will be taken: keep events until it is there."""
        self._held_back = []

    def take(self, picture: Picture | None) -> None:
        """The picture is there, or (None) will not come; what was held back follows."""
        at = self.clock.now()
        if picture is not None:
            self.floor.away = False
            self.floor.take(picture, at)
            if self._is_first_picture:
                self._is_first_picture = False
                self.floor.resume_wrap_ups(at)
        held_back, self._held_back = self._held_back or [], None
        for event in held_back:
            self.floor.apply(event, at)
        self.publish(self.floor.settle(at), at)

    def lost(self, reason: str) -> None:
        """No link to Asterisk any more."""
        at = self.clock.now()
        was_there = not self.floor.away
        self.floor.away = True
        self._held_back = None
        self.publish(self.floor.settle(at), at)
        if was_there:
            self.hub.publish("notice", lambda _: {"text": f"电话系统连接中断：{reason}"})

    def tick(self) -> None:
        """Time has passed."""
        at = self.clock.now()
        self.publish(self.floor.tick(at), at)
        self.hub.forget(at)

    # --- seats ---
    def know_seats(self, seated: Iterable[Seated]) -> None:
        """Who sits where, from the database. Of a seat known already the floor knows better
        whether it is signed in and why it is busy, so only its name is taken."""
        at = self.clock.now()
        found: dict[str, SeatFacts] = {}
        for one in seated:
            extension = one.user.extension
            if extension is None:
                continue
            found[extension] = self._seat(one, self.floor.seats.get(extension), at)
        self.floor.seats = found
        self.publish(self.floor.settle(at), at)

    def seat_taken(self, seated: Seated) -> SeatFacts:
        """A person signed in."""
        at = self.clock.now()
        extension, session = str(seated.user.extension), seated.session
        if session is not None:
            seat = self.floor.seats[extension]
            self.floor.seats[extension] = replace(seated_as(seat, session), misses=0)
            self.publish(self.floor.settle(at), at)
        return self.floor.seats[extension]

    def change_seat(self, extension: str, **facts: Any) -> SeatFacts:
        """Replaces facts of one seat; gives the seat as it is then."""
        at = self.clock.now()
        self.floor.seats[extension] = replace(self.floor.seats[extension], **facts)
        self.publish(self.floor.settle(at), at)
        return self.floor.seats[extension]

    def change_call(self, key: str, **facts: Any) -> None:
        """Replaces facts of one call, if it is still there."""
        at = self.clock.now()
        call = self.floor.calls.get(key)
        if call is not None:
            self.floor.calls[key] = replace(call, **facts)
            self.publish(self.floor.settle(at), at)

    def know_tallies(self, tallies: Mapping[str, Tally]) -> None:
        """The day's figures, from the database."""
        at = self.clock.now()
        for name, queue in self.floor.queues.items():
            tally = tallies.get(name, Tally(0, 0))
            self.floor.queues[name] = replace(
                queue, answered_today=tally.answered, abandoned_today=tally.abandoned
            )
        self.publish(self.floor.settle(at), at)

    def take_queues(self, seen: Iterable[events.Event]) -> None:
        """What Asterisk says of the queues alone."""
        at = self.clock.now()
        self.floor.take_queues(seen, at)
        self.publish(self.floor.settle(at), at)

    # --- browsers ---
    def viewer_at(self, extension: str) -> Viewer | None:
        """The person whose browser is at this seat."""
        seat = self.floor.seats.get(extension)
        return self.hub.viewer(seat.user_id) if seat else None

    def open_feed(self, viewer: Viewer, resume: int | None) -> Feed:
        """A browser's stream; while it is open the viewer is present at the seat."""
        self._count_browser(viewer, 1)
        return self.hub.open(viewer, resume, self.snapshot, lambda: self._count_browser(viewer, -1))

    def snapshot(self, viewer: Viewer) -> dict[str, Any]:
        shape = shape_floor(self.floor, self.labels, viewer, self.clock.now())
        return shape.model_dump(mode="json")

    def publish(self, changes: Changes, at: datetime) -> None:
        """Tells browsers what changed and hands effects on."""
        if not changes.any():
            return
        for extension in changes.seats:
            data = shape_seat(self.floor, self.floor.seats[extension], at).model_dump(mode="json")
            self.hub.publish("seat", _for_the_desk(data))
        for key in changes.calls:
            self._publish_call(self.floor.calls[key], at)
        for name in changes.queues:
            self._publish_queue(name, at)
        for key in changes.ended:
            self.hub.publish_ended(key)
        for effect in changes.effects:
            self._on_effect(effect)
        self._on_change()

    def _settle(self) -> None:
        self._will_settle = False
        at = self.clock.now()
        self.publish(self.floor.settle(at), at)

    def _publish_call(self, call: CallFacts, at: datetime) -> None:
        parties = self.floor.parties(call.key)

        def render(viewer: Viewer) -> dict[str, Any] | None:
            shape = shape_call(call, parties, viewer, at)
            return shape.model_dump(mode="json") if shape else None

        self.hub.publish_call(call.key, render)

    def _publish_queue(self, name: str, at: datetime) -> None:
        label = self.labels.get(name, name)
        rendered: dict[bool, dict[str, Any]] = {}

        def render(viewer: Viewer) -> dict[str, Any] | None:
            if not viewer.sees_desk:
                return None
            if viewer.sees_numbers not in rendered:
                shape = shape_queue(self.floor, name, label, viewer, at)
                rendered[viewer.sees_numbers] = shape.model_dump(mode="json")
            return rendered[viewer.sees_numbers]

        self.hub.publish("queue", render)

    def _count_browser(self, viewer: Viewer, step: int) -> None:
        seat = self.floor.seats.get(viewer.extension or "")
        if seat is None or seat.user_id != viewer.user_id:
            return
        browsers = max(0, seat.browsers + step)
        gone_at = None if browsers else self.clock.now()
        self.change_seat(seat.extension, browsers=browsers, browser_gone_at=gone_at)

    def _seat(self, one: Seated, known: SeatFacts | None, at: datetime) -> SeatFacts:
        user, session = one.user, one.session
        extension = str(user.extension)
        if known is not None and known.user_id == user.id:
            return replace(known, name=user.name)
        # whoever signed in before our restart has a moment for the page to come back
        seat = SeatFacts(extension, user.id, user.name, browser_gone_at=at)
        seat = replace(seat, registered=bool(self.floor.phones.get(extension)))
        return seated_as(seat, session) if session else seat


def _for_the_desk(data: dict[str, Any]) -> Render:
    return lambda viewer: data if viewer.sees_desk else None


def seated_as(seat: SeatFacts, session: SeatSession) -> SeatFacts:
    """The seat as its person signed in."""
    return replace(
        seat,
        signed_in=True,
        queues=tuple(session.queues),
        phone="desk" if session.phone == "desk" else "browser",
        reason=session.reason,
    )
