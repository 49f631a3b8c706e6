"""Spot checks and closings that look too good."""

from datetime import date

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input, Moment
from agent_desk.web.shapes.order_list import OrderSummary


class DrawBody(Input):
    since: date
    until: date = Field(description="最后一天，计入")
    per_unit: int = Field(8, ge=1, le=100, description="每个承办单位抽几件")
    seed: int | None = Field(None, ge=0, le=2**53, description="不填则随机；同一种子抽出同样的工单")


class SpotCheckShape(Answer):
    id: int
    since: Moment
    until: Moment
    per_unit: int
    seed: int
    drawn_by: str
    drawn_at: Moment


class Figures(Answer):
    """已回访、已办结、满意的件数。"""

    revisited: int
    closed: int
    satisfied: int


class UnitResultShape(Answer):
    unit: str
    drawn: int
    checked: int
    reported: Figures
    found: Figures
    faulty: list[str] = Field(description="核实与上报不符的工单编号")


class Answers(Answer):
    revisited: bool
    closed: bool
    satisfied: bool


class ItemShape(Answer):
    id: int
    order: OrderSummary
    reported: Answers
    found: Answers | None
    call_key: str
    note: str
    checked_by: str
    checked_at: Moment | None


class SpotCheckWhole(SpotCheckShape):
    results: list[UnitResultShape]
    items: list[ItemShape]


class FindingBody(Input):
    """What the caller said, by a call from the desk."""

    call_key: str = Field(min_length=1, max_length=64)
    revisited: bool
    closed: bool
    satisfied: bool
    note: str = Field("", max_length=1000)


class SuspiciousQuery(Input):
    since: date
    until: date = Field(description="最后一天，计入；期间最长92天")
    minutes: int = Field(30, ge=1, le=1440, description="办结短于多少分钟算可疑")


class SuspiciousShape(Answer):
    order_no: str
    unit: str
    minutes: float
    why: str


class SuspiciousList(Answer):
    items: list[SuspiciousShape]
    more: int = Field(description="未列出的件数")
