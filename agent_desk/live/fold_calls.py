"""How channels, bridges and rooms change the floor."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from agent_desk.live.facts import (
    CallFacts,
    CitizenGone,
    ConsultAbandoned,
    ConsultFailed,
    Leg,
    Listening,
    Pop,
    Purpose,
)
from agent_desk.telephony import events
from agent_desk.telephony.commands import endpoint_of
from asterisk_conf import names

if TYPE_CHECKING:
    from agent_desk.live.floor import Floor

ENTRANCES: Final = (names.FROM_CARRIER, names.FROM_PUBLIC)
"""Contexts in which the extension is still the number the citizen dialled."""


def fold(floor: Floor, event: events.Event, at: datetime) -> bool:
    """Takes the event in; False when it is not about channels."""
    match event:
        case events.ChannelSeen():
            _seen(floor, event, at)
        case events.ChannelGone():
            _gone(floor, event, at)
        case events.Bridged():
            _bridged(floor, event, at)
        case events.Held():
            _update(floor, event.uniqueid, held=event.held)
        case events.RoomChanged():
            _update(floor, event.uniqueid, room=event.room if event.inside else "")
        case events.ListeningBegan():
            leg = floor.legs.get(event.uniqueid)
            if leg is not None:
                floor.legs[leg.uniqueid] = replace(leg, listening=True)
                floor.effects.append(Listening(leg.uniqueid))
        case events.OriginateEnded():
            _originated(floor, event)
        case _:
            return False
    return True


def ring(floor: Floor, leg: Leg) -> None:
    """A seat's phone rings: its screen shows the call, once."""
    key = floor.call_of(leg)
    call = floor.calls.get(key)
    is_root = leg.uniqueid == key
    if leg.popped or is_root or call is None or call.internal or leg.endpoint not in floor.seats:
        return
    floor.legs[leg.uniqueid] = replace(leg, popped=True)
    floor.effects.append(Pop(leg.endpoint, key))


def _seen(floor: Floor, event: events.ChannelSeen, at: datetime) -> None:
    endpoint = endpoint_of(event.channel)
    if not endpoint:
        return  # Local, WebSocket: no party of a talk
    leg = floor.legs.get(event.uniqueid)
    if leg is None:
        leg = Leg(
            event.uniqueid,
            event.channel,
            event.linkedid,
            endpoint,
            _purpose(event.uniqueid),
            number=event.number,
        )
    leg = replace(
        leg,
        channel=event.channel,
        linkedid=event.linkedid,
        up=event.up,
        ringing=event.ringing,
    )
    floor.legs[leg.uniqueid] = leg
    if leg.purpose == "call" and leg.uniqueid == leg.linkedid and leg.linkedid not in floor.calls:
        floor.calls[leg.linkedid] = _call(floor, leg, event, at)
    call = floor.calls.get(leg.uniqueid)
    if call is not None and call.direction == "in" and not call.caller_number:
        # the dialplan has read it from the headers by now
        floor.calls[call.key] = replace(call, caller_number=event.number)
    if leg.ringing:
        ring(floor, leg)
    if event.bridged:
        _bridged(floor, events.Bridged(event.uniqueid, event.linkedid, bridged=True), at)
    if event.application == "ConfBridge" and not leg.room:
        _update(floor, event.uniqueid, room=event.exten[1:])


def _call(floor: Floor, leg: Leg, event: events.ChannelSeen, at: datetime) -> CallFacts:
    key = leg.linkedid
    if leg.endpoint in floor.seats:
        # once the dialplan works on the call, the extension is one of its own words
        number = floor.outbound.pop(key, event.exten if event.exten.isdigit() else "")
        internal = number in floor.seats
        return CallFacts(key, "out", "" if internal else number, number, at, internal)
    dialled = event.exten if event.context in ENTRANCES else ""
    return CallFacts(key, "in", event.number, dialled, at)


def _gone(floor: Floor, event: events.ChannelGone, at: datetime) -> None:
    leg = floor.legs.pop(event.uniqueid, None)
    if leg is None:
        return
    call = floor.calls.get(floor.call_of(leg))
    if call is not None and call.consult is not None:
        consult = call.consult
        if leg.uniqueid == consult.leg:
            _consult_failed(floor, call)
        elif leg.uniqueid == consult.by:
            floor.calls[call.key] = replace(call, consult=None)
            floor.effects.append(ConsultAbandoned(call.key, consult))
        elif leg.endpoint not in floor.seats:
            floor.calls[call.key] = replace(call, consult=None)
            floor.effects.append(CitizenGone(consult))
    seat = floor.seats.get(leg.endpoint)
    still_talks = seat is not None and any(one.up for one in floor.seat_legs(seat.extension))
    if seat is not None and leg.served and seat.signed_in and not still_talks:
        until = at + floor.rules.wrap_up if floor.rules.wrap_up else None
        floor.seats[seat.extension] = replace(seat, wrap_up_until=until)


def _bridged(floor: Floor, event: events.Bridged, at: datetime) -> None:
    leg = floor.legs.get(event.uniqueid)
    if leg is None:
        return
    leg = replace(leg, bridged=event.bridged, linkedid=event.linkedid or leg.linkedid)
    floor.legs[leg.uniqueid] = leg
    call = floor.calls.get(floor.call_of(leg))
    if not event.bridged or call is None or leg.purpose != "call":
        return
    if leg.endpoint in floor.seats and leg.up:
        floor.legs[leg.uniqueid] = replace(leg, served=not call.internal)
        if call.answered_at is None:
            floor.calls[call.key] = replace(call, answered_at=at)


def _originated(floor: Floor, event: events.OriginateEnded) -> None:
    for call in list(floor.calls.values()):
        consult = call.consult
        if consult is None or consult.leg != event.uniqueid:
            continue
        if event.answered:
            answered = replace(consult, answered=True)
            floor.calls[call.key] = replace(call, consult=answered)
        else:
            _consult_failed(floor, call)


def _consult_failed(floor: Floor, call: CallFacts) -> None:
    consult = call.consult
    if consult is None:
        return
    floor.calls[call.key] = replace(call, consult=None, room=consult.room)
    floor.effects.append(ConsultFailed(call.key, consult))


def _update(
    floor: Floor, uniqueid: str, *, held: bool | None = None, room: str | None = None
) -> None:
    leg = floor.legs.get(uniqueid)
    if leg is None:
        return
    floor.legs[uniqueid] = replace(
        leg,
        held=leg.held if held is None else held,
        room=leg.room if room is None else room,
    )


def _purpose(uniqueid: str) -> Purpose:
    if uniqueid.startswith(events.CONSULT_MARK):
        return "consult"
    return "listen" if uniqueid.startswith(events.LISTEN_MARK) else "call"
