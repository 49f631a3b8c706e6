"""Calls, what was pressed, who talked, and what was recorded."""

from datetime import date

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input, Moment, PageQuery
from agent_desk.web.shapes.order_list import OrderSummary

Number = Field("", max_length=32, pattern=r"^[0-9+*#]*$")


class CallQuery(PageQuery):
    caller_number: str = Number
    dialled: str = Number
    outcome: str = Field("", max_length=16)
    queue: str = Field("", max_length=32)
    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    user_id: int | None = Field(None, ge=1)


class CallSummary(Answer):
    key: str
    callref: str
    direction: str
    caller_number: str = Field(description="无权限时打码")
    dialled: str
    entry: str
    started_at: Moment
    queued_at: Moment | None
    queue: str
    connected_at: Moment | None
    ended_at: Moment | None
    outcome: str
    flow: str
    flow_version: str
    flow_ending: str
    rating: int | None
    user_id: int | None
    user_name: str
    wait_seconds: float | None
    talk_seconds: float | None


class Step(Answer):
    """One step of the menu the caller went through."""

    at: Moment
    flow: str
    flow_version: str
    step: str
    kind: str
    label: str
    pressed: str
    outcome: str
    said: str = Field(description="来电人说的话；无权限时号码打码")
    stretch: str = Field(description="这句话的录音段，没有时为空")
    confidence: float | None
    learned: dict[str, str] = Field(description="由这句话得出的变量；无权限时号码打码")


class TalkShape(Answer):
    leg: str
    extension: str
    user_id: int | None
    user_name: str
    queue: str
    rung_at: Moment | None
    answered_at: Moment | None
    ended_at: Moment | None
    end_reason: str


class Waveform(Answer):
    """Peaks 0-100 per side for the player."""

    left: list[int] = Field([])
    right: list[int] = Field([])
    per_second: float = 10


class RecordingShape(Answer):
    id: int
    stretch: str
    call_key: str
    kind: str
    role: str
    party: str
    state: str
    failure: str
    started_at: Moment
    ended_at: Moment | None
    duration_ms: int | None
    size_bytes: int | None
    sha256: str
    repaired: bool
    retain_until: date
    waveform: Waveform
    on_hold: bool
    words: str = Field(description="机器转写，仅供参考；空为没有")
    words_model: str


class CallShape(CallSummary):
    notice_version: str
    notice_whole: bool | None
    caller_group: str
    steps: list[Step]
    talks: list[TalkShape]
    recordings: list[RecordingShape]
    work_orders: list[OrderSummary]


class Past(Answer):
    """What the same caller number brought before: the last 20 of each."""

    calls: list[CallSummary]
    work_orders: list[OrderSummary]


class RecordingQuery(PageQuery):
    state: str = Field("", max_length=16)
    kind: str = Field("", max_length=16)
    call_key: str = Field("", max_length=64)
    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None


class AudioQuery(Input):
    reason: str = Field("", max_length=200, description="调听事由，记入审计")


class HoldBody(Input):
    reason: str = Field(min_length=2, max_length=200)
