"""Which moves a person is offered for an order, and carrying out the one that was chosen."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from agent_desk.web.moves import centre, units
from agent_desk.web.moves.form import Field, Filled, Form, Raw
from agent_desk.web.shapes.base import Choice
from agent_desk.web.shapes.orders import Move, MoveField
from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.orders.dispatch import suggest_route
from ticketing.orders.views import possible_moves
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.states import Event

FORMS: Final[Mapping[Event, Form]] = MappingProxyType(
    {form.event: form for form in (*centre.FORMS, *units.FORMS)}
)
"""Moves that only jobs and other systems make have no form."""


def offered_moves(session: Session, moment: datetime, actor: Actor, order: WorkOrder) -> list[Move]:
    """What this person may do now, in the order of an order's life."""
    moves = []
    for move in possible_moves(moment, actor, order):
        form = FORMS.get(move.event)
        if form is not None and form.offered(actor, order):
            known = _suggested(session, order) if move.event is Event.DISPATCH else _known(order)
            fields = [_field(field, known.get(field.name)) for field in form.fields]
            moves.append(Move(event=move.event, label=move.event.zh, fields=fields))
    return moves


def carry_out(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    event: str,
    version: int,
    raw: Raw,
) -> None:
    """Raises InvalidInput, NotFound, NotAllowed, AlreadyHandled."""
    form = FORMS.get(Event(event)) if event in set(Event) else None
    if form is None:
        raise InvalidInput((Finding("event", "没有这种操作"),))
    form.carry_out(Filled(session, moment, actor, order_no, version, form.checked(raw)))


def _suggested(session: Session, order: WorkOrder) -> dict[str, str]:
    """Who the routing table names; empty: a gap the dispatcher fills."""
    route = suggest_route(session, order)
    if route is None:
        return {}
    try:
        unit = catalogues.unit(session, route.unit_code)
    except NotFound:  # disabled between two reads
        return {}
    return {"unit": str(unit.id), "responsible_person": route.responsible_person}


def _known(order: WorkOrder) -> dict[str, str]:
    names = ("kind", "domain", "topic", "sub_item", "third_level")
    return {name: getattr(order, name) for name in names}


def _field(field: Field, value: str | None) -> MoveField:
    choices = [Choice(value=one, label=label) for one, label in field.options]
    return MoveField(
        name=field.name,
        label=field.label,
        type=field.type,
        required=field.required,
        options=choices or None,
        value=value or None,
    )
