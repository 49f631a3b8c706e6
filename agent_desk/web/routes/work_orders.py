"""Work orders: found, opened, corrected, moved on."""

from agent_desk.web.problems import BadRequest
from agent_desk.web.routing import AnyRoute, Ask, any_of, get, patch, post
from agent_desk.web.shapes.base import Nothing, Page
from agent_desk.web.shapes.orders import (
    MoveBody,
    NewOrder,
    OrderPatch,
    OrderQuery,
    OrderShape,
    OrderSummary,
)
from ticketing.rules.permissions import Right


async def show_orders(ask: Ask[OrderQuery, Nothing]) -> Page[OrderSummary]:
    raise BadRequest("工单接口尚未接通", 501)


async def open_order(ask: Ask[Nothing, NewOrder]) -> OrderShape:
    raise BadRequest("工单接口尚未接通", 501)


async def show_order(ask: Ask[Nothing, Nothing]) -> OrderShape:
    raise BadRequest("工单接口尚未接通", 501)


async def correct_order(ask: Ask[Nothing, OrderPatch]) -> OrderShape:
    raise BadRequest("工单接口尚未接通", 501)


async def move_order(ask: Ask[Nothing, MoveBody]) -> OrderShape:
    raise BadRequest("工单接口尚未接通", 501)


_SEE = any_of(Right.SEE_ORDERS, Right.SEE_OWN_UNIT_ORDERS)
_OPEN = any_of(Right.TAKE_CALLS, Right.SEE_ORDERS)

ROUTES: tuple[AnyRoute, ...] = (
    get("/work-orders", show_orders, _SEE, OrderQuery, Page[OrderSummary], "工单列表"),
    post("/work-orders", open_order, _OPEN, NewOrder, OrderShape, "登记工单", 201),
    get("/work-orders/{order_no}", show_order, _SEE, Nothing, OrderShape, "一张工单"),
    patch("/work-orders/{order_no}", correct_order, _SEE, OrderPatch, OrderShape, "更正工单"),
    post("/work-orders/{order_no}/moves", move_order, _SEE, MoveBody, OrderShape, "办理工单"),
)
