"""Work orders: lists, the whole order, opening one, moving one on."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input, Moment, PageQuery


class OrderQuery(PageQuery):
    state: str = Field("", max_length=120, description="可用逗号列出多个")
    kind: str = Field("", max_length=16)
    region: str = Field("", pattern=r"^\d{0,6}$")
    domain: str = Field("", max_length=32)
    topic: str = Field("", max_length=64)
    unit: int | None = Field(None, ge=1)
    overdue: bool | None = None
    q: str = Field("", max_length=64)
    caller_number: str = Field("", max_length=32, pattern=r"^[0-9+*#]*$")
    mine: bool = False


class OrderSummary(Answer):
    id: int
    order_no: str
    state: str
    state_label: str
    kind: str
    domain: str
    topic: str
    sub_item: str
    region_code: str
    priority: str
    caller_number: str = Field(description="无权限时打码")
    caller_name: str
    content: str = Field(description="前60字")
    lead_unit_id: int | None
    lead_unit: str
    due_at: Moment | None
    overdue: bool
    accepted_at: Moment
    updated_at: Moment


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


class Choice(Answer):
    value: str
    label: str


class MoveField(Answer):
    name: str
    label: str
    type: Literal["text", "longtext", "select", "date", "bool", "unit"]
    required: bool
    options: list[Choice] | None = None


class Move(Answer):
    """What this person may do now; the form is drawn from it."""

    event: str
    label: str
    fields: list[MoveField]


class OrderRecording(Answer):
    """A recording bound to the order, with what the player needs."""

    id: int
    call_key: str
    kind: str
    role: str
    state: str
    started_at: Moment
    duration_ms: int | None


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
    place: str
    object: str
    reason: str
    extra: dict[str, Any]
    tags: list[str]
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
    recordings: list[OrderRecording]
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


class SubItemNode(Answer):
    name: str
    kinds: list[str] = Field(description="出现在哪些业务类型下，空为全部")
    description: str
    third_levels: list[str]


class TopicNode(Answer):
    name: str
    sub_items: list[SubItemNode]


class DomainNode(Answer):
    name: str
    in_scope: bool
    topics: list[TopicNode]


class RegionNode(Choice):
    parent: str | None


class Catalogue(Answer):
    """Everything the forms choose from."""

    taxonomy_version: str
    kinds: list[Choice]
    domains: list[DomainNode]
    channels: list[Choice]
    regions: list[RegionNode]
    reject_codes: list[Choice]
    states: list[Choice]
    queues: list[Choice]
    ratings: list[Choice]
    caller_groups: list[Choice]
    roles: list[Choice]


class UnitShape(Answer):
    id: int
    name: str
    kind: str
    kind_label: str
    parent_id: int | None
    region_code: str
    duty_person: str
    duty_phone: str
    active: bool


class UnitBody(Input):
    name: str = Field(min_length=2, max_length=128)
    kind: str = Field(max_length=32)
    parent_id: int | None = Field(None, ge=1)
    region_code: str = Field("", pattern=r"^(\d{6})?$")
    duty_person: str = Field("", max_length=64)
    duty_phone: str = Field("", max_length=32)


class UnitPatch(Input):
    name: str | None = Field(None, min_length=2, max_length=128)
    kind: str | None = Field(None, max_length=32)
    parent_id: int | None = Field(None, ge=1)
    region_code: str | None = Field(None, pattern=r"^(\d{6})?$")
    duty_person: str | None = Field(None, max_length=64)
    duty_phone: str | None = Field(None, max_length=32)
    active: bool | None = None


class RouteShape(Answer):
    """Which unit gets what; empty means any."""

    id: int
    domain: str
    topic: str
    sub_item: str
    region_code: str
    caller_group: str
    unit_id: int


class RouteBody(Input):
    domain: str = Field("", max_length=32)
    topic: str = Field("", max_length=64)
    sub_item: str = Field("", max_length=64)
    region_code: str = Field("", pattern=r"^(\d{6})?$")
    caller_group: str = Field("", max_length=32)
    unit_id: int = Field(ge=1)
