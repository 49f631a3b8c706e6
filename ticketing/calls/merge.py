"""Small pieces that make writing a fact twice, late, or from two processes harmless."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ticketing.records.base import Record


def insert_if_new(session: Session, record: type[Record], values: Mapping[str, Any]) -> bool:
    """Inserts unless a row with the same unique key is there; says whether it did.

    On PostgreSQL it waits for another process's insert of the same key to commit or fail.
    """
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite.insert if on_sqlite else postgresql.insert)(record).values(**values)
    key = inspect(record).primary_key[0]
    return session.scalars(insert.on_conflict_do_nothing().returning(key)).first() is not None


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
