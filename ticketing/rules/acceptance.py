"""What may be accepted, and how a record must be written.

The six cases of non-acceptance (第十九条), and the text rules inspectors apply, as data: a province
adds or drops a rule in its table, not in code. Every finding tells the person what to change.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ticketing.errors import Finding
from ticketing.rules.classification import Kind


class RejectCode(StrEnum):
    """不予受理的情形, 第十九条 (一) to (六)."""

    OUT_OF_DUTY = "R1"
    UNCLEAR_COMPLAINT = "R2"
    OTHER_PROCEDURE = "R3"
    PETITION = "R4"
    SECRET = "R5"  # noqa: S105  a case of the law, not a password
    INDECENT = "R6"

    @property
    def zh(self) -> str:
        return _REJECT_ZH[self]

    @property
    def script(self) -> str:
        """What the agent says to the caller."""
        return f"您好，您反映的事项属于{self.zh}的情形，按照规定我们不能受理，请您谅解。"


_REJECT_ZH: Mapping[RejectCode, str] = {
    RejectCode.OUT_OF_DUTY: "不涉及交通运输主管部门及其内设机构、直属单位、派出机构职责范围",
    RejectCode.UNCLEAR_COMPLAINT: "投诉举报没有明确的对象、事实和理由",
    RejectCode.OTHER_PROCEDURE: "须通过诉讼、仲裁、纪检监察、行政复议、政府信息公开等程序解决",
    RejectCode.PETITION: "已进入信访渠道",
    RejectCode.SECRET: "涉及国家秘密、商业秘密、个人隐私",
    RejectCode.INDECENT: "违反社会公序良俗",
}

KEEPS_NO_CONTENT = frozenset({RejectCode.SECRET})
"""Refused without writing the matter down (NA-4)."""


class TextRuleType(StrEnum):
    """How a rule looks at a text."""

    FORBIDS = "forbids"
    """`pattern` must not be found."""
    AT_LEAST_HAN = "at_least_han"
    """At least `number` Han characters."""
    REQUIRED = "required"


class When(StrEnum):
    """Which step of an order's life a rule belongs to."""

    INTAKE = "intake"
    INSTANT_REPLY = "instant_reply"
    REPLY = "reply"
    REJECT = "reject"


@dataclass(frozen=True)
class TextRule:
    """One row of the table of text rules."""

    name: str
    when: frozenset[When]
    field: str
    type: TextRuleType
    message: str
    pattern: str = ""
    number: int = 0
    kinds: frozenset[Kind] = frozenset(Kind)
    source: str = ""


_WRITTEN = frozenset({When.INTAKE, When.INSTANT_REPLY})
_ANSWERED = frozenset({When.INSTANT_REPLY, When.REPLY})
_COMPLAINT = frozenset({Kind.COMPLAINT})
_PASSED_ON = (
    "转办|转交|转派|派单|已(转给|上报)"
    "|转(至|到|给|往|请|由)?(相关|有关|责任|主管|承办|属地|辖区)?(部门|单位|科室|企业|公司)"
)

DEFAULT_RULES: tuple[TextRule, ...] = (
    TextRule(
        "content_length",
        _WRITTEN,
        "content",
        TextRuleType.AT_LEAST_HAN,
        "诉求内容至少写20个汉字，目前{count}个，请补充时间、地点、经过",
        number=20,
        source="工单填写规范",
    ),
    TextRule(
        "result_length",
        _ANSWERED,
        "result",
        TextRuleType.AT_LEAST_HAN,
        "答复内容至少写20个汉字，目前{count}个，请写明答复了什么",
        number=20,
        source="工单填写规范",
    ),
    TextRule(
        "content_says_refused",
        _WRITTEN,
        "content",
        TextRuleType.FORBIDS,
        "诉求内容中出现“{found}”：只有选择“不予受理”时才能这样写，请改写",
        pattern="不予受理|不受理",
        source="省监管平台判定规则",
    ),
    TextRule(
        "result_says_refused",
        _ANSWERED,
        "result",
        TextRuleType.FORBIDS,
        "答复内容中出现“{found}”：只有选择“不予受理”时才能这样写，请改写",
        pattern="不予受理|不受理",
        source="省监管平台判定规则",
    ),
    TextRule(
        "instant_reply_passed_on",
        frozenset({When.INSTANT_REPLY}),
        "result",
        TextRuleType.FORBIDS,
        "即时答复中出现“{found}”：转给承办单位的应提交转办，不能计作即时答复",
        pattern=_PASSED_ON,
        source="第十七条",
    ),
    TextRule(
        "complaint_object",
        _WRITTEN,
        "object",
        TextRuleType.REQUIRED,
        "投诉举报须写明对象（车牌、线路、企业等），说不清的按第十九条（二）不予受理",
        kinds=_COMPLAINT,
        source="第十九条（二）",
    ),
    TextRule(
        "complaint_facts",
        _WRITTEN,
        "content",
        TextRuleType.REQUIRED,
        "投诉举报须写明事实",
        kinds=_COMPLAINT,
        source="第十九条（二）",
    ),
    TextRule(
        "complaint_reason",
        _WRITTEN,
        "reason",
        TextRuleType.REQUIRED,
        "投诉举报须写明理由和诉求",
        kinds=_COMPLAINT,
        source="第十九条（二）",
    ),
)


def han_characters(text: str) -> int:
    """How many Han characters a text holds; digits, letters and punctuation do not count."""
    return sum(
        "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff" for char in text
    )


def check_texts(
    texts: Mapping[str, str],
    when: When,
    kind: Kind,
    rules: Iterable[TextRule] = DEFAULT_RULES,
) -> tuple[Finding, ...]:
    """What is wrong with what was written at this step; empty: nothing."""
    findings = (
        _look(rule, texts.get(rule.field, ""))
        for rule in rules
        if when in rule.when and kind in rule.kinds
    )
    return tuple(finding for finding in findings if finding is not None)


def _look(rule: TextRule, text: str) -> Finding | None:
    if rule.type is TextRuleType.REQUIRED:
        return None if text.strip() else Finding(rule.field, rule.message)
    if rule.type is TextRuleType.AT_LEAST_HAN:
        count = han_characters(text)
        if count >= rule.number:
            return None
        return Finding(rule.field, rule.message.format(count=count))
    found = re.search(rule.pattern, text)
    return Finding(rule.field, rule.message.format(found=found[0])) if found else None


TITLES: Mapping[str, str] = {"male": "先生", "female": "女士"}


def check_title(title: str, gender: str) -> Finding | None:
    """称谓 must fit the gender when both are known."""
    fits = TITLES.get(gender)
    if title and fits and title != fits:
        return Finding("caller_title", f"称谓“{title}”与性别不符，应为“{fits}”")
    return None
