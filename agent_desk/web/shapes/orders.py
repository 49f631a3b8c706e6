"""A whole work order, opening one, moving one on."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Choice, Input, Moment
from agent_desk.web.shapes.calls import CallShape, RecordingShape
from agent_desk.web.shapes.order_list import OrderSummary


class DayShape(Answer):
    """One line of a deadline's explanation."""

    date: date
    text: str
    counts: bool


class Due(Answer):
    at: Moment
    provisional: bool
    clock: str
    basis: str
    explanation: list[DayShape]


class HistoryEntry(Answer):
    seq: int
    event: str
    label: str
    from_state: str
    to_state: str
    at: Moment
    who_name: str
    who_role: str
    reason: str
    evidence: dict[str, Any]


class MoveField(Answer):
    name: str
    label: str
    type: Literal["text", "longtext", "select", "date", "bool", "unit"]
    required: bool
    options: list[Choice] | None = None
    value: str | None = Field(None, description="预填值")


class Move(Answer):
    """What this person may do now; the form is drawn from it."""

    event: str
    label: str
    fields: list[MoveField]


class PhotoShape(Answer):
    """The picture itself: `/work-orders/{order_no}/photos/{id}`."""

    id: int
    width: int
    height: int


class HoldShape(Answer):
    id: int
    kind: Literal["hold", "dispute"]
    reason: str
    placed_by: str
    placed_at: Moment
    release_reason: str
    released_by: str
    released_at: Moment | None


class HoldBody(Input):
    kind: Literal["hold", "dispute"] = Field(description="保全、争议")
    reason: str = Field(min_length=1, max_length=1000)


class ReleaseBody(Input):
    reason: str = Field(min_length=1, max_length=1000)


class OrderShape(OrderSummary):
    content: str
    version: int
    third_level: str
    taxonomy_version: str
    channel: str
    source_system: str
    source_no: str
    call_key: str | None
    caller_title: str
    complainant_type: str
    caller_group: str
    confidential: bool
    caller_masked: bool
    place: str
    object: str
    reason: str
    extra: dict[str, Any]
    tags: list[str]
    responsible_person: str
    co_units: list[str]
    direct_dispatch: bool
    signed_at: Moment | None
    first_contact_at: Moment | None
    replied_at: Moment | None
    return_due_at: Moment | None
    review_state: str
    reject_code: str
    escalated_to: str
    answered_instantly: bool
    result: str
    close_mode: str
    dispatched_at: Moment | None
    closed_at: Moment | None
    archived_at: Moment | None
    parent_no: str | None
    created_by: int | None
    created_by_name: str
    created_at: Moment
    due: Due | None
    history: list[HistoryEntry]
    recordings: list[RecordingShape]
    photos: list[PhotoShape]
    holds: list[HoldShape] = Field(description="承办单位看不到")
    keep_until: date | None = Field(description="归档后至少保存到这一天")
    call: CallShape | None = Field(description="承办单位看不到")
    moves: list[Move]


class OrderFields(Input):
    """What is written down of the matter."""

    kind: Literal["consult", "complaint", "suggestion"]
    domain: str = Field("", max_length=32)
    topic: str = Field("", max_length=64)
    sub_item: str = Field("", max_length=64)
    third_level: str = Field("", max_length=64)
    region_code: str = Field(pattern=r"^\d{6}$")
    channel: str = Field("phone", max_length=24)
    caller_number: str = Field("", max_length=32, pattern=r"^[0-9+*#]*$")
    caller_name: str = Field("", max_length=64)
    caller_title: Literal["", "先生", "女士"] = ""
    complainant_type: Literal["public", "practitioner"] = "public"
    caller_group: str = Field("", max_length=32)
    confidential: bool = False
    place: str = Field("", max_length=256)
    object: str = Field("", max_length=128)
    content: str = Field(min_length=1, max_length=5000)
    reason: str = Field("", max_length=5000)
    extra: dict[str, str] = Field({}, max_length=30)
    priority: Literal["normal", "urgent", "safety"] = "normal"
    tags: list[str] = Field([], max_length=20)


class NewOrder(OrderFields):
    call_key: str | None = Field(None, max_length=64)
    then: Literal["draft", "instant", "handle", "reject", "escalate"]
    result: str = Field("", max_length=5000)
    reject_code: str = Field("", max_length=32)
    reject_reason: str = Field("", max_length=1000)
    told: bool = False
    escalate_to: str = Field("省级12328热线中心", max_length=128)


class OrderPatch(Input):
    """Corrections of a draft or pending order; only what is there is changed."""

    version: int = Field(ge=1)
    kind: Literal["consult", "complaint", "suggestion"] | None = None
    domain: str | None = Field(None, max_length=32)
    topic: str | None = Field(None, max_length=64)
    sub_item: str | None = Field(None, max_length=64)
    third_level: str | None = Field(None, max_length=64)
    region_code: str | None = Field(None, pattern=r"^\d{6}$")
    caller_number: str | None = Field(None, max_length=32, pattern=r"^[0-9+*#]*$")
    caller_name: str | None = Field(None, max_length=64)
    caller_title: Literal["", "先生", "女士"] | None = None
    complainant_type: Literal["public", "practitioner"] | None = None
    caller_group: str | None = Field(None, max_length=32)
    confidential: bool | None = None
    place: str | None = Field(None, max_length=256)
    object: str | None = Field(None, max_length=128)
    content: str | None = Field(None, min_length=1, max_length=5000)
    reason: str | None = Field(None, max_length=5000)
    extra: dict[str, str] | None = Field(None, max_length=30)
    priority: Literal["normal", "urgent", "safety"] | None = None
    tags: list[str] | None = Field(None, max_length=20)


class MoveBody(Input):
    """One of the order's `moves`; `fields` by the names the move gave."""

    event: str = Field(min_length=1, max_length=32)
    version: int = Field(ge=1)
    fields: dict[str, str | bool | int | None] = Field({}, max_length=30)
