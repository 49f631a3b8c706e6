"""The business as it answered then: from the outcomes that the journal has.

A question that the past call never asked has no recorded answer. It gets a plain one (open, off,
nothing new) and is told: nobody can know what the answer would have been.
"""

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from ivr_flows.bundle import Bundle
from ivr_flows.interfaces import (
    Acted,
    Draft,
    Hours,
    OrderAct,
    OrderProgress,
    RoadAnswer,
    VoiceMessage,
)
from ivr_flows.language.asking import QueryOrder
from ivr_flows.language.ending import Transfer
from ivr_flows.language.flow import AnyStep
from ivr_flows.language.serving import (
    ActOnOrder,
    AskRoad,
    OfferCallback,
    Remember,
    SendMessage,
    Subscribe,
    Supplement,
    Unsubscribe,
)
from ivr_flows.language.telling import Branch, Lookup
from ivr_flows.language.words import Step
from ivr_flows.shadow.journal import PastCall
from ivr_flows.simulation.business import BusinessAwayError

MANY: Final = 999
"""Callers waiting; a flow cannot ask for more."""
FAILED: Final = "failure"
ORDER_NO: Final = "JT000000202001010000000"
_TOLD: Final = "（当时的内容）"
Question = tuple[str, str]

_WORDS: Final = {
    "hours": "日历 {} 是否开放（按开放算）",
    "switch": "开关 {}（按关算）",
    "group": "来电人分组（按不在任何分组算）",
    "transfer": "{} 能否转接（按不能算）",
    "announcement": "应急公告（按没有算）",
    "road_notices": "路况（按没有算）",
    "faq": "知识库 {}（按没有算）",
    "order": "查工单的结果（按没有查到算）",
    "road": "查路的结果（按不认识算）",
    "queue": "队列 {} 等待人数（按不多算）",
    "order_act": "工单能否办理 {}（按不能算）",
    "supplement": "工单能否补充（按不能算）",
    "send_message": "能否发短信（按不能算）",
    "subscribe": "能否订阅（按不能算）",
    "unsubscribe": "有无订阅（按没有算）",
    "callback": "能否回拨（按不能算）",
    "remember": "能否记住分组 {}（按不能算）",
}


class RecordedBusiness:
    """`Actions` of one past call, in the order its questions were answered."""

    def __init__(self, call: PastCall, bundle: Bundle) -> None:
        """`bundle` is of the call's own version: it says what each step asked."""
        self._call = call
        self._answers: dict[Question, deque[str]] = {}
        self.assumed: dict[str, None] = {}
        """What had to be assumed, in words."""
        for past in call.steps:
            written = bundle.flows.get(past.flow)
            step = written.flow.steps.get(past.step) if written else None
            if step is not None:
                for question, answer in _asked(step, past.outcome):
                    self._answers.setdefault(question, deque()).append(answer)

    def find_order(self, number: str, phone: str) -> OrderProgress | None:  # noqa: ARG002 as it was then
        answer = self._answer("order", "", "not_found")
        if answer == "not_found":
            return None
        day = self._call.at.date()
        due = None if answer == "finished" else day + timedelta(10)
        return OrderProgress(ORDER_NO, _TOLD, day, due)

    def hours(self, calendar: str) -> Hours:
        return Hours(self._answer("hours", calendar, Hours.OPEN.value))

    def switched_on(self, switch: str) -> bool:
        return self._answer("switch", switch, "off") == "on"

    def caller_groups(self) -> frozenset[str]:
        group = self._answer("group", "", "")
        return frozenset({group} if group else ())

    def announcement(self) -> str | None:
        return _TOLD if self._answer("announcement", "", "none") == "told" else None

    def road_notices(self) -> tuple[str, ...]:
        return (_TOLD,) if self._answer("road_notices", "", "none") == "told" else ()

    def faq(self, topic: str) -> tuple[str, ...]:
        return (_TOLD,) if self._answer("faq", topic, "none") == "told" else ()

    def transfer_allowed(self, number: str) -> bool:
        return self._answer("transfer", number, "refused") == "allowed"

    def road(self, entry: str) -> RoadAnswer | None:
        answer = self._answer("road", "", "unknown")
        if answer == "unknown":
            return None
        notices = (_TOLD,) if answer == "told" else ()
        return RoadAnswer(entry, entry, notices, None if answer == "never" else self._call.at)

    def waiting(self, skill: str) -> int:
        return MANY if self._answer("queue", skill, "short") == "long" else 0

    def act_on_order(self, order_no: str, act: OrderAct) -> Acted:  # noqa: ARG002 as it was then
        return Acted(self._answer("order_act", act.value, "refused"))

    def supplement(self, order_no: str, message: VoiceMessage) -> Acted:  # noqa: ARG002 as it was then
        recorded = self._answer("supplement", "", "refused") != "refused"
        return Acted.DONE if recorded else Acted.REFUSED

    def text_road(self, road: RoadAnswer) -> bool:  # noqa: ARG002 as it was then
        return self._answer("send_message", "road", "refused") == "sent"

    def text_order(self, order_no: str) -> bool:  # noqa: ARG002 as it was then
        return self._answer("send_message", "order", "refused") == "sent"

    def subscribe(self, road_no: str, hours: int) -> bool:  # noqa: ARG002 as it was then
        return self._answer("subscribe", "", "refused") == "subscribed"

    def unsubscribe(self) -> bool:
        return self._answer("unsubscribe", "", "none") == "ended"

    def answer_useful(self, topic: str, useful: bool) -> None:
        """Nothing is kept."""

    def ask_callback(self, skill: str, minutes: int) -> datetime | None:  # noqa: ARG002 as it was then
        accepted = self._answer("callback", "", "declined") == "accepted"
        return self._call.at + timedelta(minutes=minutes) if accepted else None

    def remember(self, group: str, member: bool) -> bool:  # noqa: ARG002 as it was then
        return self._answer("remember", group, "refused") == "done"

    def save_draft(self, draft: Draft) -> str:  # noqa: ARG002 nothing is kept
        return ORDER_NO

    def rate(self, question: str, level: int) -> None:
        """Nothing is kept."""

    def _answer(self, kind: str, of: str, otherwise: str) -> str:
        """The next recorded answer; the last one stays."""
        recorded = self._answers.get((kind, of))
        if not recorded:
            self.assumed[_WORDS[kind].format(of)] = None
            return otherwise
        answer = recorded.popleft() if len(recorded) > 1 else recorded[0]
        if answer == FAILED:
            raise BusinessAwayError
        return answer


def _asked(step: AnyStep, outcome: str) -> Iterator[tuple[Question, str]]:
    """What a step asked the business, and how the outcome says it answered."""
    if isinstance(step, Branch):
        if (answer := _branch_answer(step, outcome)) is not None:
            yield (step.on, step.of), answer
    elif question := _QUESTIONS.get(type(step)):
        kind, part = question
        of = str(getattr(step, part)) if part else ""
        yield (kind or str(getattr(step, "what", "")), of), _MEANT.get((step.do, outcome), outcome)


_QUESTIONS: Final[dict[type[Step], tuple[str, str]]] = {
    Lookup: ("", "topic"),
    QueryOrder: ("order", ""),
    AskRoad: ("road", ""),
    SendMessage: ("send_message", "what"),
    Subscribe: ("subscribe", ""),
    Unsubscribe: ("unsubscribe", ""),
    ActOnOrder: ("order_act", "what"),
    Supplement: ("supplement", ""),
    OfferCallback: ("callback", ""),
    Remember: ("remember", "group"),
    Transfer: ("transfer", "number"),
}
"""Kind of step → question (empty: what its `what` says) and the part that says of what."""
_MEANT: Final = {
    ("lookup", "person"): "told",  # while it was told
    ("lookup", "gone"): "told",
    ("road", "gone"): "told",
    ("road", "person"): "unknown",  # the third time
    ("query_order", "person"): "not_found",
    ("transfer", "transfer"): "allowed",
    ("transfer", "gone"): "allowed",
    ("transfer", "person"): "allowed",
}
"""Kind of step and outcome → the answer that must have been."""


def _branch_answer(step: Branch, outcome: str) -> str | None:
    """None: not a question to the business. Of several that fit, the first is as good."""
    if step.on not in _WORDS:
        return None
    if outcome != "otherwise":
        return outcome
    if step.on == "group":
        return ""
    return next((value for value in _ANSWERS[step.on] if value not in step.cases), None)


_ANSWERS: Final = {
    "hours": ("open", "closed", "holiday"),
    "switch": ("on", "off"),
    "transfer": ("allowed", "refused"),
    "queue": ("long", "short"),
}
