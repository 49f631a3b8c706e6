"""Fields that several forms ask for."""

from collections.abc import Iterable
from typing import Final, Protocol

from agent_desk.web.moves.form import Field
from ticketing.orders.supervision import SupervisionType
from ticketing.rules.acceptance import RejectCode
from ticketing.rules.guards import ExtensionGround
from ticketing.rules.ratings import Question, Rating


class Named(Protocol):
    """A word of the business with its Chinese name."""

    @property
    def value(self) -> str: ...
    @property
    def zh(self) -> str: ...


def options(words: Iterable[Named]) -> tuple[tuple[str, str], ...]:
    return tuple((word.value, word.zh) for word in words)


REASON: Final = Field("reason", "理由")
RESULT: Final = Field("result", "答复内容")
UNIT: Final = Field("unit", "承办单位", "unit")
CO_UNIT: Final = Field("co_unit", "协办单位", "unit", required=False)
PERSON: Final = Field("responsible_person", "责任人", "text", required=False)
CALL_KEY: Final = Field("call_key", "呼叫记录编号", "text", required=False)
OPINION: Final = Field("opinion", "意见", required=False)

REJECT_CODE: Final = Field("code", "不予受理情形", "select", options=options(RejectCode))
TOLD: Final = Field("told", "已告知来电人并说明理由", "bool")
GROUND: Final = Field("ground", "延期情形", "select", options=options(ExtensionGround))
DAYS: Final = Field(
    "working_days",
    "延长工作日",
    "select",
    options=tuple((str(day), f"{day}个工作日") for day in range(1, 11)),
)
FAULT: Final = Field(
    "fault",
    "问题",
    "select",
    required=False,
    options=(("late", "不及时"), ("inaccurate", "答复不准确"), ("badly_written", "填写不规范")),
)
LIABLE: Final = Field(
    "liable",
    "退单责任",
    "select",
    required=False,
    options=(("unit", "承办单位"), ("centre", "热线中心")),
)
MEANS: Final = Field(
    "means",
    "方式",
    "select",
    options=(("phone", "电话"), ("sms", "短信"), ("web", "网络")),
)
RATING: Final = Field("rating", "评价", "select", options=options(Rating))
QUESTIONS: Final = tuple(
    Field(question.value, question.zh, "select", required=False, options=options(Rating))
    for question in Question
)
REPLY: Final = (
    Field("result", "办理结果"),
    Field("process", "办理过程"),
    Field("basis", "处理依据"),
    Field(
        "told_by",
        "已告知诉求人的方式",
        "select",
        required=False,
        options=(("phone", "电话"), ("letter", "信函"), ("sms", "短信"), ("web", "网络")),
    ),
    Field("caller_opinion", "诉求人意见", "select", required=False, options=options(Rating)),
    Field("call_keys", "联系诉求人的呼叫编号，以空格分开", "text", required=False),
)
SUPERVISION: Final = (
    Field("type", "督办方式", "select", options=options(SupervisionType)),
    Field("target", "督办对象", "text"),
    Field("demand", "督办要求"),
    Field("due", "要求完成日期", "date", required=False),
)
