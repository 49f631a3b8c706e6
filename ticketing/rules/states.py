"""The states of an order, what can happen to it and what that brings about: names and Chinese."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where an order stands."""

    DRAFT = "draft"
    PENDING_REVIEW = "pending_review"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    RETURN_REQUESTED = "return_requested"
    COORDINATION = "coordination"
    EXTENSION_REQUESTED = "extension_requested"
    REPLIED = "replied"
    REWORK = "rework"
    ESCALATED = "escalated"
    MERGED = "merged"
    CLOSED = "closed"
    REVISIT_PENDING = "revisit_pending"
    REVISITED = "revisited"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"

    @property
    def zh(self) -> str:
        return STATE_ZH[self]


class ReviewState(StrEnum):
    """Where the province's review of a complaint stands (第二十五条)."""

    NONE = ""
    PENDING = "review_pending"
    OK = "reviewed_ok"
    FAILED = "review_failed"


class Event(StrEnum):
    """What happened. Those that leave the state alone are notes: they are logged the same way."""

    OPEN = "open"
    TAKE_OVER = "take_over"
    """An order that another system ended, with its own number (NO-2)."""
    ANSWER_INSTANTLY = "answer_instantly"
    SUBMIT = "submit"
    REJECT = "reject"
    ESCALATE = "escalate"
    TAKE_BACK = "take_back"
    CLOSE_ESCALATED = "close_escalated"
    DISPATCH = "dispatch"
    DISPATCH_SAFETY = "dispatch_safety"
    MERGE = "merge"
    UNMERGE = "unmerge"
    ANSWER_MERGED = "answer_merged"
    RECALL = "recall"
    SIGN = "sign"
    REQUEST_RETURN = "request_return"
    ACCEPT_RETURN = "accept_return"
    REJECT_RETURN = "reject_return"
    COORDINATE = "coordinate"
    DECIDE_COORDINATION = "decide_coordination"
    REQUEST_EXTENSION = "request_extension"
    APPROVE_EXTENSION = "approve_extension"
    REFUSE_EXTENSION = "refuse_extension"
    REPLY = "reply"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    SCHEDULE_REVISIT = "schedule_revisit"
    REVISIT = "revisit"
    REWORK = "rework"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    ARCHIVE = "archive"
    # notes
    FIRST_CONTACT = "first_contact"
    SUPPLEMENT = "supplement"
    CONTRIBUTE = "contribute"
    RECLASSIFY = "reclassify"
    REMIND = "remind"
    SUPERVISE = "supervise"
    OVERDUE = "overdue"
    LINK = "link"
    REVISIT_ATTEMPT = "revisit_attempt"
    RATE = "rate"
    BAD_RATING_FIXED = "bad_rating_fixed"
    REVIEW_OK = "review_ok"
    REVIEW_FAIL = "review_fail"
    REVEAL_CALLER = "reveal_caller"
    RECOMPUTE_DUE = "recompute_due"

    @property
    def zh(self) -> str:
        return EVENT_ZH[self]


class Effect(StrEnum):
    """What a move brings about beside the new state; ticketing.orders carries them out."""

    START_FORWARD_CLOCK = "start_forward_clock"
    START_HANDLING_CLOCK = "start_handling_clock"
    EXTEND_CLOCK = "extend_clock"
    STOP_CLOCK = "stop_clock"
    RESUME_CLOCK = "resume_clock"
    START_REVISIT_CLOCK = "start_revisit_clock"
    START_REVIEW = "start_review"
    CLOSE = "close"
    COPY_TO_PROVINCE = "copy_to_province"
    RETURN_TO_SOURCE = "return_to_source"
    NOTIFY_CALLER = "notify_caller"
    NOTIFY_UNIT = "notify_unit"
    NOTIFY_AUTHORITY = "notify_authority"
    NOTIFY_CENTRE = "notify_centre"


OPEN_STATES: frozenset[State] = frozenset(
    {
        State.PENDING_REVIEW,
        State.DISPATCHED,
        State.IN_PROGRESS,
        State.RETURN_REQUESTED,
        State.COORDINATION,
        State.EXTENSION_REQUESTED,
        State.REPLIED,
        State.REWORK,
        State.ESCALATED,
        State.MERGED,
    }
)
"""Accepted and not finished: the caller still waits for an answer."""

WITH_UNIT: frozenset[State] = frozenset(
    {
        State.DISPATCHED,
        State.IN_PROGRESS,
        State.RETURN_REQUESTED,
        State.EXTENSION_REQUESTED,
        State.REWORK,
    }
)
"""The handling clock runs."""

AFTER_CLOSING: frozenset[State] = frozenset({State.CLOSED, State.REVISIT_PENDING, State.REVISITED})

CHANGES_TEXT: frozenset[Event] = frozenset({Event.SUPPLEMENT, Event.RECLASSIFY})
"""Notes that change what a person reads: whoever saw the order before must look again."""

ENDED: frozenset[State] = frozenset({State.REJECTED, State.WITHDRAWN, State.ARCHIVED})

STATE_ZH: Mapping[State, str] = {
    State.DRAFT: "草稿",
    State.PENDING_REVIEW: "待审核转办",
    State.DISPATCHED: "已转办",
    State.IN_PROGRESS: "办理中",
    State.RETURN_REQUESTED: "申请退单",
    State.COORDINATION: "协调中",
    State.EXTENSION_REQUESTED: "申请延期",
    State.REPLIED: "已回复待确认",
    State.REWORK: "重办",
    State.ESCALATED: "已报上级",
    State.MERGED: "已并案",
    State.CLOSED: "已办结",
    State.REVISIT_PENDING: "待回访",
    State.REVISITED: "已回访",
    State.REJECTED: "不予受理",
    State.WITHDRAWN: "已撤回",
    State.ARCHIVED: "已归档",
}

EVENT_ZH: Mapping[Event, str] = {
    Event.OPEN: "登记",
    Event.TAKE_OVER: "历史工单导入",
    Event.ANSWER_INSTANTLY: "即时答复办结",
    Event.SUBMIT: "提交审核",
    Event.REJECT: "不予受理",
    Event.ESCALATE: "报请上级",
    Event.TAKE_BACK: "上级交回",
    Event.CLOSE_ESCALATED: "上级办结反馈",
    Event.DISPATCH: "转办",
    Event.DISPATCH_SAFETY: "安全生产立即转办",
    Event.MERGE: "并案",
    Event.UNMERGE: "撤销并案",
    Event.ANSWER_MERGED: "并案逐件回复",
    Event.RECALL: "收回",
    Event.SIGN: "签收",
    Event.REQUEST_RETURN: "申请退单",
    Event.ACCEPT_RETURN: "同意退单",
    Event.REJECT_RETURN: "驳回退单",
    Event.COORDINATE: "报请协调",
    Event.DECIDE_COORDINATION: "协调决定",
    Event.REQUEST_EXTENSION: "申请延期",
    Event.APPROVE_EXTENSION: "批准延期",
    Event.REFUSE_EXTENSION: "不批准延期",
    Event.REPLY: "回复",
    Event.CONFIRM: "程序性确认",
    Event.SEND_BACK: "审核退回",
    Event.SCHEDULE_REVISIT: "列入回访",
    Event.REVISIT: "回访",
    Event.REWORK: "重办",
    Event.REOPEN: "重新受理",
    Event.WITHDRAW: "撤回",
    Event.ARCHIVE: "归档",
    Event.FIRST_CONTACT: "先行联系",
    Event.SUPPLEMENT: "补充",
    Event.CONTRIBUTE: "协办意见",
    Event.RECLASSIFY: "更正分类",
    Event.REMIND: "催办",
    Event.SUPERVISE: "督办",
    Event.OVERDUE: "逾期",
    Event.LINK: "关联",
    Event.REVISIT_ATTEMPT: "回访未接通",
    Event.RATE: "好差评",
    Event.BAD_RATING_FIXED: "差评整改",
    Event.REVIEW_OK: "复核通过",
    Event.REVIEW_FAIL: "复核未通过",
    Event.REVEAL_CALLER: "查看保密诉求人",
    Event.RECOMPUTE_DUE: "重算期限",
}
