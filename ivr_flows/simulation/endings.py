"""How a call ended, as plain data and in words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivr_flows.interfaces import (
    Ending,
    Gone,
    HangUp,
    LeaveMessage,
    Reason,
    ToNumber,
    ToQueue,
)


class Ends(StrEnum):
    """Where the call goes after the flow."""

    QUEUE = "queue"
    NUMBER = "number"
    MESSAGE = "message"
    HANG_UP = "hang_up"
    GONE = "gone"


_REASONS: Final = {
    Reason.CHOSEN: "流程转人工",
    Reason.ASKED: "按了0",
    Reason.MISTAKES: "多次按错",
    Reason.SILENCE: "一直没有按键",
    Reason.FAILURE: "系统故障",
    Reason.LOOP: "步骤过多",
}


@dataclass(frozen=True)
class EndedAs:
    """An ending to compare, to keep and to show."""

    ends: Ends
    target: str = ""
    """Queue (empty: the default one) or number."""
    priority: int = 0
    reason: str = ""
    words: str = ""
    """Chinese, for a person."""


def ended_as(ending: Ending) -> EndedAs:
    match ending:
        case ToQueue(skill, priority, reason):
            words = f"转人工：队列 {skill or '默认'}，优先级 {priority}，{_REASONS[reason]}"
            return EndedAs(Ends.QUEUE, skill, priority, reason.value, words)
        case ToNumber(number):
            return EndedAs(Ends.NUMBER, number, words=f"转接外线 {number}")
        case LeaveMessage():
            return EndedAs(Ends.MESSAGE, words="转语音留言")
        case HangUp():
            return EndedAs(Ends.HANG_UP, words="流程结束，挂机")
        case Gone():
            return EndedAs(Ends.GONE, words="来电人已挂机")
