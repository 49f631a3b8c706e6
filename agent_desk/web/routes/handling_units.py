"""Handling units and which matters go to them."""

from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, any_of, delete, get, patch, post
from agent_desk.web.shapes.base import Nothing, Page, PageQuery
from agent_desk.web.shapes.units import RouteBody, RouteShape, UnitBody, UnitPatch, UnitShape
from ticketing.records.catalogues import HandlingUnit, RoutingRoute
from ticketing.rules.permissions import Right
from ticketing.rules.routing import UnitType
from ticketing.units import (
    NewRoute,
    NewUnit,
    UnitChange,
    add_route,
    add_unit,
    change_unit,
    list_routes,
    list_units,
    retire_route,
    unit_names,
)


async def show_units(ask: Ask[PageQuery, Nothing]) -> Page[UnitShape]:
    limit = ask.query.limit
    units = await ask.desk.database.read(list_units, ask.query.after, limit + 1)
    last = str(units[limit - 1].id) if len(units) > limit else None
    return Page[UnitShape](items=[_unit(unit) for unit in units[:limit]], next=last)


async def create_unit(ask: Ask[Nothing, UnitBody]) -> UnitShape:
    values = ask.body.model_dump(exclude={"kind"})
    new = NewUnit(**values, type=ask.body.kind)
    return _unit(await ask.desk.database.write(add_unit, ask.desk.clock.now(), ask.person, new))


async def update_unit(ask: Ask[Nothing, UnitPatch]) -> UnitShape:
    values = ask.body.model_dump(exclude={"kind"})
    change = UnitChange(**values, type=ask.body.kind)
    return _unit(
        await ask.desk.database.write(
            change_unit, ask.desk.clock.now(), ask.person, ask.number("id"), change
        )
    )


async def show_routing(ask: Ask[PageQuery, Nothing]) -> Page[RouteShape]:
    return await ask.desk.database.read(_routes, ask.query.after, ask.query.limit)


async def create_routing(ask: Ask[Nothing, RouteBody]) -> RouteShape:
    new = NewRoute(**ask.body.model_dump())
    moment = ask.desk.clock.now()
    route = await ask.desk.database.write(add_route, moment, ask.person, new)
    names = await ask.desk.database.read(unit_names, [route.unit_id])
    return _route(route, names[route.unit_id])


async def retire_routing(ask: Ask[Nothing, Nothing]) -> None:
    moment = ask.desk.clock.now()
    await ask.desk.database.write(retire_route, moment, ask.person, ask.number("id"))


def _routes(session: Session, after: int | None, limit: int) -> Page[RouteShape]:
    found = list_routes(session, after, limit + 1)
    names = unit_names(session, [route.unit_id for route in found])
    last = str(found[limit - 1].id) if len(found) > limit else None
    shapes = [_route(route, names.get(route.unit_id, "")) for route in found[:limit]]
    return Page[RouteShape](items=shapes, next=last)


def _route(route: RoutingRoute, unit: str) -> RouteShape:
    fields = {name: getattr(route, name) for name in RouteShape.model_fields if name != "unit"}
    return RouteShape(**fields, unit=unit)


def _unit(unit: HandlingUnit) -> UnitShape:
    return UnitShape(
        id=unit.id,
        name=unit.name,
        code=unit.code,
        kind=unit.type,
        kind_label=UnitType(unit.type).zh,
        parent_id=unit.parent_id,
        region_code=unit.region_code,
        duty_person=unit.duty_person,
        duty_phone=unit.duty_phone,
        active=unit.disabled_at is None,
    )


_SEE = any_of(Right.SEE_ORDERS, Right.SEE_OWN_UNIT_ORDERS, Right.EDIT_CATALOGUES, Right.EDIT_USERS)
_EDIT = any_of(Right.EDIT_CATALOGUES)
_ID = r"{id:\d+}"

ROUTES: tuple[AnyRoute, ...] = (
    get("/handling-units", show_units, _SEE, PageQuery, Page[UnitShape], "承办单位"),
    post("/handling-units", create_unit, _EDIT, UnitBody, UnitShape, "新增承办单位", 201),
    patch(f"/handling-units/{_ID}", update_unit, _EDIT, UnitPatch, UnitShape, "修改承办单位"),
    get("/routing", show_routing, _SEE, PageQuery, Page[RouteShape], "派单路由"),
    post("/routing", create_routing, _EDIT, RouteBody, RouteShape, "新增派单路由", 201),
    delete(f"/routing/{_ID}", retire_routing, _EDIT, type(None), "停用派单路由"),
)
