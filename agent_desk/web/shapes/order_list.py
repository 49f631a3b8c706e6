"""Work orders in a list, and what a list is narrowed by."""

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Moment, PageQuery


class OrderQuery(PageQuery):
    state: str = Field("", max_length=120, description="可用逗号列出多个")
    kind: str = Field("", max_length=16)
    region: str = Field("", pattern=r"^\d{0,6}$")
    domain: str = Field("", max_length=32)
    topic: str = Field("", max_length=64)
    unit: int | None = Field(None, ge=1)
    overdue: bool | None = None
    q: str = Field("", max_length=64)
    caller_number: str = Field("", max_length=32, pattern=r"^[0-9+*#]*$")
    mine: bool = False


class OrderSummary(Answer):
    id: int
    order_no: str
    state: str
    state_label: str
    kind: str
    domain: str
    topic: str
    sub_item: str
    region_code: str
    priority: str
    caller_number: str = Field(description="无权限时打码")
    caller_name: str
    content: str = Field(description="前60字")
    lead_unit_id: int | None
    lead_unit: str
    due_at: Moment | None
    overdue: bool
    accepted_at: Moment
    updated_at: Moment
