"""Files people bring, and what was found in them."""

from typing import Any, Literal

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input, Moment, PageQuery

Kind = Literal["units", "routes", "calendar", "history"]


class ImportQuery(Input):
    """Beside the file's bytes, which are the body."""

    kind: Kind
    name: str = Field(min_length=1, max_length=200, description="文件名")
    year: int | None = Field(None, ge=2000, le=2100, description="放假安排的年份")
    notice: str = Field("", max_length=128, description="放假安排的通知名称和文号")
    source_system: str = Field("", max_length=32, pattern=r"^[0-9A-Za-z_-]*$")


class TemplateQuery(Input):
    kind: Kind


class FaultQuery(PageQuery):
    """In the order of the file: `after` goes forward."""


class WantBody(Input):
    all_or_nothing: bool = Field(description="有问题时一行也不导入；否则导入其余各行")


class ImportShape(Answer):
    id: int
    kind: str
    kind_label: str
    name: str
    options: dict[str, Any]
    state: str
    state_label: str
    rows: int = Field(description="检查完才知道")
    done: int = Field(description="当前步骤已处理的行数")
    faulty: int
    loaded: int
    summary: dict[str, Any] = Field(description="导入会带来什么")
    failure: str
    asked_by: str
    asked_at: Moment
    finished_at: Moment | None


class FaultShape(Answer):
    id: int
    line: int
    column: str
    message: str
