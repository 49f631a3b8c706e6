"""Work orders for a demo, in every state of an order's life.

They are made by the same use cases people use, so that their histories are true ones.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ticketing.actors import Actor, person
from ticketing.clock import SHANGHAI
from ticketing.orders import closing, dispatch, handling, intake, return_visits, review
from ticketing.orders.dispatch import Assignment
from ticketing.orders.handling import Reply
from ticketing.orders.intake import Intake
from ticketing.orders.return_visits import Visit
from ticketing.records.calls import Call
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.acceptance import RejectCode
from ticketing.rules.classification import ComplainantType, Kind
from ticketing.rules.guards import ExtensionGround
from ticketing.rules.permissions import Role
from ticketing.rules.ratings import Question, Rating

TAXI_UNIT: Final = "SY-TAXI"
BUS_UNIT: Final = "SY-BUS"
FREIGHT_UNIT: Final = "SY-JT"

AGENT: Final = person("agent1", "李小红", [Role.AGENT])
DISPATCHER: Final = person("dispatcher", "孙派单", [Role.DISPATCHER])
VISITOR: Final = person("visitor", "周回访", [Role.REVISIT_AGENT])
DEPARTMENT: Final = person("department", "省归口部门", [Role.LEAD_DEPARTMENT])

TAXI: Final = Intake(
    kind=Kind.COMPLAINT,
    domain="城市客运",
    topic="巡游出租汽车",
    sub_item="计价议价",
    content="来电人昨晚九点在沈阳北站乘坐出租汽车到青年大街，司机不打表，要价八十元",
    object="辽A1T234",
    place="沈阳北站",
    reason="平时打表只需三十元左右，要求退还多收费用并处理司机",
    caller_number="13900010001",
    caller_name="刘先达",
    caller_title="先生",
)
BUS: Final = Intake(
    kind=Kind.COMPLAINT,
    domain="城市客运",
    topic="公共汽电车",
    sub_item="运行间隔",
    content="来电人反映今早七点在中街站等候一百五十路公交车四十分钟没有一辆进站",
    object="150路",
    place="中街站",
    reason="线路牌写明八分钟一班，要求核实调度并答复原因",
    caller_number="13900010002",
    caller_name="孙丽",
    caller_title="女士",
)
BUS_IDEA: Final = replace(
    BUS,
    kind=Kind.SUGGESTION,
    sub_item="线路",
    content="建议将一百五十路公交车末班时间由二十一点延长到二十二点三十分，方便晚班职工",
    reason="",
)
ROAD: Final = Intake(
    kind=Kind.CONSULT,
    domain="高速公路",
    topic="高速公路路况咨询",
    sub_item="临时管制",
    content="来电人咨询沈大高速公路往大连方向今天上午是否因为大雾临时封闭，何时恢复",
    caller_number="13900010003",
    caller_title="先生",
)
TRUCK: Final = Intake(
    kind=Kind.COMPLAINT,
    domain="道路运输",
    topic="道路货物运输",
    sub_item="运输资格",
    content="货车司机反映从业资格证换证申请提交二十天仍未办结，影响正常接单运输",
    object="道路运输管理窗口",
    reason="超过承诺办理时限，要求尽快办结",
    caller_number="13900010004",
    caller_name="马强",
    caller_title="先生",
    complainant_type=ComplainantType.PRACTITIONER,
    caller_group="货车司机",
)
ANSWER: Final = "经查询高速公路管理系统，沈大高速今天上午九点已恢复正常通行，请您放心出行"
REPLY: Final = Reply(
    "经核实司机未按规定使用计价器，已责令退还多收费用五十元，并对司机停运教育三日",
    "调取行车轨迹和录像，约谈司机本人，电话联系来电人核对情况",
    "《巡游出租汽车经营服务管理规定》",
    "phone",
    Rating.SATISFIED,
    ("demo-reply",),
)


def load_demo_orders(session: Session, moment: datetime) -> int:
    """How many orders were made; none when there are orders already. The units must be there."""
    if session.scalar(select(exists(select(WorkOrder.id)))):
        return 0
    return len(_Story(session, moment).tell())


@dataclass
class _Story:
    """What happened in the days before the demo began, one order after another."""

    session: Session
    now: datetime

    def tell(self) -> list[WorkOrder]:
        days = timedelta(days=1)
        return [
            self._drafted(ROAD, timedelta(minutes=20)),
            self._answered(ROAD, 1 * days),
            self._answered(replace(ROAD, sub_item="日常路况"), 2 * days),
            self._refused(2 * days),
            self._submitted(BUS_IDEA, timedelta(hours=2)),
            self._submitted(TAXI, timedelta(hours=30)),
            self._dispatched(TAXI, TAXI_UNIT, timedelta(hours=5)),
            self._dispatched(BUS, BUS_UNIT, 3 * days),
            self._dispatched(TRUCK, FREIGHT_UNIT, 2 * days),
            self._signed(replace(TAXI, sub_item="拒载", object="辽A2T567"), TAXI_UNIT, 4 * days),
            self._returned(replace(TAXI, object="辽A9X888"), TAXI_UNIT, timedelta(hours=8)),
            self._extension(replace(TAXI, sub_item="绕路", object="辽A3T111"), TAXI_UNIT, 5 * days),
            self._replied(replace(TAXI, object="辽A4T222"), TAXI_UNIT, 5 * days),
            self._closed(replace(TAXI, object="辽A5T333", confidential=True), TAXI_UNIT, 6 * days),
            self._reviewed(replace(TAXI, object="辽A6T444"), TAXI_UNIT, 9 * days, Rating.SATISFIED),
            self._reviewed(TAXI, TAXI_UNIT, 12 * days, Rating.DISSATISFIED),
            self._dispatched(replace(TAXI, object="辽A7T555"), TAXI_UNIT, 30 * days),
        ]

    def _at(self, ago: timedelta, hours: float = 0) -> datetime:
        """A moment of the past, in office hours where it is days ago."""
        then = self.now - ago + timedelta(hours=hours)
        if ago < timedelta(days=1):
            return min(then, self.now)
        morning = then.astimezone(SHANGHAI).replace(hour=9, minute=0)
        return morning + timedelta(hours=hours % 9)

    def _drafted(self, what: Intake, ago: timedelta) -> WorkOrder:
        return intake.open_work_order(self.session, self._at(ago), AGENT, what)

    def _submitted(self, what: Intake, ago: timedelta) -> WorkOrder:
        order = self._drafted(what, ago)
        return intake.submit(self.session, self._at(ago), AGENT, order.order_no)

    def _answered(self, what: Intake, ago: timedelta) -> WorkOrder:
        order = self._drafted(what, ago)
        return intake.answer_instantly(self.session, self._at(ago), AGENT, order.order_no, ANSWER)

    def _refused(self, ago: timedelta) -> WorkOrder:
        what = replace(ROAD, domain="铁路", topic="", sub_item="")
        what = replace(what, content="来电人要求退还昨天购买的高铁车票，已告知拨打铁路服务热线")
        order = self._drafted(what, ago)
        reason = "铁路客票业务不属于交通运输主管部门职责，已告知拨打12306"
        return intake.reject(
            self.session,
            self._at(ago),
            AGENT,
            order.order_no,
            RejectCode.OUT_OF_DUTY,
            reason,
            told=True,
        )

    def _dispatched(self, what: Intake, unit: str, ago: timedelta) -> WorkOrder:
        order = self._submitted(what, ago)
        return dispatch.dispatch(
            self.session, self._at(ago, 1), DISPATCHER, order.order_no, Assignment(unit)
        )

    def _signed(self, what: Intake, unit: str, ago: timedelta) -> WorkOrder:
        order = self._dispatched(what, unit, ago)
        moment = self._at(ago, 2)
        return handling.sign(self.session, moment, self._handler(order), order.order_no)

    def _returned(self, what: Intake, unit: str, ago: timedelta) -> WorkOrder:
        order = self._dispatched(what, unit, ago)
        reason = "车辆为外地号牌，未在我市登记，不属于我单位管理"
        handler = self._handler(order)
        return handling.request_return(
            self.session, self._at(ago, 2), handler, order.order_no, reason
        )

    def _extension(self, what: Intake, unit: str, ago: timedelta) -> WorkOrder:
        order = self._signed(what, unit, ago)
        return handling.request_extension(
            self.session,
            self._at(ago, 4),
            self._handler(order),
            order.order_no,
            ExtensionGround.EVIDENCE,
            "车载录像已被覆盖，正在向公安机关申请调取路面监控",
            5,
        )

    def _replied(self, what: Intake, unit: str, ago: timedelta) -> WorkOrder:
        order = self._signed(what, unit, ago)
        handler = self._handler(order)
        return handling.reply(self.session, self._at(ago, 6), handler, order.order_no, REPLY)

    def _closed(self, what: Intake, unit: str, ago: timedelta) -> WorkOrder:
        order = self._replied(what, unit, ago)
        return closing.confirm(self.session, self._at(ago, 7), DISPATCHER, order.order_no)

    def _reviewed(self, what: Intake, unit: str, ago: timedelta, satisfied: Rating) -> WorkOrder:
        order = self._closed(what, unit, ago)
        moment = self._at(ago, 8)
        call = self._call_out(order, moment)
        answers = {**dict.fromkeys(Question, Rating.SATISFIED), Question.SATISFACTION: satisfied}
        visit = Visit("phone", answers, "答复比较及时", call.key)
        return_visits.record_visit(self.session, moment, VISITOR, order.order_no, visit)
        return review.pass_review(self.session, moment, DEPARTMENT, order.order_no, "属实")

    def _handler(self, order: WorkOrder) -> Actor:
        name = order.responsible_person
        return person("unit1", name, [Role.UNIT_HANDLER], unit_id=order.lead_unit_id)

    def _call_out(self, order: WorkOrder, moment: datetime) -> Call:
        call = Call(
            key=f"demo-{order.order_no}",
            direction="out",
            caller_number=order.caller_number,
            started_at=moment,
            connected_at=moment + timedelta(seconds=8),
            ended_at=moment + timedelta(seconds=95),
            outcome="talked",
        )
        self.session.add(call)
        self.session.flush()
        return call
