"""Figures of the voice menu."""

from datetime import date

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input


class FiguresQuery(Input):
    """Days in Asia/Shanghai, both included."""

    from_: date = Field(alias="from")
    to: date
    version: str = Field("", max_length=64, description="只看这一版，空为全部")


class WayShape(Answer):
    """One step left in one way; `to_flow` empty: the menu ended there as `to_step` says."""

    outcome: str
    to_flow: str
    to_step: str
    times: int


class StepShape(Answer):
    """One step over all its passages."""

    flow: str
    step: str
    kind: str
    times: int
    seconds_average: float
    mistakes: int
    gone: int = Field(description="在这一步挂机")
    to_person: int = Field(description="在这一步按0、多次按错或出故障而转人工")
    ways: list[WayShape]


class ServedShape(Answer):
    """What a version did for its callers."""

    flow_version: str
    first_day: date
    last_day: date
    calls: int
    to_person: int
    seconds_to_person_average: float | None
    answered: int = Field(description="自助得到解答")
    came_back: int = Field(description="其中24小时内又来电")
    withheld: int = Field(description="其中号码未知，无从判断是否又来电")


class FiguresShape(Answer):
    steps: list[StepShape]
    versions: list[ServedShape]
