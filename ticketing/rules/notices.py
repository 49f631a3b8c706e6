"""Which notices a move of an order sends, to whom, and what a template may say.

第二十四条 (the caller is told of an extension and why), 第二十七条 (unit reminded, authority told)
and the other moments the field knows. A kind without a template in the catalogue is not sent: that
is how a place turns one off.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ticketing.rules.ratings import Question, Rating
from ticketing.rules.states import Event


class Recipient(StrEnum):
    """Who is told."""

    CALLER = "caller"
    UNIT = "unit"
    AUTHORITY = "authority"
    CENTRE = "centre"

    @property
    def zh(self) -> str:
        return {
            Recipient.CALLER: "来电人",
            Recipient.UNIT: "承办单位",
            Recipient.AUTHORITY: "主管部门",
            Recipient.CENTRE: "12328热线中心",
        }[self]


class Means(StrEnum):
    """How: a message to a mobile phone, or a line on the screen of whoever signs in."""

    SMS = "sms"
    IN_APP = "in_app"


class NoticeKind(StrEnum):
    """What a notice is about."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXTENSION_REQUESTED = "extension_requested"
    EXTENDED = "extended"
    EXTENSION_REFUSED = "extension_refused"
    ANSWERED = "answered"
    CLOSED = "closed"
    RATING_INVITED = "rating_invited"
    BAD_RATING = "bad_rating"
    BAD_RATING_FIXED = "bad_rating_fixed"
    NEW_ORDER = "new_order"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    RETURN_REQUESTED = "return_requested"
    RETURN_ACCEPTED = "return_accepted"
    RETURN_REJECTED = "return_rejected"
    REPLIED = "replied"
    REWORK = "rework"
    URGED = "urged"
    SUPERVISED = "supervised"
    SAFETY = "safety"
    ESCALATED = "escalated"
    COORDINATION = "coordination"
    REGISTERED = "registered"
    """What a caller left with the menu has a number."""
    ROAD_STATE = "road_state"
    """A road as it is now, because a caller asked for it."""
    ROAD_CHANGED = "road_changed"
    """A road's state changed, to a subscriber."""
    CONTRIBUTED = "contributed"

    @property
    def zh(self) -> str:
        return KIND_ZH[self]


KIND_ZH: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.ACCEPTED: "受理",
    NoticeKind.REJECTED: "不予受理",
    NoticeKind.EXTENSION_REQUESTED: "延期申请",
    NoticeKind.EXTENDED: "延期",
    NoticeKind.EXTENSION_REFUSED: "不批准延期",
    NoticeKind.ANSWERED: "当场答复",
    NoticeKind.CLOSED: "办结结果",
    NoticeKind.RATING_INVITED: "评价邀请",
    NoticeKind.BAD_RATING: "差评跟进",
    NoticeKind.BAD_RATING_FIXED: "差评整改完成",
    NoticeKind.NEW_ORDER: "新工单",
    NoticeKind.RECALLED: "收回",
    NoticeKind.WITHDRAWN: "撤回",
    NoticeKind.DUE_SOON: "临期",
    NoticeKind.OVERDUE: "逾期",
    NoticeKind.RETURN_REQUESTED: "退单申请",
    NoticeKind.RETURN_ACCEPTED: "同意退单",
    NoticeKind.RETURN_REJECTED: "退单驳回",
    NoticeKind.REPLIED: "承办单位回复",
    NoticeKind.REWORK: "重办",
    NoticeKind.URGED: "催办",
    NoticeKind.SUPERVISED: "督办",
    NoticeKind.SAFETY: "安全生产",
    NoticeKind.ESCALATED: "报请上级",
    NoticeKind.COORDINATION: "协调",
    NoticeKind.REGISTERED: "登记回执",
    NoticeKind.ROAD_STATE: "路况",
    NoticeKind.ROAD_CHANGED: "路况变化",
    NoticeKind.CONTRIBUTED: "协办意见",
}

_CALLER, _UNIT = Recipient.CALLER, Recipient.UNIT
_AUTHORITY, _CENTRE = Recipient.AUTHORITY, Recipient.CENTRE
_CLOSED: Final = (
    (NoticeKind.CLOSED, (_CALLER,)),
    (NoticeKind.RATING_INVITED, (_CALLER,)),
)
_BAD_RATING: Final = ((NoticeKind.BAD_RATING, (_CALLER, _UNIT)),)

SENT_BY: Final[Mapping[Event, tuple[tuple[NoticeKind, tuple[Recipient, ...]], ...]]] = {
    Event.SUBMIT: ((NoticeKind.ACCEPTED, (_CALLER,)),),
    Event.REJECT: ((NoticeKind.REJECTED, (_CALLER,)),),
    Event.ANSWER_INSTANTLY: ((NoticeKind.ANSWERED, (_CALLER,)),),  # rated by key after the talk
    Event.CONFIRM: _CLOSED,
    Event.ANSWER_MERGED: _CLOSED,
    Event.CLOSE_ESCALATED: _CLOSED,
    Event.ESCALATE: ((NoticeKind.ESCALATED, (_AUTHORITY,)),),
    Event.DISPATCH: ((NoticeKind.NEW_ORDER, (_UNIT,)),),
    Event.DISPATCH_SAFETY: (
        (NoticeKind.NEW_ORDER, (_UNIT,)),
        (NoticeKind.SAFETY, (_AUTHORITY,)),
    ),
    Event.DECIDE_COORDINATION: ((NoticeKind.NEW_ORDER, (_UNIT,)),),
    Event.RECALL: ((NoticeKind.RECALLED, (_UNIT,)),),
    Event.WITHDRAW: ((NoticeKind.WITHDRAWN, (_UNIT,)),),
    Event.REQUEST_RETURN: ((NoticeKind.RETURN_REQUESTED, (_CENTRE,)),),
    Event.ACCEPT_RETURN: ((NoticeKind.RETURN_ACCEPTED, (_UNIT,)),),
    Event.REJECT_RETURN: ((NoticeKind.RETURN_REJECTED, (_UNIT,)),),
    Event.COORDINATE: ((NoticeKind.COORDINATION, (_AUTHORITY,)),),
    Event.REQUEST_EXTENSION: ((NoticeKind.EXTENSION_REQUESTED, (_AUTHORITY, _CENTRE)),),
    Event.APPROVE_EXTENSION: ((NoticeKind.EXTENDED, (_CALLER, _UNIT, _CENTRE)),),
    Event.REFUSE_EXTENSION: ((NoticeKind.EXTENSION_REFUSED, (_UNIT,)),),
    Event.REPLY: ((NoticeKind.REPLIED, (_CENTRE,)),),
    Event.SEND_BACK: ((NoticeKind.REWORK, (_UNIT,)),),
    Event.REWORK: ((NoticeKind.REWORK, (_UNIT,)),),
    Event.REMIND: ((NoticeKind.URGED, (_UNIT,)),),
    Event.CONTRIBUTE: ((NoticeKind.CONTRIBUTED, (_UNIT,)),),
    Event.SUPERVISE: ((NoticeKind.SUPERVISED, (_UNIT, _AUTHORITY)),),
    Event.OVERDUE: ((NoticeKind.OVERDUE, (_UNIT, _AUTHORITY, _CENTRE)),),
    Event.BAD_RATING_FIXED: ((NoticeKind.BAD_RATING_FIXED, (_CALLER,)),),
}
"""What each move tells; what is not here tells nobody. Bad ratings: see `notices_of`."""

HELPERS_TOO: Final = frozenset({NoticeKind.NEW_ORDER, NoticeKind.RECALLED, NoticeKind.WITHDRAWN})
"""Units that help (协办) are told when they get an order and when it is gone."""


def notices_of(
    event: Event, evidence: Mapping[str, Any]
) -> tuple[tuple[NoticeKind, tuple[Recipient, ...]], ...]:
    """What a move tells to whom; a visit or a rating tells only when it is a bad one (差评)."""
    if event is Event.RATE and _is_bad(evidence.get("rating")):
        return _BAD_RATING
    if event is Event.REVISIT and _is_bad(evidence.get("answers", {}).get(Question.SATISFACTION)):
        return _BAD_RATING
    return SENT_BY.get(event, ())


def _is_bad(value: str | None) -> bool:
    return value is not None and Rating(value).is_bad


PLACEHOLDERS: Final[Mapping[str, str]] = {
    "order_no": "工单编号",
    "kind": "业务类型",
    "topic": "热点事项",
    "reason": "理由",
    "result": "办理结果",
    "unit": "承办单位",
    "due": "办理期限",
    "days": "延长的工作日数",
    "road": "道路",
    "state": "路况",
}
"""What a template may name. Neither the caller nor what they said is among them: a message to a
phone is read by whoever holds it (第七条)."""

LONGEST_VALUE: Final = 120
"""Characters of one value in a message; the rest is told by telephone."""

_NAMED = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """One text of the catalogue."""

    kind: NoticeKind
    recipient: Recipient
    means: Means
    text: str

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with its placeholders filled, long values cut; KeyError names what is missing.

        A value's own braces stay as they are.
        """
        return _NAMED.sub(lambda found: shortened(values[found[1]]), self.text)


def shortened(value: str) -> str:
    """On one line and not longer than a value may be."""
    line = " ".join(value.split())
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1]}…"


def problems(templates: Iterable[Template]) -> list[str]:
    """What is wrong with a catalogue of templates, in Chinese; empty: nothing."""
    found, seen = [], set()
    for one in templates:
        where = f"{one.kind.zh}（{one.recipient.zh}，{one.means}）"
        key = (one.kind, one.recipient, one.means)
        if key in seen:
            found.append(f"{where}有两条模板")
        seen.add(key)
        if not one.text.strip():
            found.append(f"{where}没有内容；不发的通知请删去整行")
        unknown = [name for name in _NAMED.findall(one.text) if name not in PLACEHOLDERS]
        if unknown:
            known = "、".join(PLACEHOLDERS)
            found.append(f"{where}中的{{{'}、{'.join(unknown)}}}不可用；可用的有：{known}")
        elif "{" in _NAMED.sub("", one.text) or "}" in _NAMED.sub("", one.text):
            found.append(f"{where}中的花括号不成对")
        if one.recipient is Recipient.CALLER and one.means is Means.IN_APP:
            found.append(f"{where}：来电人不登录本系统，只能发短信")
        if one.recipient is Recipient.CENTRE and one.means is Means.SMS:
            found.append(f"{where}：热线中心的通知只在系统内显示")
    return found
