"""Work orders in a list, and what a list is narrowed by."""

from typing import Literal

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Moment, PageQuery


class OrderQuery(PageQuery):
    after: int | None = Field(
        None, ge=-(2**62), le=2**62, description="上一页的 next；历史工单在零以下"
    )
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
    waiting: bool = Field(False, description="只列等待本人办理的")
    review_state: Literal["", "review_pending", "reviewed_ok", "review_failed"] = ""
    accepted_from: Moment | None = None
    accepted_before: Moment | None = None


class ExportQuery(OrderQuery):
    """The list's own filters; `after` and `limit` are passed over."""

    format: Literal["csv", "xlsx"] = "csv"
    reason: str = Field(min_length=2, max_length=200, description="导出用途，记入审计")


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
