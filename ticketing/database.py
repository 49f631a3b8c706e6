"""The one place that commits.

A use case is a function `verb(session, moment, ...)`. Telephone threads call it inside
`with database.transaction() as session`; the async desk awaits `database.write(verb, ...)`, which
runs the same function in a thread of its own. SQLite (WAL) and PostgreSQL behave alike: a writer
takes its turn at once (BEGIN IMMEDIATE), readers never wait for writers.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from ticketing.errors import DatabaseAway

P = ParamSpec("P")
R = TypeVar("R")

SQLITE_WAIT_SECONDS: Final = 15
"""How long a writer waits for its turn on SQLite before it gives up."""

THREADS: Final = 8


class Database:
    """A pool of connections to one database, and the transactions on it."""

    def __init__(self, url: str) -> None:
        """`url` as SQLAlchemy writes it: `sqlite:////abs/file.db` or `postgresql://…`."""
        self.engine: Final = _engine(url)
        self._threads: Final = ThreadPoolExecutor(THREADS, thread_name_prefix="database")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises.

        Raises DatabaseAway when the database cannot be reached.
        """
        with _translated(), Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"writes": True})
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session whose changes are thrown away."""
        with _translated(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    async def write(
        self, use_case: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Runs a use case in a transaction, off the event loop."""

        def whole() -> R:
            with self.transaction() as session:
                return use_case(session, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, whole)

    async def read(
        self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Runs a query, off the event loop."""

        def whole() -> R:
            with self.reading() as session:
                return query(session, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, whole)

    def ping(self) -> None:
        """Raises DatabaseAway when the database does not answer."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise DatabaseAway(str(error.orig)) from error


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(
            parsed,
            pool_size=THREADS,
            max_overflow=32,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5},
        )
    engine = create_engine(
        parsed, pool_size=THREADS, max_overflow=32, connect_args={"timeout": SQLITE_WAIT_SECONDS}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a committed recording row survives power loss
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_WAIT_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
