"""The database keeps what was committed, loses what failed, and matches the records."""

import threading
from datetime import datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from ticketing.database import Database
from ticketing.errors import DatabaseAway
from ticketing.migrations import is_described
from ticketing.records import Record
from ticketing.records.calls import Call
from ticketing.records.work_orders import OrderSequence


def test_the_migrations_make_exactly_what_the_records_describe(database: Database) -> None:
    """Nobody changed a record and forgot the migration."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": False, "include_name": is_described}
        )
        assert compare_metadata(context, Record.metadata) == []


def test_a_moment_comes_back_as_the_same_moment(database: Database, moment: datetime) -> None:
    """What was Shanghai time on the way in is the same instant on the way out."""
    with database.transaction() as session:
        session.add(Call(key="t-1.1", started_at=moment))
    with database.reading() as session:
        found = session.scalars(select(Call)).one()
    assert found.started_at == moment
    assert found.started_at.utcoffset() is not None


def test_a_block_that_raises_leaves_nothing(database: Database, moment: datetime) -> None:
    """A use case is done whole or not at all."""

    def half() -> None:
        with database.transaction() as session:
            session.add(Call(key="t-1.1", started_at=moment))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with database.reading() as session:
        assert session.scalars(select(Call)).all() == []


def test_fifty_writers_at_once_all_get_their_turn(database: Database) -> None:
    """Nobody meets "database is locked" and no number is given twice."""
    with database.transaction() as session:
        session.add(OrderSequence(name="JT", last=0))
    seen: list[int] = []

    def take() -> None:
        with database.transaction() as session:
            row = session.get(OrderSequence, "JT", with_for_update=True)
            assert row is not None
            row.last += 1
            seen.append(row.last)

    threads = [threading.Thread(target=take) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 51))


def test_a_database_that_is_not_there_is_named_as_such() -> None:
    """The spool relies on telling "away" from "refused"."""
    database = Database("postgresql://nobody@127.0.0.1:9/none")
    with pytest.raises(DatabaseAway):
        database.ping()
    database.close()


async def test_the_desk_runs_the_same_use_cases_off_its_loop(
    database: Database, moment: datetime
) -> None:
    """One core for threads and for the event loop."""
    await database.write(lambda session: session.add(Call(key="t-1.2", started_at=moment)))
    keys = await database.read(lambda session: session.scalars(select(Call.key)).all())
    assert keys == ["t-1.2"]
