"""Handling units and the routing table."""

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input


class UnitShape(Answer):
    id: int
    name: str
    code: str
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
    code: str = Field("", max_length=32, description="不填则生成")
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
    unit: str
    responsible_person: str
    direct: bool


class RouteBody(Input):
    domain: str = Field("", max_length=32)
    topic: str = Field("", max_length=64)
    sub_item: str = Field("", max_length=64)
    region_code: str = Field("", pattern=r"^(\d{6})?$")
    caller_group: str = Field("", max_length=32)
    unit_id: int = Field(ge=1)
    responsible_person: str = Field("", max_length=64)
    direct: bool = Field(False, description="直派：不经市局直接派到区县或企业")
