"""What a form is, and what a filled-in one says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal, TypeVar

from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.calendar import end_of_day
from ticketing.rules.states import Event
from ticketing.units import unit_code

FieldType = Literal["text", "longtext", "select", "date", "bool", "unit"]
Raw = Mapping[str, str | bool | int | None]
E = TypeVar("E", bound=StrEnum)

LONGEST: Final[Mapping[FieldType, int]] = {"text": 200, "longtext": 5000}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked."""

    name: str
    label: str
    type: FieldType = "longtext"
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()
    """Value and label."""


@dataclass(frozen=True, slots=True)
class Values:
    """A filled-in form, checked."""

    raw: Raw

    def text(self, name: str) -> str:
        value = self.raw.get(name)
        return "" if value is None else str(value).strip()

    def flag(self, name: str) -> bool:
        return self.raw.get(name) is True

    def unit(self, session: Session, name: str) -> str:
        """The unit's code. Raises NotFound."""
        return unit_code(session, int(self.text(name)))

    def day_end(self, name: str) -> datetime | None:
        """The last moment of the day, in Shanghai."""
        text = self.text(name)
        return end_of_day(date.fromisoformat(text)) if text else None


@dataclass(frozen=True, slots=True)
class Filled:
    """A move as it is asked for."""

    session: Session
    moment: datetime
    actor: Actor
    order_no: str
    version: int
    values: Values


def order_of(filled: Filled) -> tuple[Session, datetime, Actor, str]:
    """What every use case of an order begins with."""
    return filled.session, filled.moment, filled.actor, filled.order_no


def always(_actor: Actor, _order: WorkOrder) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Form:
    """One move."""

    event: Event
    fields: tuple[Field, ...]
    carry_out: Callable[[Filled], object]
    offered: Callable[[Actor, WorkOrder], bool] = always
    """Whether it makes sense for this order; the life cycle has the last word anyway."""

    def checked(self, raw: Raw) -> Values:
        """Raises InvalidInput with everything that is missing or wrong."""
        known = {field.name: field for field in self.fields}
        findings = [Finding(f"fields.{name}", "没有这一项") for name in raw if name not in known]
        for field in self.fields:
            message = _wrong(field, raw.get(field.name))
            if message:
                findings.append(Finding(f"fields.{field.name}", message))
        if findings:
            raise InvalidInput(tuple(findings))
        return Values(raw)


def _wrong(field: Field, value: str | bool | int | None) -> str:
    if field.type == "bool":
        return "" if value is None or isinstance(value, bool) else "应为是或否"
    text = "" if value is None else str(value).strip()
    if not text:
        return f"请填写{field.label}" if field.required else ""
    if len(text) > LONGEST.get(field.type, 200):
        return f"最多{LONGEST.get(field.type, 200)}个字符"
    if field.options and text not in {value for value, _ in field.options}:
        return f"请选择{field.label}"
    if field.type == "unit" and not (text.isascii() and text.isdigit() and len(text) < 18):
        return f"请选择{field.label}"
    return _wrong_date(text) if field.type == "date" else ""


def _wrong_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        return "日期格式为 2026-11-28"
    return ""
