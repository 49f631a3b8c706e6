"""A hotline centre with its people and units on a real database, for tests of an order's life."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing import setup
from ticketing.actors import Actor, person
from ticketing.clock import SHANGHAI
from ticketing.orders import closing, dispatch, handling, intake
from ticketing.orders.dispatch import Assignment
from ticketing.orders.handling import Reply
from ticketing.orders.intake import Intake
from ticketing.records.calls import Call
from ticketing.records.catalogues import HandlingUnit, RoutingRoute
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.classification import Kind
from ticketing.rules.permissions import Role
from ticketing.rules.policy import Policy
from ticketing.rules.ratings import Question, Rating
from ticketing.rules.routing import UnitType

AGENT: Final = person("agent", "话务员甲", [Role.AGENT])
DISPATCHER: Final = person("dispatcher", "派单员乙", [Role.DISPATCHER])
OTHER_DISPATCHER: Final = person("dispatcher2", "派单员丙", [Role.DISPATCHER])
REVISITOR: Final = person("revisitor", "回访员丁", [Role.REVISIT_AGENT])
AUTHORITY: Final = person("authority", "审批人戊", [Role.AUTHORITY])
DEPARTMENT: Final = person("department", "归口部门己", [Role.LEAD_DEPARTMENT])
LEADER: Final = person("leader", "班长庚", [Role.LEADER])
ADMIN: Final = person("admin", "管理员辛", [Role.ADMIN])

UNITS: Final = {
    "TAXI": ("出租汽车管理处", UnitType.DIRECT_UNIT, "张三"),
    "BUS": ("公交集团", UnitType.ENTERPRISE, "李四"),
    "ROAD": ("公路处", UnitType.INTERNAL_DEPARTMENT, "王五"),
    "BUREAU": ("市交通运输局", UnitType.AUTHORITY, "赵六"),
}
PHONE: Final = "13812345678"
CONTENT: Final = "乘客反映昨日晚间在火车站乘坐出租汽车时司机拒绝使用计价器并索要高价"
ANSWER: Final = "经核实司机未使用计价器属实，已退还多收费用并对其停运培训三日"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


COMPLAINT: Final = Intake(
    kind=Kind.COMPLAINT,
    content=CONTENT,
    domain="城市客运",
    topic="巡游出租汽车",
    sub_item="计价议价",
    caller_number=PHONE,
    caller_name="王小明",
    caller_title="先生",
    object="辽A12345",
    reason="司机违反规定，请求退还多收的费用并处理",
)
CONSULTATION: Final = Intake(
    kind=Kind.CONSULT,
    content="来电人咨询沈阳至大连高速公路今天上午是否因为大雾临时封闭",
    domain="高速公路",
    topic="高速公路路况咨询",
    sub_item="临时管制",
    caller_number=PHONE,
)
SUGGESTION: Final = replace(
    CONSULTATION,
    kind=Kind.SUGGESTION,
    content="建议将一百五十路公交车的末班车时间从二十一点延长到二十二点三十分",
    domain="城市客运",
    topic="公共汽电车",
    sub_item="线路",
)
REPLY: Final = Reply(ANSWER, "调取录像并约谈司机", "《出租汽车经营服务管理规定》", "phone")
FOUR_ANSWERS: Final = dict.fromkeys(Question, Rating.SATISFIED)


class Centre:
    """The people's hands: each method is what one of them does, at the centre's own time."""

    def __init__(self, session: Session, now: datetime, policy: Policy | None = None) -> None:
        self.session = session
        self.now = now
        setup.install(session, now, policy or Policy(), last_sequence=51955519)
        if session.scalars(select(HandlingUnit)).first() is None:
            self._found_units()

    def _found_units(self) -> None:
        self.session.add_all(
            HandlingUnit(code=code, name=name, type=kind, duty_person=duty, created_at=self.now)
            for code, (name, kind, duty) in UNITS.items()
        )
        self.session.flush()
        self._route("TAXI", topic="巡游出租汽车")
        self._route("BUS", topic="公共汽电车")
        self.session.flush()

    def _route(self, code: str, topic: str) -> None:
        self.session.add(
            RoutingRoute(
                unit_id=self.unit(code).id,
                topic=topic,
                responsible_person=UNITS[code][2],
                created_by="admin",
                created_at=self.now,
            )
        )

    def unit(self, code: str) -> HandlingUnit:
        return self.session.scalars(select(HandlingUnit).where(HandlingUnit.code == code)).one()

    def handler(self, code: str = "TAXI") -> Actor:
        name = UNITS[code][2]
        return person(f"handler-{code}", name, [Role.UNIT_HANDLER], unit_id=self.unit(code).id)

    def later(self, **length: float) -> datetime:
        self.now += timedelta(**length)
        return self.now

    def drafted(self, what: Intake = COMPLAINT) -> WorkOrder:
        return intake.open_work_order(self.session, self.now, AGENT, what)

    def submitted(self, what: Intake = COMPLAINT) -> WorkOrder:
        return intake.submit(self.session, self.now, AGENT, self.drafted(what).order_no)

    def dispatched(self, what: Intake = COMPLAINT, unit: str = "TAXI") -> WorkOrder:
        order = self.submitted(what)
        return self.dispatch(order, unit)

    def dispatch(self, order: WorkOrder, unit: str = "TAXI") -> WorkOrder:
        return dispatch.dispatch(
            self.session, self.now, DISPATCHER, order.order_no, Assignment(unit)
        )

    def signed(self, what: Intake = COMPLAINT, unit: str = "TAXI") -> WorkOrder:
        order = self.dispatched(what, unit)
        return handling.sign(self.session, self.now, self.handler(unit), order.order_no)

    def replied(self, what: Intake = COMPLAINT, unit: str = "TAXI") -> WorkOrder:
        order = self.signed(what, unit)
        self.later(hours=5)
        return handling.reply(self.session, self.now, self.handler(unit), order.order_no, REPLY)

    def closed(self, what: Intake = COMPLAINT, unit: str = "TAXI") -> WorkOrder:
        order = self.replied(what, unit)
        self.later(hours=1)
        return closing.confirm(self.session, self.now, DISPATCHER, order.order_no)

    def call_out(self, key: str, seconds: float = 60, number: str = PHONE) -> Call:
        """A call to the caller that begins now; without seconds nobody picked up."""
        call = Call(
            key=key,
            direction="out",
            caller_number=number,
            started_at=self.now,
            connected_at=self.now if seconds else None,
            ended_at=self.now + timedelta(seconds=seconds or 30),
        )
        self.session.add(call)
        self.session.flush()
        return call
