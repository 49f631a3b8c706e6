"""A test case as it is kept: who calls into which world, what they do, what must come of it."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from ivr_flows.simulation.data import Acts, Data, Facts
from ivr_flows.simulation.endings import Ends

Words = Annotated[str, Field(min_length=1, max_length=500)]
Place = Annotated[str, Field(min_length=1, max_length=130)]


class Expect(Data):
    """One thing that must be so: exactly one of the five."""

    says: Words | None = Field(None, description="听到的话里有这几个字；几条按先后顺序")
    never_says: Words | None = Field(None, description="从头到尾没有这几个字")
    step: Place | None = Field(None, description="走完了这一步：流程名.步骤名")
    waits_at: Place | None = Field(None, description="最后停在这一步等来电人：流程名.步骤名")
    ends: Ends | None = Field(
        None, description="结束方式：queue 转人工，number 转外线，message 留言，hang_up 挂机"
    )
    target: Annotated[str, Field(max_length=64)] | None = Field(
        None, description="随 ends：队列名或号码"
    )

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        told = (self.says, self.never_says, self.step, self.waits_at, self.ends)
        if sum(one is not None for one in told) != 1:
            raise ValueError("says、never_says、step、waits_at、ends 要写且只写一项")
        if self.target is not None and self.ends is None:
            raise ValueError("target 只和 ends 一起写")
        return self

    @property
    def shown(self) -> str:
        """As a person reads it."""
        if self.says is not None:
            return f"听到“{self.says}”"
        if self.never_says is not None:
            return f"没有听到“{self.never_says}”"
        if self.step is not None:
            return f"走过 {self.step}"
        if self.waits_at is not None:
            return f"停在 {self.waits_at} 等待"
        return f"以 {self.ends} 结束" + (f"，去 {self.target}" if self.target is not None else "")


class FlowTest(Data):
    """Recorded from a simulation or written by hand."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    flow: Annotated[str, Field(pattern=r"^\w{1,64}$")]
    """The main flow the call begins with."""
    facts: Facts = Facts()
    acts: Acts = Field(default=[])
    expects: Annotated[list[Expect], Field(min_length=1, max_length=100)]
