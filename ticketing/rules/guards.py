"""What must hold before an order may move, each with the reason a person is told when it does not.

A guard looks only at `Facts`: what the order is and what the person brings with the move. The table
of the life cycle names the guards; here is what they mean.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ticketing.rules.acceptance import RejectCode
from ticketing.rules.classification import Kind


class Guard(StrEnum):
    """Names of the conditions; see CHECKS for what each asks."""

    RECORD_COMPLETE = "record_complete"
    INSTANT_ANSWER_COMPLETE = "instant_answer_complete"
    REFUSAL_TOLD = "refusal_told"
    REASON_GIVEN = "reason_given"
    TARGET_NAMED = "target_named"
    RESULT_GIVEN = "result_given"
    CLASSIFIED = "classified"
    UNIT_NAMED = "unit_named"
    UNIT_IS_AUTHORITY = "unit_is_authority"
    MERGE_TARGET_OPEN = "merge_target_open"
    MASTER_ANSWERED = "master_answered"
    OWN_UNIT = "own_unit"
    CO_UNIT = "co_unit"
    RETURN_IN_TIME = "return_in_time"
    RETURN_NOT_DECIDED = "return_not_decided"
    NO_PING_PONG = "no_ping_pong"
    EXTENSION_GROUNDED = "extension_grounded"
    BEFORE_DEADLINE = "before_deadline"
    PAST_DEADLINE = "past_deadline"
    NOT_EXTENDED = "not_extended"
    REPLY_COMPLETE = "reply_complete"
    OTHER_HAND = "other_hand"
    REVISIT_PROVEN = "revisit_proven"
    HAS_UNIT = "has_unit"
    HAS_NO_UNIT = "has_no_unit"
    REVISIT_DONE = "revisit_done"
    REVIEW_DONE = "review_done"
    REVIEW_PENDING = "review_pending"


class ExtensionGround(StrEnum):
    """The three grounds of 第二十四条."""

    COMPLEX = "complex"
    EVIDENCE = "evidence"
    OTHER = "other"

    @property
    def zh(self) -> str:
        return {
            ExtensionGround.COMPLEX: "情形复杂，涉及多方主体",
            ExtensionGround.EVIDENCE: "调查取证困难",
            ExtensionGround.OTHER: "其他需要延长办理期限的情形",
        }[self]


@dataclass(frozen=True)
class Facts:
    """The order as it is and what comes with the move. Defaults are what the order has least."""

    moment: datetime
    kind: Kind = Kind.CONSULT
    text_problems: tuple[str, ...] = ()
    """What the text lint found in what this move writes, in Chinese."""
    class_problems: tuple[str, ...] = ()
    reason: str = ""
    target: str = ""
    result: str = ""
    reject_code: RejectCode | None = None
    caller_told: bool = False

    lead_unit: str = ""
    """The unit the order is with, or will be with by this move."""
    responsible_person: str = ""
    lead_unit_is_authority: bool = False
    actor_is_of_lead_unit: bool = False
    actor_is_of_co_unit: bool = False
    actor: str = ""
    replied_by: str = ""

    return_due_at: datetime | None = None
    coordinated: bool = False
    ping_pong: bool = False

    due_at: datetime | None = None
    extended: bool = False
    extension_ground: ExtensionGround | None = None

    reply_process: str = ""
    reply_basis: str = ""
    caller_replied: bool = False
    """The unit replied to the caller and asked the caller's opinion."""
    unreachable_proofs: int = 0
    """Calls to the caller that failed, with their call's key."""

    master_open: bool = False
    master_answered: bool = False

    revisit_required: bool = False
    revisited: bool = False
    revisit_evidence: bool = False
    review_required: bool = False
    review_pending: bool = False
    review_passed: bool = False


ORDER_ALONE: frozenset[Guard] = frozenset(
    {
        Guard.OWN_UNIT,
        Guard.CO_UNIT,
        Guard.RETURN_IN_TIME,
        Guard.RETURN_NOT_DECIDED,
        Guard.BEFORE_DEADLINE,
        Guard.NOT_EXTENDED,
        Guard.OTHER_HAND,
        Guard.HAS_UNIT,
        Guard.HAS_NO_UNIT,
        Guard.REVISIT_DONE,
        Guard.REVIEW_DONE,
        Guard.REVIEW_PENDING,
    }
)
"""Guards that look at the order, not at what a person brings: known before a form is filled in."""


def _told(condition: bool, reason: str) -> str | None:
    return None if condition else reason


def _instant_answer(facts: Facts) -> str | None:
    if not facts.result.strip():
        return "即时答复须填写答复内容"
    return _first(facts.text_problems)


def _refusal(facts: Facts) -> str | None:
    if facts.reject_code is None:
        return "不予受理须选择第十九条规定的情形"
    if not facts.reason.strip():
        return "不予受理须说明理由"
    return _told(facts.caller_told, "应当及时告知来电人不予受理并说明理由，请告知后勾选“已告知”")


def _return_in_time(facts: Facts) -> str | None:
    in_time = facts.return_due_at is None or facts.moment <= facts.return_due_at
    return _told(in_time, "已超过24小时退回时限（第二十二条），请联系热线中心报请主管部门协调")


def _extension(facts: Facts) -> str | None:
    if facts.extension_ground is None:
        return "申请延期须选择第二十四条规定的情形"
    return _told(bool(facts.reason.strip()), "申请延期须说明理由")


def _reply(facts: Facts) -> str | None:
    missing = [
        name
        for name, text in (
            ("办理结果", facts.result),
            ("办理过程", facts.reply_process),
            ("处理依据", facts.reply_basis),
        )
        if not text.strip()
    ]
    if missing:
        return f"回复须写明{'、'.join(missing)}（第二十八条）"
    if not facts.caller_replied and not facts.unreachable_proofs:
        return "须已回复来电人并征询意见；无法联系的，须附至少一次呼叫记录（第二十八条）"
    return _first(facts.text_problems)


def _deadline_ahead(facts: Facts) -> str | None:
    ahead = facts.due_at is None or facts.moment <= facts.due_at
    return _told(ahead, "办理期限已届满，不能再延期")


def _first(problems: tuple[str, ...]) -> str | None:
    return "；".join(problems) or None


CHECKS: Mapping[Guard, Callable[[Facts], str | None]] = {
    Guard.RECORD_COMPLETE: lambda f: _first(f.text_problems),
    Guard.INSTANT_ANSWER_COMPLETE: _instant_answer,
    Guard.REFUSAL_TOLD: _refusal,
    Guard.REASON_GIVEN: lambda f: _told(bool(f.reason.strip()), "须说明理由"),
    Guard.TARGET_NAMED: lambda f: _told(bool(f.target.strip()), "须写明报请的上级中心或主管部门"),
    Guard.RESULT_GIVEN: lambda f: _told(bool(f.result.strip()), "须填写办理结果"),
    Guard.CLASSIFIED: lambda f: _first(f.class_problems),
    Guard.UNIT_NAMED: lambda f: _told(
        bool(f.lead_unit and f.responsible_person), "须明确承办单位和责任人（第二十一条）"
    ),
    Guard.UNIT_IS_AUTHORITY: lambda f: _told(
        f.lead_unit_is_authority, "涉及安全生产的业务须立即转办本级交通运输主管部门（第二十一条）"
    ),
    Guard.MERGE_TARGET_OPEN: lambda f: _told(f.master_open, "只能并入尚未办结的另一件工单"),
    Guard.MASTER_ANSWERED: lambda f: _told(f.master_answered, "主工单尚未办结，不能逐件回复"),
    Guard.OWN_UNIT: lambda f: _told(f.actor_is_of_lead_unit, "工单不在您的单位办理"),
    Guard.CO_UNIT: lambda f: _told(f.actor_is_of_co_unit, "您的单位不是这件工单的协办单位"),
    Guard.RETURN_IN_TIME: _return_in_time,
    Guard.RETURN_NOT_DECIDED: lambda f: _told(
        not f.coordinated, "承办单位已由主管部门协调确定，不能退单"
    ),
    Guard.NO_PING_PONG: lambda f: _told(
        not f.ping_pong, "工单已多次退单，须报请主管部门协调（第二十一条）"
    ),
    Guard.EXTENSION_GROUNDED: _extension,
    Guard.BEFORE_DEADLINE: _deadline_ahead,
    Guard.PAST_DEADLINE: lambda f: _told(
        f.due_at is not None and f.moment > f.due_at, "办理期限尚未届满"
    ),
    Guard.NOT_EXTENDED: lambda f: _told(not f.extended, "办理期限只能延长一次"),
    Guard.REPLY_COMPLETE: _reply,
    Guard.OTHER_HAND: lambda f: _told(
        not f.actor or f.actor != f.replied_by, "回复人不能确认自己的办理结果"
    ),
    Guard.REVISIT_PROVEN: lambda f: _told(
        f.revisit_evidence, "回访须有凭据：通话时长大于零的回访电话，或来电人的短信、网上答复"
    ),
    Guard.HAS_UNIT: lambda f: _told(bool(f.lead_unit), "工单没有承办单位，请选择重新受理"),
    Guard.HAS_NO_UNIT: lambda f: _told(not f.lead_unit, "工单已有承办单位，请选择重办"),
    Guard.REVISIT_DONE: lambda f: _told(
        f.revisited or not f.revisit_required, "尚未回访，不能归档（第二十九条）"
    ),
    Guard.REVIEW_DONE: lambda f: _told(
        f.review_passed or not f.review_required, "省级复核尚未通过，不能归档（第二十五条）"
    ),
    Guard.REVIEW_PENDING: lambda f: _told(f.review_pending, "工单不在待复核状态"),
}


def refusals(guards: tuple[Guard, ...], facts: Facts) -> list[str]:
    """All reasons why the move may not be made; empty: it may."""
    return [reason for guard in guards if (reason := CHECKS[guard](facts)) is not None]
