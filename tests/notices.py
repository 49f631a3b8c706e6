"""Notices as tests look at them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from tests.centre import (
    Centre,
)
from ticketing.database import Database
from ticketing.notices.sending import Sender
from ticketing.records.notices import Notice


def notices(database: Database, **wanted: str) -> Sequence[Notice]:
    with database.reading() as session:
        query = select(Notice).order_by(Notice.id)
        for name, value in wanted.items():
            query = query.where(getattr(Notice, name) == value)
        return session.scalars(query).all()


def one(database: Database, **wanted: str) -> Notice:
    (found,) = notices(database, **wanted)
    return found


def accepted(database: Database, moment: datetime, count: int = 1) -> list[str]:
    """Orders whose callers are to be told that they were accepted."""
    with database.transaction() as session:
        centre = Centre(session, moment)
        return [centre.submitted().order_no for _ in range(count)]


def drain(sender: Sender) -> None:
    while sender.tick():
        pass
