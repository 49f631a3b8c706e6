"""The business of a made-up call: answers from facts, keeps nothing, tells what it would keep."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ivr_flows.interfaces import (
    Acted,
    Draft,
    Hours,
    OrderAct,
    OrderProgress,
    RoadAnswer,
    VoiceMessage,
)
from ivr_flows.simulation.data import Facts, OrderFact

SHORTEST: Final = 8
"""Digits of an order's number that will do from any telephone."""
_ACTS: Final = {OrderAct.WITHDRAW: "撤回", OrderAct.URGE: "催办"}


class BusinessAwayError(Exception):
    """The facts say that nothing answers."""


@dataclass
class MadeUpBusiness:
    """`Actions` on facts."""

    facts: Facts
    happened: list[str] = field(default_factory=list)
    """What would have been kept, for the person who looks on."""
    _found: set[str] = field(default_factory=set)
    """Orders told in this call: only they can be acted on."""

    def find_order(self, number: str, phone: str) -> OrderProgress | None:
        """Fewer than eight digits will do only from the telephone that filed it."""
        self._works()
        if len(number) < SHORTEST and phone != self.facts.caller:
            return None
        for order in self.facts.orders:
            if order.order_no.endswith(number) and (order.phone or phone) == phone != "":
                self._found.add(order.order_no)
                return self._progress(order)
        return None

    def _progress(self, order: OrderFact) -> OrderProgress:
        accepted = order.accepted_on or self.facts.at.date()
        return OrderProgress(order.order_no, order.state, accepted, order.due_on)

    def hours(self, calendar: str) -> Hours:
        self._works()
        return self.facts.hours.get(calendar, Hours.OPEN)

    def switched_on(self, switch: str) -> bool:
        self._works()
        return switch in self.facts.switches

    def caller_groups(self) -> frozenset[str]:
        self._works()
        return frozenset(self.facts.groups)

    def announcement(self) -> str | None:
        self._works()
        return self.facts.announcement or None

    def road_notices(self) -> tuple[str, ...]:
        self._works()
        return tuple(self.facts.road_notices)

    def faq(self, topic: str) -> tuple[str, ...]:
        self._works()
        return tuple(self.facts.answers.get(topic, ()))

    def transfer_allowed(self, number: str) -> bool:
        self._works()
        return number in self.facts.transfers

    def road(self, entry: str) -> RoadAnswer | None:
        self._works()
        for road in self.facts.roads:
            if road.entry == entry:
                return RoadAnswer(road.name, road.road_no, tuple(road.notices), road.updated_at)
        return None

    def waiting(self, skill: str) -> int:
        self._works()
        return self.facts.waiting.get(skill, self.facts.waiting.get("", 0))

    def act_on_order(self, order_no: str, act: OrderAct) -> Acted:
        self._works()
        if order_no not in self._found:
            return Acted.REFUSED
        done = f"{_ACTS[act]}工单 {order_no}"
        if done in self.happened:
            return Acted.AGAIN
        self.happened.append(done)
        return Acted.DONE

    def supplement(self, order_no: str, message: VoiceMessage) -> Acted:  # noqa: ARG002 the protocol asks
        self._works()
        if order_no not in self._found:
            return Acted.REFUSED
        self.happened.append(f"给工单 {order_no} 补充录音")
        return Acted.DONE

    def text_road(self, road: RoadAnswer) -> bool:
        return self._texted(f"短信：{road.name}路况")

    def text_order(self, order_no: str) -> bool:
        return self._texted(f"短信：工单编号 {order_no}")

    def subscribe(self, road_no: str, hours: int) -> bool:
        return self._texted(f"订阅 {road_no} {hours} 小时")

    def unsubscribe(self) -> bool:
        return self.facts.subscribed and self._texted("退订路况短信")

    def answer_useful(self, topic: str, useful: bool) -> None:
        self._works()
        self.happened.append(f"知识库 {topic}：{'有用' if useful else '没用'}")

    def ask_callback(self, skill: str, minutes: int) -> datetime | None:
        if not self._texted(f"{minutes} 分钟内由队列 {skill or '默认'} 回拨"):
            return None
        return self.facts.at + timedelta(minutes=minutes)

    def remember(self, group: str, member: bool) -> bool:
        self._works()
        self.happened.append(f"来电号码{'放进' if member else '移出'}分组 {group}")
        return bool(self.facts.caller)

    def _texted(self, what: str) -> bool:
        self._works()
        if not self.facts.unreachable:
            self.happened.append(what)
        return not self.facts.unreachable

    def save_draft(self, draft: Draft) -> str:
        self._works()
        told = "".join(f"，{name}={value}" for name, value in draft.answers.items())
        self.happened.append(f"建立草稿工单：{draft.topic}（{draft.kind}{told}）")
        return f"JT210100{self.facts.at:%Y%m%d}{50_000_000 + len(self.happened)}"

    def rate(self, question: str, level: int) -> None:
        self._works()
        self.happened.append(f"评价 {question}：{level}")

    def _works(self) -> None:
        if self.facts.failing:
            raise BusinessAwayError
