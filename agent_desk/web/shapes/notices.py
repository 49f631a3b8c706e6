"""Notices (通知) as people see them, and what a gateway of short messages tells us."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from agent_desk.web.shapes.base import Answer, Input, Moment, PageQuery
from ticketing.rules.texts import clean


class NoticeQuery(PageQuery):
    limit: int = Field(50, ge=1, le=100)


class NoticeShape(Answer):
    id: int
    order_no: str
    kind: str = Field(description="通知类型")
    recipient: str = Field(description="通知对象")
    unit: str = Field(description="承办单位名称，其他对象为空")
    means: str = Field(description="短信或系统内")
    number: str = Field(description="打码")
    text: str
    parts: int = Field(description="计费条数")
    state: str
    state_label: str
    reason: str = Field(description="未发送或未送达的原因")
    at: Moment
    sent_at: Moment | None
    receipt_at: Moment | None
    may_send_again: bool


class SendAgain(Input):
    reason: str = Field(min_length=1, max_length=500)


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


Said = Annotated[str, BeforeValidator(_cleaned)]
"""Words of others: invisible characters are dropped, for a message refused is a message lost."""


class SmsReceipt(Input):
    """One of the two keys is enough."""

    reference: str = Field("", max_length=64, description="发送时的 reference")
    message_id: str = Field("", max_length=128, description="网关的编号")
    delivered: bool
    reason: Said = Field("", max_length=500, description="未送达的原因")

    @model_validator(mode="after")
    def _names_a_message(self) -> "SmsReceipt":
        if not self.reference and not self.message_id:
            raise ValueError("reference 与 message_id 至少填一项")
        return self


class SmsReceiptNoted(Answer):
    state: str = Field(description="delivered 或 undelivered")


class SmsInbound(Input):
    message_id: str = Field(min_length=1, max_length=128, description="网关的编号，重复推送时不变")
    sender: Said = Field(alias="from", min_length=1, max_length=32)
    text: Said = Field(max_length=4000)


class SmsTaken(Answer):
    id: int = Field(description="重复推送得到同一编号")
