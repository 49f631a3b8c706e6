"""Handling units and which matters go to them."""

from agent_desk.web.problems import BadRequest
from agent_desk.web.routing import AnyRoute, Ask, any_of, get, patch, post
from agent_desk.web.shapes.base import Nothing, Page, PageQuery
from agent_desk.web.shapes.orders import RouteBody, RouteShape, UnitBody, UnitPatch, UnitShape
from ticketing.rules.permissions import Right


async def show_units(ask: Ask[PageQuery, Nothing]) -> Page[UnitShape]:
    raise BadRequest("承办单位接口尚未接通", 501)


async def create_unit(ask: Ask[Nothing, UnitBody]) -> UnitShape:
    raise BadRequest("承办单位接口尚未接通", 501)


async def update_unit(ask: Ask[Nothing, UnitPatch]) -> UnitShape:
    raise BadRequest("承办单位接口尚未接通", 501)


async def show_routing(ask: Ask[PageQuery, Nothing]) -> Page[RouteShape]:
    raise BadRequest("承办单位接口尚未接通", 501)


async def create_routing(ask: Ask[Nothing, RouteBody]) -> RouteShape:
    raise BadRequest("承办单位接口尚未接通", 501)


_SEE = any_of(Right.SEE_ORDERS, Right.SEE_OWN_UNIT_ORDERS, Right.EDIT_CATALOGUES)
_EDIT = any_of(Right.EDIT_CATALOGUES)

ROUTES: tuple[AnyRoute, ...] = (
    get("/handling-units", show_units, _SEE, PageQuery, Page[UnitShape], "承办单位"),
    post("/handling-units", create_unit, _EDIT, UnitBody, UnitShape, "新增承办单位", 201),
    patch(r"/handling-units/{id:\d+}", update_unit, _EDIT, UnitPatch, UnitShape, "修改承办单位"),
    get("/routing", show_routing, _SEE, PageQuery, Page[RouteShape], "派单路由"),
    post("/routing", create_routing, _EDIT, RouteBody, RouteShape, "新增派单路由", 201),
)
