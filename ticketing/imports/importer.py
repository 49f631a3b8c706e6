"""What every kind of import does: say its columns, find the faults of a row, write good rows."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.imports.tables import Column, Row

Problem = tuple[str, str]
"""The column's name in code, and what is wrong in Chinese."""


class ImportKind(StrEnum):
    """What a file holds."""

    UNITS = "units"
    ROUTES = "routes"
    CALENDAR = "calendar"
    HISTORY = "history"

    @property
    def zh(self) -> str:
        return {
            ImportKind.UNITS: "承办单位",
            ImportKind.ROUTES: "派单规则",
            ImportKind.CALENDAR: "放假安排",
            ImportKind.HISTORY: "历史工单",
        }[self]


class ImportState(StrEnum):
    """Where an import stands; in the first and third the worker has to do."""

    UPLOADED = "uploaded"
    CHECKED = "checked"
    WANTED = "wanted"
    LOADED = "loaded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def zh(self) -> str:
        return {
            ImportState.UPLOADED: "正在检查",
            ImportState.CHECKED: "待确认",
            ImportState.WANTED: "正在导入",
            ImportState.LOADED: "已导入",
            ImportState.FAILED: "未能导入",
            ImportState.CANCELLED: "已取消",
        }[self]


class Importer(Protocol):
    """One file under way. Knows what the database held when it was made, and its own rows."""

    columns: ClassVar[tuple[Column, ...]]
    at_once: ClassVar[bool]
    """All rows in one transaction, for small tables that must be whole; else in chunks."""

    def problems(self, row: Row) -> list[Problem]:
        """What is wrong with a row; a good one is remembered for those that follow."""

    def summary(self, session: Session, moment: datetime) -> dict[str, Any]:
        """What loading the good rows seen so far would bring."""

    def write(self, session: Session, moment: datetime, by: Actor, rows: Sequence[Row]) -> int:
        """Writes good rows; how many of them were new or changed something."""
