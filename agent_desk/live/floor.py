"""The floor: seats, queues and calls of this moment, folded from Asterisk's events.

No waiting, no sockets, no clock: every method takes the moment, `settle` says what changed. All
state is here and nowhere else, so a recorded stream of events replays to the same floor.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from agent_desk.live import fold_calls, fold_queues
from agent_desk.live.derive import FloorRules, call_now, seat_now
from agent_desk.live.facts import (
    WRAP_UP,
    CallFacts,
    Changes,
    Effect,
    LeftAlone,
    Leg,
    Member,
    QueueFacts,
    SeatFacts,
)
from agent_desk.telephony import events
from agent_desk.telephony.commands import Picture


class Floor:
    """Owned by one task; nobody else writes to it."""

    def __init__(self, rules: FloorRules, queues: Iterable[str]) -> None:
        self.rules = rules
        self.away = True
        """No link to Asterisk: what stands here may be old."""
        self.seats: dict[str, SeatFacts] = {}
        self.calls: dict[str, CallFacts] = {}
        self.legs: dict[str, Leg] = {}
        self.members: dict[tuple[str, str], Member] = {}
        self.queues = {name: QueueFacts(name) for name in queues}
        self.known_queues: set[str] = set()
        """Queues Asterisk told of; members are added to these only."""
        self.phones: dict[str, set[str]] = {}
        """Contacts registered, by extension; a new one may come before the old one goes."""
        self.outbound: dict[str, str] = {}
        """Numbers of calls we placed, by key, until their first channel is seen."""
        self.effects: list[Effect] = []
        self._told_seats: dict[str, SeatFacts] = {}
        self._told_calls: dict[str, CallFacts] = {}
        self._told_queues: dict[str, tuple[object, ...]] = {}
        self._alone_since: dict[str, datetime] = {}

    def apply(self, event: events.Event, at: datetime) -> None:
        """Takes one event in; the same event twice does no harm."""
        if not fold_calls.fold(self, event, at):
            fold_queues.fold(self, event, at)

    def take(self, picture: Picture, at: datetime) -> None:
        """Replaces all that Asterisk knows by what it says now."""
        seen = {one.uniqueid for one in picture.channels}
        for uniqueid in [key for key in self.legs if key not in seen]:
            self.apply(events.ChannelGone(uniqueid, 0), at)
        # a call's own channel is older than those it led to
        for channel in sorted(picture.channels, key=lambda one: one.uniqueid != one.linkedid):
            self.apply(channel, at)
        self.phones.clear()
        for seat in list(self.seats.values()):
            self.seats[seat.extension] = replace(seat, registered=False)
        for phone in picture.phones:
            self.apply(phone, at)
        self.take_queues(picture.queues, at)

    def take_queues(self, seen: Iterable[events.Event], at: datetime) -> None:
        """Replaces members and waiting callers by what Asterisk says now."""
        self.members.clear()
        self.known_queues.clear()
        for name, queue in self.queues.items():
            self.queues[name] = replace(queue, waiting=())
        for event in seen:
            self.apply(event, at)

    def resume_wrap_ups(self, at: datetime) -> None:
        """After our restart: who was in wrap-up, or whose talk ended meanwhile, gets its time."""
        for (_, extension), member in self.members.items():
            seat = self.seats.get(extension)
            if seat is None or not seat.signed_in or self.seat_legs(extension):
                continue
            if member.paused and member.reason in (WRAP_UP, "talking"):
                self.seats[extension] = replace(seat, wrap_up_until=at + self.rules.wrap_up)

    def settle(self, at: datetime) -> Changes:
        """Works out what follows from the facts now, and what differs from what was last told."""
        changes = Changes()
        self._settle_calls(changes)
        self._settle_seats(changes, at)
        for name in self.queues:
            view = (self.queues[name], *self.members_of(name))
            if self._told_queues.get(name) != view:
                self._told_queues[name] = view
                changes.queues.add(name)
        changes.effects, self.effects = self.effects, []
        return changes

    def tick(self, at: datetime) -> Changes:
        """What the passing of time alone brings about."""
        alone = {leg.uniqueid for leg in self._lone_legs()}
        self._alone_since = {key: self._alone_since.get(key, at) for key in alone}
        for key, since in list(self._alone_since.items()):
            if at - since >= self.rules.alone:
                self.effects.append(LeftAlone(self.legs[key].channel))
                self._alone_since[key] = at
        return self.settle(at)

    # --- questions ---
    def seat_legs(self, extension: str) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.endpoint == extension]

    def call_of(self, leg: Leg) -> str:
        """The key of the call a leg belongs to; a consulted leg bears it in its own id."""
        if leg.purpose == "listen":
            return ""
        if leg.purpose == "consult":
            return leg.uniqueid.split("-", 2)[2]
        return leg.linkedid

    def call_legs(self, key: str) -> list[Leg]:
        """A call's legs, oldest first; a consulted leg only once it has taken part."""
        call = self.calls[key]
        legs = (leg for leg in self.legs.values() if self.call_of(leg) == key)
        return [leg for leg in legs if _takes_part(leg, call)]

    def citizen_leg(self, key: str) -> Leg | None:
        """The leg of the person outside."""
        return self._citizen_among(self.calls[key], self.call_legs(key))

    def parties(self, key: str) -> frozenset[str]:
        """Extensions whose phones ring for the call, talk in it, or are asked about it."""
        call = self.calls[key]
        asked = [call.consult.party] if call.consult else []
        return frozenset((*asked, *(leg.endpoint for leg in self.call_legs(key))))

    def members_of(self, queue: str) -> Iterator[str]:
        return (extension for name, extension in sorted(self.members) if name == queue)

    # --- inside ---
    def _citizen_among(self, call: CallFacts, legs: Iterable[Leg]) -> Leg | None:
        if call.direction == "in":
            return self.legs.get(call.key)
        return next((leg for leg in legs if leg.endpoint not in self.seats), None)

    def _settle_calls(self, changes: Changes) -> None:
        waiting = {uniqueid for queue in self.queues.values() for uniqueid in queue.waiting}
        by_call: dict[str, list[Leg]] = {}
        for leg in self.legs.values():
            by_call.setdefault(self.call_of(leg), []).append(leg)
        for key, call in list(self.calls.items()):
            legs = [leg for leg in by_call.get(key, []) if _takes_part(leg, call)]
            citizen = self._citizen_among(call, legs)
            if not legs or (call.direction == "in" and citizen is None):
                del self.calls[key]
                continue
            others = [leg for leg in legs if leg is not citizen]
            agents = [leg for leg in others if leg.endpoint in self.seats]
            settled = call_now(call, others, agents, key in waiting)
            self.calls[key] = settled
            if self._told_calls.get(key) != settled:
                self._told_calls[key] = settled
                changes.calls.add(key)
        for key in [key for key in self._told_calls if key not in self.calls]:
            del self._told_calls[key]
            changes.ended.add(key)

    def _settle_seats(self, changes: Changes, at: datetime) -> None:
        by_seat: dict[str, list[Leg]] = {}
        for leg in self.legs.values():
            by_seat.setdefault(leg.endpoint, []).append(leg)
        for extension, seat in self.seats.items():
            legs = by_seat.get(extension, [])
            keys = [key for leg in legs if (key := self.call_of(leg)) in self.calls]
            settled = seat_now(seat, legs, keys[-1] if keys else None, at, self.away, self.rules)
            self.seats[extension] = settled
            if self._told_seats.get(extension) != settled:
                self._told_seats[extension] = settled
                changes.seats.add(extension)

    def _lone_legs(self) -> Iterator[Leg]:
        rooms: dict[str, list[Leg]] = {}
        for leg in self.legs.values():
            if leg.room:
                rooms.setdefault(leg.room, []).append(leg)
        asking = {f"k{call.consult.room}" for call in self.calls.values() if call.consult}
        citizens = {one.uniqueid for key in self.calls if (one := self.citizen_leg(key))}
        for room, legs in rooms.items():
            if len(legs) == 1 and room not in asking and legs[0].uniqueid not in citizens:
                yield legs[0]


def _takes_part(leg: Leg, call: CallFacts) -> bool:
    """A consulted leg is a leg of the call only once it was taken in."""
    return leg.purpose != "consult" or leg.uniqueid in call.consulted
