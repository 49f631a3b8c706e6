"""Catalogues as sheets, their versions and what a new one would change."""

from datetime import date
from typing import Literal

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Choice, FindingShape, Input, Moment

Cell = bool | int | float | str | list[str]
Rows = dict[str, list[dict[str, Cell]]]


class CatalogueVersionShape(Answer):
    version: str
    note: str
    created_by: str
    created_at: Moment


class CataloguePlanShape(CatalogueVersionShape):
    id: int
    valid_from: Moment


class CatalogueSummary(Answer):
    name: str
    title: str
    about: str
    current: CatalogueVersionShape
    plans: int


class CatalogueList(Answer):
    items: list[CatalogueSummary]


class SheetColumnShape(Answer):
    name: str
    label: str
    type: Literal["text", "longtext", "choice", "choices", "flag", "number"]
    required: bool
    options: list[Choice]


class SheetShape(Answer):
    name: str
    label: str
    single: bool = Field(description="只有一行：设置而不是表")
    columns: list[SheetColumnShape]


class CatalogueShape(Answer):
    name: str
    title: str
    about: str
    sheets: list[SheetShape]
    rows: Rows
    versions: list[CatalogueVersionShape] = Field(description="第一个是现行版本")
    plans: list[CataloguePlanShape]


class CatalogueChange(Answer):
    sheet: str
    kind: Literal["added", "removed", "changed"]
    before: dict[str, Cell] | None
    after: dict[str, Cell] | None


class CatalogueChanges(Answer):
    version: CatalogueVersionShape
    changes: list[CatalogueChange]


class RowsBody(Input):
    rows: Rows = Field(max_length=10)


class CataloguePublish(RowsBody):
    note: str = Field(max_length=1000, description="修改说明或依据")
    seen: str = Field(min_length=1, max_length=32, description="据以修改的版本")
    valid_from: Moment | None = Field(None, description="不填为立即生效")


class CataloguePreview(Answer):
    findings: list[FindingShape] = Field(description="有一条就不能发布")
    changes: list[CatalogueChange]
    effects: list[str]


class CalendarQuery(Input):
    year: int = Field(ge=2000, le=2100)


class CalendarDayShape(Answer):
    day: date
    kind: str
    working: bool
    name: str
    source: str


class CalendarShape(Answer):
    """Only days the weekend rule alone would answer otherwise."""

    year: int
    version: str
    noticed: bool = Field(description="该年的放假安排已导入；否则为暂定")
    years: list[int]
    alarm: Literal["", "missing", "urgent"]
    working_days: int
    days: list[CalendarDayShape]
    versions: list[CatalogueVersionShape]


class GapShape(Answer):
    domain: str
    topic: str
    sub_item: str


class Gaps(Answer):
    items: list[GapShape]
    matters: int = Field(description="分类表中的事项总数")
