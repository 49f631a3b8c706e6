"""The business of a made-up call: answers from facts, keeps nothing, tells what it would keep."""

from dataclasses import dataclass, field

from ivr_flows.interfaces import Draft, Hours, OrderProgress
from ivr_flows.simulation.data import Facts, OrderFact


class BusinessAwayError(Exception):
    """The facts say that nothing answers."""


@dataclass
class MadeUpBusiness:
    """`Actions` on facts."""

    facts: Facts
    happened: list[str] = field(default_factory=list)
    """What would have been kept, for the person who looks on."""

    def find_order(self, number: str, phone: str) -> OrderProgress | None:
        self._works()
        for order in self.facts.orders:
            if order.order_no.endswith(number) and (order.phone or phone) == phone != "":
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
