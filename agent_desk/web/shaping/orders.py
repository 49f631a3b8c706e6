"""A work order in the form of the API, as one person may see it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent_desk.web.moves.offered import offered_moves
from agent_desk.web.shapes.order_list import OrderSummary
from agent_desk.web.shapes.orders import (
    DayShape,
    Due,
    HistoryEntry,
    HoldShape,
    OrderShape,
    PhotoShape,
)
from agent_desk.web.shaping.calls import call_shape, recording_shapes
from agent_desk.web.shaping.numbers import Sight, sight_of
from agent_desk.web.shaping.summaries import order_summaries
from ticketing import catalogues
from ticketing.errors import NotFound
from ticketing.orders.archive import keep_until
from ticketing.orders.holds import holds_of
from ticketing.orders.views import explained_deadline, history, work_order
from ticketing.people.person import Person
from ticketing.photos.keeping import may_see_photos, photos_of
from ticketing.recordings.ledger import MESSAGE
from ticketing.records.people import User
from ticketing.records.recordings import Recording, WorkOrderRecording
from ticketing.records.work_orders import WorkOrder, WorkOrderEvent
from ticketing.rules.deadlines import Clock
from ticketing.rules.permissions import Right, Role
from ticketing.rules.states import Event, State
from ticketing.units import unit_names

_SAME: Final = frozenset(OrderShape.model_fields) - frozenset(OrderSummary.model_fields)


def order_shape(
    session: Session,
    moment: datetime,
    person: Person,
    order_no: str,
    *,
    revealed: bool = False,
) -> OrderShape:
    """Raises NotFound when there is none or it is not this person's business.

    `revealed`: the seal of a confidential caller was just broken, on the record.
    """
    order = work_order(session, person, order_no)
    sight = Sight(numbers=True, seals=False) if revealed else sight_of(person)
    summary = order_summaries(session, [order], sight, moment)[0]
    inside = person.may(Right.SEE_ORDERS)
    columns = {name: getattr(order, name) for name in _SAME if hasattr(order, name)}
    return OrderShape(
        **summary.model_dump(exclude={"content"})
        | columns
        | {
            "content": sight.words(order.content, order.confidential),
            "caller_masked": not sight.is_open(order.confidential),
            "co_units": list(_co_units(session, order)),
            "parent_no": _parent_no(session, order),
            "created_by_name": _name(session, order.created_by),
            "due": due_shape(session, order),
            "history": [_entry(row) for row in history(session, order)],
            "recordings": _recordings(session, order, sight, whole=inside),
            "photos": _photos(session, person, order),
            "holds": _holds(session, order) if inside else [],
            "keep_until": keep_until(session, order),
            "call": _call(session, order, sight, moment) if inside else None,
            "moves": offered_moves(session, moment, person, order),
        }
    )


def due_shape(session: Session, order: WorkOrder) -> Due | None:
    """The clock that runs, explained day by day."""
    deadline = explained_deadline(session, order)
    if deadline is None:
        return None
    limits = catalogues.policy(session).limits()
    return Due(
        at=deadline.due_at,
        provisional=deadline.provisional,
        clock=limits[Clock(deadline.clock)].zh,
        basis=deadline.basis,
        explanation=[
            DayShape(date=day.day, text=day.text, counts=day.counted_as is not None)
            for day in deadline.days
        ],
    )


def _entry(row: WorkOrderEvent) -> HistoryEntry:
    return HistoryEntry(
        seq=row.seq,
        event=row.event,
        label=Event(row.event).zh,
        from_state=State(row.from_state).zh if row.from_state else "",
        to_state=State(row.to_state).zh,
        at=row.at,
        who_name=row.who_name,
        who_role=Role(row.who_role).zh if row.who_role else "",
        reason=row.reason,
        evidence=row.evidence,
    )


def _recordings(session: Session, order: WorkOrder, sight: Sight, *, whole: bool) -> list[Any]:
    """A unit sees what the caller left for it by voice, unless they asked for secrecy."""
    if order.confidential and not whole:
        return []
    rows = session.scalars(
        select(Recording)
        .join(WorkOrderRecording, WorkOrderRecording.recording_id == Recording.id)
        .where(WorkOrderRecording.work_order_id == order.id)
        .order_by(Recording.started_at, Recording.id)
    ).all()
    seen = [row for row in rows if whole or row.kind == MESSAGE]
    return recording_shapes(session, seen, sight)


def _photos(session: Session, person: Person, order: WorkOrder) -> list[PhotoShape]:
    if not may_see_photos(person, order):
        return []
    return [
        PhotoShape(id=row.id, width=row.width, height=row.height)
        for row in photos_of(session, order)
    ]


def _holds(session: Session, order: WorkOrder) -> list[dict[str, Any]]:
    names = tuple(HoldShape.model_fields)
    return [{name: getattr(row, name) for name in names} for row in holds_of(session, order)]


def _call(session: Session, order: WorkOrder, sight: Sight, moment: datetime) -> Any:
    if order.call_key is None:
        return None
    try:
        whole = call_shape(session, order.call_key, sight, moment)
    except NotFound:  # the call's row comes later than the order when agi wrote to its spool
        return None
    if sight.is_open(order.confidential):
        return whole
    return whole.model_copy(
        update={"caller_number": sight.number(whole.caller_number, sealed=True)}
    )


def _co_units(session: Session, order: WorkOrder) -> Iterable[str]:
    ids = order.co_unit_ids.get("ids", [])
    names: Mapping[int, str] = unit_names(session, ids)
    return (names[one] for one in ids if one in names)


def _parent_no(session: Session, order: WorkOrder) -> str | None:
    if order.parent_id is None:
        return None
    return session.scalar(select(WorkOrder.order_no).where(WorkOrder.id == order.parent_id))


def _name(session: Session, user_id: int | None) -> str:
    if user_id is None:
        return ""
    return session.scalar(select(User.name).where(User.id == user_id)) or ""
