"""Small pieces that make writing a fact twice, late, or from two processes harmless."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Executable, Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ticketing.records.base import Record


def insert_if_new(session: Session, record: type[Record], values: Mapping[str, Any]) -> bool:
    """Inserts unless a row with the same unique key is there; says whether it did.

    On PostgreSQL it waits for another process's insert of the same key to commit or fail.
    """
    insert = _insert_unless_there(record, session.get_bind().dialect.name)
    return session.execute(insert, dict(values)).first() is not None


@lru_cache(maxsize=64)
def _insert_unless_there(record: type[Record], dialect: str) -> Executable:
    """Built once a table: building it anew costs more than running it."""
    table = cast("Table", record.__table__)
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing().returning(*table.primary_key)


def earliest(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def latest(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def cleaned(text: str, length: int) -> str:
    """What a column can hold: no NUL or half character, at most `length` characters."""
    storable = text.encode(errors="replace").decode().replace("\x00", "")
    return storable[:length]


def column_length(record: type[Record], name: str) -> int:
    """How many characters the column holds."""
    length = getattr(inspect(record).columns[name].type, "length", None)
    if length is None:
        raise ValueError(f"{record.__name__}.{name} has no length")
    return int(length)
