"""What the public window takes and gives: little, and nothing that names a member of staff."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Choice, Input, Moment

Channel = Literal["web", "miniapp"]
Phone = Annotated[str, Field(min_length=1, max_length=20)]
Token = Annotated[str, Field(min_length=16, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class MatterBody(Input):
    key: Token = Field(description="由页面生成；重复提交时不变，同一件事只登记一次")
    channel: Channel = "web"
    kind: Literal["complaint", "consult", "suggestion"]
    content: str = Field(min_length=1, max_length=2000)
    phone: Phone
    object: str = Field("", max_length=128, description="投诉对象：车牌、线路、企业")
    reason: str = Field("", max_length=1000, description="投诉的理由和诉求")
    place: str = Field("", max_length=256)
    name: str = Field("", max_length=64)
    title: Literal["", "先生", "女士"] = ""
    confidential: bool = Field(False, description="对承办单位保密身份")
    photos: list[Token] = Field([], max_length=5, description="上传照片时得到的凭证")


class PhotoTaken(Answer):
    photo: str = Field(description="提交诉求时填入 photos")


class MatterFiled(Answer):
    order_no: str


class CodeBody(Input):
    order_no: str = Field(min_length=1, max_length=40)
    phone: Phone


class CodeAsked(Answer):
    """The same whether number and telephone belong together or not."""

    ticket: str
    valid_seconds: int


class EntryBody(Input):
    ticket: Token
    code: str = Field(min_length=6, max_length=6, pattern=r"^[0-9]{6}$")


class PassBody(Input):
    key: Token = Field(description="输入验证码后得到的凭证")


class PublicRatingBody(PassBody):
    channel: Channel = "web"
    rating: Literal[
        "very_satisfied", "satisfied", "basically_satisfied", "dissatisfied", "very_dissatisfied"
    ]
    opinion: str = Field("", max_length=500)


class ProgressShape(Answer):
    order_no: str
    kind: Choice
    stage: Choice
    explanation: str
    received_at: Moment
    due_day: date | None
    reply: str
    closed_at: Moment | None
    rating: Choice | None
    may_rate: bool


class Entered(Answer):
    key: str
    progress: ProgressShape
