"""Proofs of the voice menu: checks of unsaved texts, simulated calls, tests, the shadow run."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input, Moment
from agent_desk.web.shapes.flows import FlowText
from ivr_flows.cases.data import Expect
from ivr_flows.simulation.caller import Did, Wants
from ivr_flows.simulation.data import Act, Facts
from ivr_flows.simulation.endings import Ends

FlowName = Annotated[str, Field(pattern=r"^\w{1,64}$")]
Texts = Annotated[
    dict[FlowName, FlowText | None],
    Field(max_length=50, description="代替草稿里的同名流程；空为没有这个流程"),
]
Acts = Annotated[list[Act], Field(max_length=400)]


class CheckBody(Input):
    texts: Texts = Field(default_factory=dict)


class SimulateBody(Input):
    """The whole history each time: nothing is kept between two requests."""

    flow: FlowName = "12328"
    texts: Texts = Field(default_factory=dict)
    version: int | None = Field(None, ge=1, description="走哪一版，不填为草稿")
    acts: Acts = Field(default_factory=list)
    facts: Facts = Facts()
    real: bool = Field(
        False, description="路况、公告、开关、分组、知识库用当前真实数据，facts 中的相应项不用"
    )


class TranscriptLine(Answer):
    """One thing said or done."""

    did: Did
    flow: str
    step: str = Field(description="空为流程之后系统说的话")
    kind: str
    said: str | None = Field(description="系统说的话")
    pressed: str | None = Field(description="来电人按的键")
    words: str | None = Field(description="来电人说的话")


class WalkedStep(Answer):
    flow: str
    step: str
    kind: str
    key: str
    outcome: str


class KeyOption(Answer):
    key: str
    label: str


class WaitingShape(Answer):
    """The turn is the caller's."""

    flow: str
    step: str
    kind: str
    wants: Wants = Field(description="key 一个键，entry 继续输入，words 键或话，message 留言")
    seconds: float
    keys: list[KeyOption]


class EndingShape(Answer):
    ends: Ends
    target: str
    priority: int
    reason: str
    words: str


class SimulationShape(Answer):
    transcript: list[TranscriptLine]
    path: list[WalkedStep]
    waiting: WaitingShape | None
    ending: EndingShape | None
    happened: list[str] = Field(description="真实来电会留下什么")
    seconds: float
    unused: int = Field(description="流程结束后没用上的动作")


class FlowTestBody(Input):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    flow: FlowName
    facts: Facts = Facts()
    acts: Acts = Field(default_factory=list)
    expects: Annotated[list[Expect], Field(min_length=1, max_length=100)]


class RecordBody(SimulateBody):
    """As it goes now, so it must go from now on."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    every_word: bool = Field(False, description="听到的每句话都要一样，否则只有最后一句")


class FlowTestShape(Answer):
    id: int
    name: str
    flow: str
    facts: Facts
    acts: list[Act]
    expects: list[Expect]
    saved_by: str
    saved_at: Moment


class ShadowBody(Input):
    day: date | None = Field(None, description="不填为昨天")
    texts: Texts = Field(default_factory=dict)


class DifferenceShape(Answer):
    differs: Literal["ending", "path", "words"] = Field(description="结束方式、经过的步骤、说的话")
    live: str
    draft: str


class ShadowExample(Answer):
    """Calls that went alike."""

    call_key: str
    calls: int
    acts: list[str]
    live_ending: str
    draft_ending: str
    first_difference: DifferenceShape


class Assumption(Answer):
    question: str = Field(description="草稿问了、当时没有问过的事")
    calls: int


class ShadowShape(Answer):
    day: date
    calls: int
    same: int
    differing: int
    by_kind: dict[Literal["ending", "path", "words"], int]
    unclear: int = Field(description="凭当时的记录说不清的来电")
    more: bool = Field(description="当天来电更多，只看了最新的一部分")
    examples: list[ShadowExample]
    assumed: list[Assumption]


class KindSchema(Answer):
    """One kind of step."""

    kind: str
    title: str
    description: str
    properties: dict[str, Any] = Field(
        description="各项的 JSON Schema，带中文 title 和 description"
    )
    required: list[str]


class FlowSchema(Answer):
    """What can be written in a flow, for a side panel."""

    kinds: list[KindSchema]
    head: KindSchema
    definitions: dict[str, Any]
