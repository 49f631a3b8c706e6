"""What all shapes share: strict inputs, complete answers, moments in Shanghai time, pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
)

from ticketing.clock import SHANGHAI


def _in_shanghai(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="milliseconds")


Moment = Annotated[
    AwareDatetime,
    PlainSerializer(_in_shanghai, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""ISO 8601 with offset; +08:00 in answers."""

T = TypeVar("T")


class Input(BaseModel):
    """A body or a query: unknown fields and control characters are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @field_validator("*", mode="after")
    @classmethod
    def _printable(cls, value: Any) -> Any:
        if _has_control(value):
            raise ValueError("含有不可用的控制字符")
        return value


class Answer(BaseModel):
    """What we send: every field is always there, so the front end has no `undefined`."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, json_schema_serialization_defaults_required=True
    )


class Nothing(Input):
    """No body, no query."""


class Page(Answer, Generic[T]):
    """Newest first; `next` is the `after` of the following page."""

    items: list[T]
    next: str | None = None


class PageQuery(Input):
    """Keyset paging."""

    after: int | None = Field(None, ge=1, le=2**62, description="上一页的 next")
    limit: int = Field(50, ge=1, le=200)


class Choice(Answer):
    value: str
    label: str


class FindingShape(Answer):
    field: str
    message: str


class Problem(Answer):
    """RFC 9457; title and detail are for people."""

    type: str
    title: str
    status: int
    detail: str
    findings: list[FindingShape] | None = None
    retry_after: float | None = Field(None, description="秒")
    by: str | None = Field(None, description="已被谁处理")
    at: Moment | None = None
    change: str | None = None
    report: dict[str, Any] | None = Field(None, description="菜单检查结果（Report）")


def _has_control(value: object) -> bool:
    if isinstance(value, str):
        return any((ord(sign) < 32 and sign not in "\n\r\t") or ord(sign) == 127 for sign in value)
    if isinstance(value, Mapping):
        return any(_has_control(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple):
        return any(_has_control(part) for part in value)
    return False
