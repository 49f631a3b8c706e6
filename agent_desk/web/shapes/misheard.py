"""Turns of the voice menu that were misunderstood."""

from datetime import date
from typing import Literal

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input, Moment, PageQuery

Reason = Literal["unknown", "denied", "keys", "person"]


class MisheardQuery(PageQuery):
    reason: Reason | None = None
    flow: str = Field("", max_length=64)
    step: str = Field("", max_length=64)
    labelled: bool | None = Field(None, description="只看听写过的，或没有听写过的")


class SpanQuery(Input):
    """Days in Asia/Shanghai, both included."""

    from_: date = Field(alias="from")
    to: date


class LabelBody(Input):
    recording_id: int = Field(ge=1, le=2**62)
    said: str = Field(max_length=64, description="实际说的话；空为不是对菜单说的话，应当拒绝")


class LabelSetQuery(Input):
    reason: str = Field(min_length=2, max_length=200, description="导出用途，记入审计")


class TurnSound(Answer):
    """What was recorded in a turn, and what somebody heard in it."""

    recording_id: int
    state: str
    started_at: Moment
    duration_ms: int | None
    said: str | None = Field(description="null：还没有听写")
    by: str
    at: Moment | None


class MisheardTurn(Answer):
    """One step in which the caller spoke and something went wrong."""

    id: int
    at: Moment
    call_key: str
    flow: str
    flow_version: str
    step: str
    label: str
    kind: str
    said: str = Field(description="识别成的话，…为都不是")
    confidence: float | None
    outcome: str
    reasons: list[Reason]
    sounds: list[TurnSound]


class MisheardStep(Answer):
    """One step over some days."""

    flow: str
    step: str
    label: str
    spoken: int
    misheard: int
    unknown: int
    denied: int
    keys: int
    person: int


class MisheardSteps(Answer):
    items: list[MisheardStep]
