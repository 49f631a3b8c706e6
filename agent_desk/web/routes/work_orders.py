"""Work orders: found, opened, corrected, moved on."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agent_desk.web.moves.offered import carry_out
from agent_desk.web.routing import AnyRoute, Ask, any_of, get, patch, post
from agent_desk.web.shapes.base import Nothing, Page
from agent_desk.web.shapes.order_list import OrderQuery, OrderSummary
from agent_desk.web.shapes.orders import MoveBody, NewOrder, OrderPatch, OrderShape
from agent_desk.web.shaping.numbers import note_sight, sight_of
from agent_desk.web.shaping.orders import order_shape
from agent_desk.web.shaping.summaries import order_summaries
from ticketing.errors import Finding, InvalidInput
from ticketing.orders import intake
from ticketing.orders.intake import Intake
from ticketing.orders.views import OrderFilter, list_orders, work_order
from ticketing.people.person import Person
from ticketing.recordings.ledger import bind_recordings
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.acceptance import RejectCode
from ticketing.rules.classification import ComplainantType, Kind
from ticketing.rules.permissions import Right
from ticketing.rules.states import Event, State


async def show_orders(ask: Ask[OrderQuery, Nothing]) -> Page[OrderSummary]:
    wanted = filter_of(ask.query, ask.person)
    page = await ask.desk.database.read(
        _page, ask.person, wanted, ask.query.after, ask.query.limit, ask.desk.clock.now()
    )
    await note_sight(ask, "work_order", "list")
    return page


async def show_order(ask: Ask[Nothing, Nothing]) -> OrderShape:
    order_no, moment = ask.path["order_no"], ask.desk.clock.now()
    order = await ask.desk.database.read(order_shape, moment, ask.person, order_no)
    await note_sight(ask, "work_order", order_no)
    return order


async def open_order(ask: Ask[Nothing, NewOrder]) -> OrderShape:
    """Opened and moved on in one transaction: what is refused leaves nothing behind."""
    return await ask.desk.database.write(_open, ask.desk.clock.now(), ask.person, ask.body)


async def correct_order(ask: Ask[Nothing, OrderPatch]) -> OrderShape:
    return await ask.desk.database.write(
        _correct, ask.desk.clock.now(), ask.person, ask.path["order_no"], ask.body
    )


async def move_order(ask: Ask[Nothing, MoveBody]) -> OrderShape:
    return await ask.desk.database.write(
        _move, ask.desk.clock.now(), ask.person, ask.path["order_no"], ask.body
    )


def _page(
    session: Session,
    person: Person,
    wanted: OrderFilter,
    after: int | None,
    limit: int,
    moment: datetime,
) -> Page[OrderSummary]:
    page = list_orders(session, person, wanted, after, limit)
    return Page[OrderSummary](
        items=order_summaries(session, page.orders, sight_of(person), moment),
        next=None if page.next_after is None else str(page.next_after),
    )


def filter_of(query: OrderQuery, person: Person) -> OrderFilter:
    states = [word for word in query.state.split(",") if word]
    if unknown := set(states) - set(State):
        raise InvalidInput((Finding("state", f"没有状态“{'、'.join(sorted(unknown))}”"),))
    return OrderFilter(
        states=tuple(State(word) for word in states),
        kind=query.kind,
        domain=query.domain,
        topic=query.topic,
        region_code=query.region,
        unit_id=query.unit,
        created_by=(person.user_id or 0) if query.mine else None,
        caller_number=query.caller_number,
        overdue=bool(query.overdue),
        text=query.q,
        review_state=query.review_state,
        waiting_for=person if query.waiting else None,
        accepted_from=query.accepted_from,
        accepted_before=query.accepted_before,
    )


def _open(session: Session, moment: datetime, person: Person, body: NewOrder) -> OrderShape:
    order = intake.open_work_order(session, moment, person, _intake(body.model_dump()))
    _first_move(session, moment, person, order, body)
    if order.call_key:
        bind_recordings(session, order, moment)
    return order_shape(session, moment, person, order.order_no)


def _first_move(
    session: Session, moment: datetime, person: Person, order: WorkOrder, body: NewOrder
) -> None:
    this = (session, moment, person, order.order_no)
    match body.then:
        case "instant":
            intake.answer_instantly(*this, body.result)
        case "handle":
            intake.submit(*this)
        case "reject":
            intake.reject(*this, _reject_code(body), body.reject_reason, told=body.told)
        case "escalate":
            intake.escalate(*this, body.escalate_to, body.reject_reason)


def _reject_code(body: NewOrder) -> RejectCode:
    if body.reject_code not in set(RejectCode):
        raise InvalidInput((Finding("reject_code", "请选择不予受理情形"),))
    return RejectCode(body.reject_code)


def _correct(
    session: Session, moment: datetime, person: Person, order_no: str, body: OrderPatch
) -> OrderShape:
    order = work_order(session, person, order_no)
    now = {field.name: getattr(order, field.name, "") for field in fields(Intake)}
    given = body.model_dump(exclude={"version"}, exclude_none=True)
    intake.edit_draft(session, moment, person, order_no, body.version, _intake(now | given))
    return order_shape(session, moment, person, order_no)


def _move(
    session: Session, moment: datetime, person: Person, order_no: str, body: MoveBody
) -> OrderShape:
    carry_out(session, moment, person, order_no, body.event, body.version, body.fields)
    revealed = body.event == Event.REVEAL_CALLER
    return order_shape(session, moment, person, order_no, revealed=revealed)


def _intake(values: dict[str, Any]) -> Intake:
    known = {field.name for field in fields(Intake)}
    return Intake(
        **{name: value for name, value in values.items() if name in known}
        | {
            "kind": Kind(values["kind"]),
            "complainant_type": ComplainantType(values["complainant_type"]),
            "tags": tuple(values["tags"]),
        }
    )


_SEE = any_of(Right.SEE_ORDERS, Right.SEE_OWN_UNIT_ORDERS)

ROUTES: tuple[AnyRoute, ...] = (
    get("/work-orders", show_orders, _SEE, OrderQuery, Page[OrderSummary], "工单列表"),
    post("/work-orders", open_order, _SEE, NewOrder, OrderShape, "登记工单", 201),
    get("/work-orders/{order_no}", show_order, _SEE, Nothing, OrderShape, "一张工单"),
    patch("/work-orders/{order_no}", correct_order, _SEE, OrderPatch, OrderShape, "更正草稿"),
    post("/work-orders/{order_no}/moves", move_order, _SEE, MoveBody, OrderShape, "办理工单"),
)
