"""What the public is told: road notices, announcements, switches, caller groups, knowledge."""

import csv
from typing import Any, Literal

from pydantic import Field, model_validator

from agent_desk.web.shapes.base import Answer, Input, Moment, Page, PageQuery

SPOKEN = "语音已生成；否则第一位来电人听到时再生成"


class RoadNoticeQuery(PageQuery):
    in_force: bool | None = Field(None, description="是否正在播报，不填为全部")


class RoadNoticeBody(Input):
    kind: str = Field(max_length=16)
    road_no: str = Field("", max_length=16, description="如 G1")
    road_name: str = Field(max_length=64)
    section: str = Field("", max_length=128)
    direction: str = Field("", max_length=32, description="如 双向、往沈阳方向")
    region_code: str = Field("", pattern=r"^(\d{6})?$")
    text: str = Field(max_length=300, description="在道路、路段、类型之后播报的话")
    valid_from: Moment | None = Field(None, description="不填为现在")
    valid_until: Moment


class ImportedNotice(RoadNoticeBody):
    key: str = Field("", max_length=64, description="对接系统自己的编号；再次导入即更新同一条")


class RoadNoticeImport(Input):
    """An array of notices, bare or as `notices`; or `csv`: the same columns, a head line first."""

    notices: list[ImportedNotice] = Field(min_length=1, max_length=500)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("csv"), str):
            return {"notices": csv_rows(value["csv"])}
        return {"notices": value} if isinstance(value, list) else value


def csv_rows(text: str) -> list[dict[str, str]]:
    """Rows of a CSV text as objects; empty cells are not there, a column too many is a fault."""
    rows = csv.DictReader(text.removeprefix("\ufeff").splitlines(), restkey="more")
    return [{str(name): cell for name, cell in row.items() if cell} for row in rows]


class RoadNoticeShape(Answer):
    id: int
    kind: str
    kind_label: str
    road_no: str
    road_name: str
    section: str
    direction: str
    region_code: str
    text: str
    sentence: str = Field(description="来电人听到的整句话")
    valid_from: Moment
    valid_until: Moment
    in_force: bool
    posted_by: str
    posted_at: Moment
    cancelled_by: str
    cancelled_at: Moment | None


class RoadNoticePosted(Answer):
    notice: RoadNoticeShape
    spoken: bool = Field(description=SPOKEN)


class RoadNoticesImported(Answer):
    notices: list[RoadNoticeShape]
    spoken: bool = Field(description=SPOKEN)


class AnnouncementQuery(PageQuery):
    in_force: bool = Field(False, description="只看正在播报的")


class AnnouncementBody(Input):
    text: str = Field(max_length=300)
    valid_until: Moment


class AnnouncementShape(Answer):
    id: int
    text: str
    valid_from: Moment
    valid_until: Moment
    in_force: bool
    posted_by: str
    posted_at: Moment
    cancelled_at: Moment | None


class AnnouncementPosted(Answer):
    announcement: AnnouncementShape
    spoken: bool = Field(description=SPOKEN)


class RoadShape(Answer):
    number: str
    name: str


class RoadCatalogue(Answer):
    version: str
    items: list[RoadShape]


class RoadsBody(Input):
    csv: str = Field(max_length=200_000, description="两列 number,name，首行为列名；替换整个目录")


class SpeechQuery(Input):
    text: str = Field(min_length=1, max_length=600, description="要试听的整句话")


class SwitchBody(Input):
    is_on: bool
    on_from: Moment | None = Field(None, description="打开的开始时间，不填为现在")
    on_until: Moment | None = Field(None, description="到时自动关闭，不填为一直")


class SwitchShape(Answer):
    name: str
    label: str
    is_on: bool = Field(description="此刻是否起作用")
    planned: bool = Field(description="已定时，时间未到")
    on_from: Moment | None
    on_until: Moment | None
    changed_by: str
    changed_at: Moment | None


class MemberQuery(PageQuery):
    caller_group: str = Field("", max_length=32)


class MemberBody(Input):
    number: str = Field(max_length=32)
    caller_group: str = Field(max_length=32)


class MemberShape(Answer):
    id: int
    number: str
    caller_group: str
    caller_group_label: str
    added_by: str
    added_at: Moment


class KnowledgeQuery(PageQuery):
    q: str = Field("", max_length=100, description="问题、答案、主题中的词，空格分开为都要有")
    topic: str = Field("", max_length=64)
    state: Literal["", "draft", "review", "published", "expired"] = ""


class KnowledgeBody(Input):
    topic: str = Field(max_length=64, description="菜单按主题播报，如 etc_fees")
    question: str = Field(max_length=256)
    answer: str = Field(max_length=5000)
    spoken: str = Field("", max_length=500, description="菜单播报的话，空则不播报")
    source: str = Field("", max_length=256, description="依据")
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class KnowledgePatch(Input):
    """Only what is there is changed; null ends a period."""

    topic: str = Field("", max_length=64)
    question: str = Field("", max_length=256)
    answer: str = Field("", max_length=5000)
    spoken: str = Field("", max_length=500)
    source: str = Field("", max_length=256)
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class KnowledgeShape(Answer):
    id: int
    topic: str
    question: str
    answer: str
    spoken: str
    source: str
    state: str
    state_label: str
    useful: int = Field(0, description="来电人认为本主题的播报有用的次数")
    useless: int = Field(0, description="认为没用的次数")
    valid_from: Moment | None
    valid_until: Moment | None
    replaces_id: int | None = Field(description="这一稿发布后替换的条目")
    reviewed_at: Moment | None
    written_by: str
    written_at: Moment


class KnowledgeSaved(Answer):
    item: KnowledgeShape
    spoken: bool = Field(description=f"{SPOKEN}；不播报的条目为真")


class Switches(Page[SwitchShape]):
    """All switches there are."""
