"""People, units and public words of a demo; all know its password, so loopback only."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.catalogues import unit
from ticketing.demo_information import load_demo_information
from ticketing.people.person import process
from ticketing.people.users import NewUser, add_user
from ticketing.records.catalogues import HandlingUnit
from ticketing.records.people import User
from ticketing.rules.permissions import Role
from ticketing.rules.routing import UnitType
from ticketing.units import NewRoute, NewUnit, add_route, add_unit

PASSWORD: Final = "demo-12328"  # noqa: S105 (known to all; a demo never leaves loopback)
REGION: Final = "210100"
_ALL_QUEUES: Final = ("common", "etc", "complaint", "driver")

PEOPLE: Final = (
    NewUser("agent1", "李小红", (Role.AGENT,), "1001", "1001", _ALL_QUEUES, REGION),
    NewUser("agent2", "王建国", (Role.AGENT,), "1002", "1002", _ALL_QUEUES, REGION),
    NewUser("leader", "赵班长", (Role.LEADER,), "1003", "1003", _ALL_QUEUES, REGION),
    NewUser("dispatcher", "孙派单", (Role.DISPATCHER,), "1004", "1004", (), REGION),
    NewUser("visitor", "周回访", (Role.REVISIT_AGENT,), "1005", "1005", (), REGION),
    NewUser("inspector", "何质检", (Role.INSPECTOR,), "1006", "1006", (), REGION),
    NewUser("unit1", "陈承办", (Role.UNIT_HANDLER,), region_code=REGION),
    NewUser("unit2", "冯公交", (Role.UNIT_HANDLER,), region_code=REGION),
    NewUser("authority", "郑审批", (Role.AUTHORITY,), region_code=REGION),
    NewUser("province", "刘归口", (Role.LEAD_DEPARTMENT,), region_code=REGION),
    NewUser("auditor", "吴审计", (Role.AUDITOR,), region_code=REGION),
    NewUser("manager", "林主任", (Role.CENTRE_MANAGER,), region_code=REGION),
    NewUser("admin", "系统管理员", (Role.ADMIN,), region_code=REGION),
)


UNITS: Final = (
    NewUnit("沈阳市交通运输局", UnitType.AUTHORITY, "SY-JT", duty_person="钱局"),
    NewUnit("市出租汽车管理处", UnitType.DIRECT_UNIT, "SY-TAXI", duty_person="陈承办"),
    NewUnit("市公交集团", UnitType.ENTERPRISE, "SY-BUS", duty_person="冯公交"),
    NewUnit("市公路事务中心", UnitType.DIRECT_UNIT, "SY-ROAD", duty_person="卫公路"),
    NewUnit("省高速公路运营公司", UnitType.ENTERPRISE, "LN-EXPRESS", duty_person="蒋高速"),
    NewUnit("和平区交通运输局", UnitType.DISTRICT_AUTHORITY, "SY-HEPING", duty_person="沈和平"),
)
ROUTES: Final = (
    ("城市客运", "", "SY-TAXI"),
    ("城市客运", "公共汽电车", "SY-BUS"),
    ("普通公路", "", "SY-ROAD"),
    ("高速公路", "", "LN-EXPRESS"),
    ("道路运输", "", "SY-JT"),
    ("水路", "", "SY-JT"),
)
_UNIT_OF: Final = {"unit1": "SY-TAXI", "unit2": "SY-BUS", "authority": "SY-JT"}


def load_demo(session: Session, moment: datetime, password_hash: str) -> list[str]:
    """The logins that were added; what is there already stays as it is."""
    by = process("demo")
    if session.scalar(select(HandlingUnit.id).limit(1)) is None:
        _load_units(session, moment)
    load_demo_information(session, moment)
    there = set(session.scalars(select(User.login)))
    added = [new for new in PEOPLE if new.login not in there]
    for new in added:
        code = _UNIT_OF.get(new.login)
        unit_id = unit(session, code).id if code else None
        full = replace(new, handling_unit_id=unit_id)
        add_user(session, moment, by, full, password_hash, must_change_password=False)
    return [new.login for new in added]


def _load_units(session: Session, moment: datetime) -> None:
    by = process("demo")
    ids = {}
    for new in UNITS:
        ids[new.code] = add_unit(session, moment, by, replace(new, region_code=REGION)).id
    people = {new.code: new.duty_person for new in UNITS}
    for domain, topic, code in ROUTES:
        route = NewRoute(ids[code], people[code], domain=domain, topic=topic)
        add_route(session, moment, by, route)
