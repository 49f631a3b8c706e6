"""How queues, their members and phones change the floor."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from agent_desk.live import fold_calls
from agent_desk.live.facts import MISSED, Member, Missed, QueueFacts
from agent_desk.telephony import events

if TYPE_CHECKING:
    from agent_desk.live.floor import Floor


def fold(floor: Floor, event: events.Event, at: datetime) -> None:
    match event:
        case events.QueueSeen(queue):
            floor.known_queues.add(queue)
            floor.queues.setdefault(queue, QueueFacts(queue))
        case events.CallerQueued():
            _queued(floor, event, at)
        case events.CallerLeftQueue():
            _left(floor, event)
        case events.AgentCalled():
            leg = floor.legs.get(event.leg_uniqueid)
            if leg is not None:
                fold_calls.ring(floor, leg)
        case events.AgentConnected():
            _connected(floor, event, at)
        case events.AgentUnanswered():
            _unanswered(floor, _extension(event.interface))
        case events.MemberSeen() | events.MemberGone():
            _member(floor, event)
        case events.PhoneSeen():
            _phone(floor, event)


def _member(floor: Floor, event: events.MemberSeen | events.MemberGone) -> None:
    place = event.queue, _extension(event.interface)
    if isinstance(event, events.MemberGone):
        floor.members.pop(place, None)
    else:
        floor.members[place] = Member(event.paused, event.reason, event.device)


def _phone(floor: Floor, event: events.PhoneSeen) -> None:
    contacts = floor.phones.setdefault(event.extension, set())
    if event.registered:
        contacts.add(event.contact)
    else:
        contacts.discard(event.contact)
    seat = floor.seats.get(event.extension)
    if seat is not None:
        floor.seats[seat.extension] = replace(seat, registered=bool(contacts))


def _queued(floor: Floor, event: events.CallerQueued, at: datetime) -> None:
    queue = floor.queues.get(event.queue, QueueFacts(event.queue))
    waiting = [one for one in queue.waiting if one != event.uniqueid]
    place = event.position - 1 if event.position > 0 else len(waiting)
    waiting.insert(place, event.uniqueid)
    floor.queues[event.queue] = replace(queue, waiting=tuple(waiting))
    call = floor.calls.get(event.uniqueid)
    if call is None:
        return
    queued_at = call.queued_at
    if queued_at is None or (call.answered_at is not None and queued_at < call.answered_at):
        queued_at = at - timedelta(seconds=event.waited)
    floor.calls[call.key] = replace(call, queue=event.queue, queued_at=queued_at)


def _left(floor: Floor, event: events.CallerLeftQueue) -> None:
    queue = floor.queues.get(event.queue)
    if queue is None:
        return
    waiting = tuple(one for one in queue.waiting if one != event.uniqueid)
    abandoned = queue.abandoned_today + int(event.abandoned)
    floor.queues[event.queue] = replace(queue, waiting=waiting, abandoned_today=abandoned)


def _connected(floor: Floor, event: events.AgentConnected, at: datetime) -> None:
    queue = floor.queues.get(event.queue, QueueFacts(event.queue))
    answered = queue.answered_today + 1
    floor.queues[event.queue] = replace(queue, answered_today=answered)
    call = floor.calls.get(event.caller_uniqueid)
    if call is not None:
        floor.calls[call.key] = replace(call, answered_at=at)
    seat = floor.seats.get(_extension(event.interface))
    if seat is not None:
        floor.seats[seat.extension] = replace(seat, misses=0)


def _unanswered(floor: Floor, extension: str) -> None:
    seat = floor.seats.get(extension)
    if seat is None or not seat.signed_in:
        return
    misses = seat.misses + 1
    if misses < floor.rules.misses_allowed or seat.reason:
        floor.seats[extension] = replace(seat, misses=misses)
        return
    floor.seats[extension] = replace(seat, misses=0, reason=MISSED)
    floor.effects.append(Missed(extension))


def _extension(interface: str) -> str:
    return interface.rpartition("/")[2]
