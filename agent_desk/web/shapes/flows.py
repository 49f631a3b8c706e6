"""The voice menu as its editors see it: draft, checks, versions, publications."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from agent_desk.web.shapes.base import Answer, Input, Moment, PageQuery

FlowText = Annotated[
    str, StringConstraints(strip_whitespace=False, max_length=512 * 1024, min_length=0)
]
"""A flow as written: its last line's end is part of it."""
Reason = Annotated[str, Field(min_length=1, max_length=500, description="为什么")]


class FlowFinding(Answer):
    """One thing an author must mend, or might."""

    flow: str
    file: str
    line: int
    place: str = Field(description="如 steps.ask.wait")
    message: str
    severity: Literal["mistake", "advice"]


class MainFlowShape(Answer):
    """What a flow that answers calls asks of a caller."""

    name: str
    title: str
    flows: int
    steps: int
    longest_seconds_to_person: float = Field(description="什么都不按，最长多少秒到人工或结束")
    keys_to_person: int = Field(description="经过最远的一步到人工或结束，最少选择和输入几次")
    version: str


class TestVerdict(Answer):
    """How a test case came out."""

    name: str
    flow: str
    passed: bool
    failures: list[str] = Field(description="哪里和期望不同")
    expected: list[str]
    said: list[str]
    came_to: str = Field(description="最后停在哪里或怎样结束")


class Report(Answer):
    """What checking and testing the whole menu found."""

    fit: bool = Field(description="没有错误，测试用例全部通过，可以接电话")
    findings: list[FlowFinding]
    main: list[MainFlowShape]
    tests: list[TestVerdict]


class FlowItem(Answer):
    name: str
    title: str
    main: bool = Field(description="不被其他流程调用的主流程")
    changed: bool = Field(description="草稿与正式版不同")
    mistakes: int
    saved_at: Moment
    saved_by: str


class TrialShape(Answer):
    number: int
    share: int = Field(description="百分之几的来电")
    callers: list[str] = Field(description="试行的来电号码，无权查看时打码")


class LiveVersion(Answer):
    number: int
    at: Moment = Field(description="何时发布")
    by: str
    reason: str


class Making(Answer):
    """Sounds being made before a version is published."""

    number: int
    done: int
    total: int


class FlowList(Answer):
    items: list[FlowItem]
    removed: list[str] = Field(description="正式版里有、草稿里已删去的流程")
    live: LiveVersion | None
    trial: TrialShape | None
    two_person: bool
    making: Making | None = Field(description="正在为发布生成提示音")


class FlowShape(Answer):
    name: str
    text: str
    revision: int
    saved_at: Moment
    saved_by: str
    live_text: str | None


class FlowBody(Input):
    text: FlowText
    revision: int | None = Field(description="打开时的修订号，新流程为空")


class FlowRemoval(Input):
    revision: int


class FlowSaved(Answer):
    revision: int
    report: Report


class FreezeBody(Input):
    reason: Reason


class VersionShape(Answer):
    number: int
    author: str
    edited_by: str = Field(description="最后修改的人")
    at: Moment
    reason: str
    origin: Literal["shipped", "files", "edit"]
    digest: str
    state: Literal["live", "trial", "published", "checked"] = Field(
        description="正式、试行、曾经正式、已检查未发布"
    )
    state_label: str


class VersionWithTexts(VersionShape):
    texts: dict[str, str]


class DifferenceQuery(Input):
    from_: int | None = Field(None, alias="from", ge=0, description="与哪一版比较，不填为上一版")


class StepChange(Answer):
    step: str = Field(description="空为流程的标题、默认队列、提示语等")
    change: Literal["added", "removed", "changed", "moved"]


class FlowDifference(Answer):
    name: str
    change: Literal["added", "removed", "changed", "same"]
    unified: str
    steps: list[StepChange]


class Difference(Answer):
    from_: int | None = Field(alias="from", description="空为从无到有")
    to: int | None = Field(description="空为草稿")
    flows: list[FlowDifference]


class PublishBody(Input):
    alias: Literal["live", "trial"]
    share: int = Field(0, ge=0, le=100, description="试行的百分比")
    callers: list[Annotated[str, Field(max_length=32)]] = Field([], max_length=100)
    reason: Reason


class ReasonBody(Input):
    reason: Reason


class TakeBody(Input):
    discard: bool = Field(False, description="放弃草稿里尚未定版的修改")


class TwoPersonBody(Input):
    is_on: bool


class TwoPerson(Answer):
    is_on: bool


class PublicationQuery(PageQuery):
    limit: int = Field(50, ge=1, le=200)


class PublicationShape(Answer):
    id: int
    alias: Literal["live", "trial"]
    number: int | None = Field(description="空为试行结束")
    share: int
    callers: list[str]
    way: Literal["publish", "rollback", "end", "install"]
    way_label: str
    by: str
    at: Moment
    reason: str
