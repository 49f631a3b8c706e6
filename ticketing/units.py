"""Handling units and the routing table, as an administrator keeps them (第二十、二十一条).

Nothing is erased: a unit is disabled, a route retired; old orders still name them.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.people.audit import record_audit
from ticketing.records.catalogues import HandlingUnit, RoutingRoute
from ticketing.rules.routing import UnitType


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit before it has a row; `code` empty: one is made."""

    name: str
    type: str
    code: str = ""
    parent_id: int | None = None
    region_code: str = ""
    duty_person: str = ""
    duty_phone: str = ""


@dataclass(frozen=True, slots=True)
class UnitChange:
    """None leaves a field as it is."""

    name: str | None = None
    type: str | None = None
    parent_id: int | None = None
    region_code: str | None = None
    duty_person: str | None = None
    duty_phone: str | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class NewRoute:
    """Empty fields mean any."""

    unit_id: int
    responsible_person: str = ""
    domain: str = ""
    topic: str = ""
    sub_item: str = ""
    region_code: str = ""
    caller_group: str = ""
    direct: bool = False


def add_unit(session: Session, moment: datetime, by: Actor, new: NewUnit) -> HandlingUnit:
    """Raises InvalidInput for an unknown type, parent, or a code that is taken."""
    findings = [*_type_findings(new.type), *_parent_findings(session, new.parent_id, None)]
    if new.code and session.scalar(select(HandlingUnit.id).where(HandlingUnit.code == new.code)):
        findings.append(Finding("code", "单位编码已被使用"))
    if findings:
        raise InvalidInput(tuple(findings))
    unit = HandlingUnit(
        code=new.code or f"U{secrets.token_hex(4).upper()}",
        name=new.name,
        type=new.type,
        parent_id=new.parent_id,
        region_code=new.region_code,
        duty_person=new.duty_person,
        duty_phone=new.duty_phone,
        created_at=moment,
    )
    session.add(unit)
    session.flush()
    record_audit(session, moment, by, "unit.add", "handling_unit", unit.code)
    return unit


def change_unit(
    session: Session, moment: datetime, by: Actor, unit_id: int, change: UnitChange
) -> HandlingUnit:
    """Raises NotFound, InvalidInput."""
    unit = session.get(HandlingUnit, unit_id, with_for_update=True)
    if unit is None:
        raise NotFound("handling_unit", unit_id)
    findings = _parent_findings(session, change.parent_id, unit_id)
    if change.type is not None:
        findings += _type_findings(change.type)
    if findings:
        raise InvalidInput(tuple(findings))
    changed = {}
    for name in ("name", "type", "parent_id", "region_code", "duty_person", "duty_phone"):
        value = getattr(change, name)
        if value is not None and value != getattr(unit, name):
            changed[name] = [getattr(unit, name), value]
            setattr(unit, name, value)
    if change.active is not None:
        unit.disabled_at = None if change.active else moment
        changed["active"] = [not change.active, change.active]
    record_audit(session, moment, by, "unit.change", "handling_unit", unit.code, detail=changed)
    return unit


def list_units(session: Session, after: int | None, limit: int) -> Sequence[HandlingUnit]:
    """Newest first, ids below `after`."""
    query = select(HandlingUnit).order_by(HandlingUnit.id.desc()).limit(limit)
    if after is not None:
        query = query.where(HandlingUnit.id < after)
    return session.scalars(query).all()


def unit_names(session: Session, ids: Collection[int | None]) -> dict[int, str]:
    """Names by id, of units in force and others."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(
        select(HandlingUnit.id, HandlingUnit.name).where(HandlingUnit.id.in_(wanted))
    )
    return {row.id: row.name for row in rows}


def unit_code(session: Session, unit_id: int) -> str:
    """Raises NotFound."""
    unit = session.get(HandlingUnit, unit_id)
    if unit is None:
        raise NotFound("handling_unit", unit_id)
    return unit.code


def add_route(session: Session, moment: datetime, by: Actor, new: NewRoute) -> RoutingRoute:
    """Raises NotFound when the unit is not there."""
    code = unit_code(session, new.unit_id)
    route = RoutingRoute(
        domain=new.domain,
        topic=new.topic,
        sub_item=new.sub_item,
        region_code=new.region_code,
        caller_group=new.caller_group,
        unit_id=new.unit_id,
        responsible_person=new.responsible_person,
        direct=new.direct,
        created_by=by.login,
        created_at=moment,
    )
    session.add(route)
    session.flush()
    record_audit(session, moment, by, "route.add", "routing_route", str(route.id), reason=code)
    return route


def retire_route(session: Session, moment: datetime, by: Actor, route_id: int) -> None:
    """Raises NotFound when it is not in force."""
    route = session.get(RoutingRoute, route_id, with_for_update=True)
    if route is None or route.retired_at is not None:
        raise NotFound("routing_route", route_id)
    route.retired_at = moment
    record_audit(session, moment, by, "route.retire", "routing_route", str(route_id))


def list_routes(session: Session, after: int | None, limit: int) -> Sequence[RoutingRoute]:
    """Those in force, newest first."""
    query = (
        select(RoutingRoute)
        .where(RoutingRoute.retired_at.is_(None))
        .order_by(RoutingRoute.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(RoutingRoute.id < after)
    return session.scalars(query).all()


def _type_findings(word: str) -> list[Finding]:
    if word in {one.value for one in UnitType}:
        return []
    return [Finding("kind", "请选择承办单位类型")]


def _parent_findings(session: Session, parent_id: int | None, unit_id: int | None) -> list[Finding]:
    """A unit may not stand below itself."""
    here, steps = parent_id, 0
    while here is not None and steps < 20:
        parent = session.get(HandlingUnit, here)
        if parent is None:
            return [Finding("parent_id", "上级单位不存在")]
        if here == unit_id:
            return [Finding("parent_id", "上级单位不能是自己或自己的下级")]
        here, steps = parent.parent_id, steps + 1
    return []
