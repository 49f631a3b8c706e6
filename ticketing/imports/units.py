"""Handling units by code: new ones are added, known ones change (第二十条)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.imports.importer import Problem
from ticketing.imports.tables import Column, Row
from ticketing.records.catalogues import HandlingUnit
from ticketing.rules.routing import UnitType

_TYPES: Final = {word: one for one in UnitType for word in (one.value, one.zh)}


class UnitImport:
    """A parent stands in the database or in an earlier row."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("code", "单位代码", required=True, example="SY-TAXI"),
        Column("name", "单位名称", required=True, example="市出租汽车管理处"),
        Column("type", "单位类型", required=True, example="直属单位"),
        Column("parent_code", "上级单位代码", example="SY-JT"),
        Column("region_code", "行政区划代码", example="210100"),
        Column("duty_person", "责任人", example="张三"),
        Column("duty_phone", "联系电话", example="02412345678"),
    )
    at_once: ClassVar[bool] = True

    def __init__(self, session: Session) -> None:
        units = session.scalars(select(HandlingUnit)).all()
        codes = {unit.id: unit.code for unit in units}
        self._above = {unit.code: codes.get(unit.parent_id or 0, "") for unit in units}
        self._there = frozenset(self._above)
        self._seen: set[str] = set()
        self._regions = {region.code for region in catalogues.regions(session)}

    def problems(self, row: Row) -> list[Problem]:
        found = self._of_the_row(row)
        if not found:
            self._seen.add(row.get("code"))
            self._above[row.get("code")] = row.get("parent_code")
        return found

    def _of_the_row(self, row: Row) -> list[Problem]:
        code, parent = row.get("code"), row.get("parent_code")
        checks = (
            ("code", not code, "缺少单位代码"),
            ("code", len(code) > 32, "单位代码最多32个字符"),
            ("code", code in self._seen, f"单位代码“{code}”在文件中重复出现"),
            ("name", not row.get("name"), "缺少单位名称"),
            ("name", len(row.get("name")) > 128, "单位名称最多128个字符"),
            ("type", row.get("type") not in _TYPES, _wrong_type(row.get("type"))),
            ("parent_code", self._is_no_parent(code, parent), _wrong_parent(parent)),
            ("region_code", self._is_no_region(row), f"行政区划“{row.get('region_code')}”不在表中"),
            ("duty_person", len(row.get("duty_person")) > 64, "责任人最多64个字符"),
            ("duty_phone", len(row.get("duty_phone")) > 32, "联系电话最多32个字符"),
        )
        return [(column, message) for column, wrong, message in checks if wrong]

    def _is_no_parent(self, code: str, parent: str) -> bool:
        """Not there, or the unit would stand below itself."""
        if parent and parent not in self._above:
            return True
        here, steps = parent, 0
        while here and steps < 50:
            if here == code:
                return True
            here, steps = self._above.get(here, ""), steps + 1
        return False

    def _is_no_region(self, row: Row) -> bool:
        return bool(row.get("region_code")) and row.get("region_code") not in self._regions

    def summary(self, _session: Session, _moment: datetime) -> dict[str, Any]:
        return {"new": len(self._seen - self._there), "changed": len(self._seen & self._there)}

    def write(self, session: Session, moment: datetime, _by: Actor, rows: Sequence[Row]) -> int:
        known = {one.code: one for one in session.scalars(select(HandlingUnit))}
        for row in rows:
            code = row.get("code")
            unit = known.get(code) or HandlingUnit(code=code, created_at=moment)
            parent = known.get(row.get("parent_code"))
            unit.name, unit.type = row.get("name"), _TYPES[row.get("type")]
            unit.parent_id = parent.id if parent else None
            unit.region_code = row.get("region_code")
            unit.duty_person, unit.duty_phone = row.get("duty_person"), row.get("duty_phone")
            if code not in known:
                session.add(unit)
                session.flush()  # its id, for the units below it
                known[code] = unit
        session.flush()
        return len(rows)


def _wrong_type(word: str) -> str:
    return f"单位类型“{word}”应为{'、'.join(one.zh for one in UnitType)}之一"


def _wrong_parent(code: str) -> str:
    return f"上级单位“{code}”不存在、尚未出现在前面的行，或会成为自己的下级"
