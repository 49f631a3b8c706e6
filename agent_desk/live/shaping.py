"""From the floor's facts to what a browser is told; here numbers are masked and moments local."""

from datetime import datetime, timedelta

from agent_desk.live.derive import unreachable_reason
from agent_desk.live.facts import CallFacts, SeatFacts
from agent_desk.live.floor import Floor
from agent_desk.live.shapes import LiveCall, QueueView, Seat, Snapshot, Viewer, Waiting
from ticketing.clock import SHANGHAI
from ticketing.rules.masking import masked_phone


def shape_seat(floor: Floor, seat: SeatFacts, at: datetime) -> Seat:
    reason = seat.reason if seat.state == "busy" else ""
    if seat.state == "unreachable":
        reason = unreachable_reason(seat, floor.away)
    return Seat(
        extension=seat.extension,
        user_id=seat.user_id,
        name=seat.name,
        state=seat.state,
        reason=reason,
        since=_local(seat.since or at),
        call_key=seat.call_key,
        queues=list(seat.queues),
        registered=seat.registered,
        wrap_up_until=_local(seat.wrap_up_until) if seat.wrap_up_until else None,
        phone=seat.phone,
    )


def shape_queue(floor: Floor, name: str, label: str, viewer: Viewer, at: datetime) -> QueueView:
    queue = floor.queues[name]
    waiting = []
    for position, key in enumerate(queue.waiting, start=1):
        call = floor.calls.get(key)
        number = call.caller_number if call else ""
        waiting.append(
            Waiting(
                call_key=key,
                caller_number=number if viewer.sees_numbers else masked_phone(number),
                waited_seconds=waited_seconds(call, at) if call else 0,
                position=position,
            )
        )
    return QueueView(
        name=name,
        label=label,
        waiting=waiting,
        members=list(floor.members_of(name)),
        answered_today=queue.answered_today,
        abandoned_today=queue.abandoned_today,
    )


def shape_call(
    call: CallFacts, parties: frozenset[str], viewer: Viewer, at: datetime
) -> LiveCall | None:
    """None when this viewer may not see the call; one's own number is never masked."""
    mine = viewer.extension in parties
    if not mine and not viewer.sees_floor:
        return None
    number = call.caller_number
    return LiveCall(
        key=call.key,
        direction=call.direction,
        caller_number=number if mine or viewer.sees_numbers else masked_phone(number),
        dialled=call.dialled,
        queue=call.queue,
        state=call.state,
        waited_seconds=waited_seconds(call, at),
        agent_extension=call.agent,
        consult_extension=call.consult.party if call.consult else None,
        conference=call.conference,
    )


def shape_calls(floor: Floor, viewer: Viewer, at: datetime) -> list[LiveCall]:
    """The calls this viewer may see."""
    shapes = (
        shape_call(call, floor.parties(call.key), viewer, at) for call in floor.calls.values()
    )
    return [shape for shape in shapes if shape is not None]


def shape_floor(floor: Floor, labels: dict[str, str], viewer: Viewer, at: datetime) -> Snapshot:
    mine = floor.seats.get(viewer.extension or "")
    if not viewer.sees_desk:
        return Snapshot(me=None, seats=[], queues=[], calls=[])
    return Snapshot(
        me=shape_seat(floor, mine, at) if mine else None,
        seats=[shape_seat(floor, seat, at) for seat in floor.seats.values()],
        queues=[
            shape_queue(floor, name, labels.get(name, name), viewer, at) for name in floor.queues
        ],
        calls=shape_calls(floor, viewer, at),
    )


def waited_seconds(call: CallFacts, at: datetime) -> int:
    """How long the caller waited for a person: in queues, until the answer."""
    if call.queued_at is None:
        return 0
    until = at
    if call.answered_at is not None and call.answered_at >= call.queued_at:
        until = call.answered_at
    return max(0, (until - call.queued_at) // timedelta(seconds=1))


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)
