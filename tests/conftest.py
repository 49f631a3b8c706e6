"""Fixtures every kind of test may use: a moment, and a migrated database of each make."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings

from asterisk_conf.installation import needs
from tests.postgresql import PostgresqlServer
from ticketing import migrations
from ticketing.clock import SHANGHAI
from ticketing.database import Database

# a slow example on a busy machine says nothing about the code
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture
def moment() -> datetime:
    """An ordinary working Wednesday, ten in the morning in Shanghai."""
    return datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """One server a session; `./hotline test` sees to it that PostgreSQL is there."""
    programs = needs.postgresql()
    if programs is None:
        pytest.fail("PostgreSQL is not installed; ./hotline test all installs it")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path has 107 characters
    server = PostgresqlServer(folder, programs)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def _postgresql_template(postgresql: PostgresqlServer) -> str:
    name = postgresql.new_database()
    database = Database(postgresql.url(name))
    migrations.upgrade(database)
    database.close()
    return name


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "hotline.db"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, migrated database; each test that asks runs on both makes."""
    if request.param == "sqlite":
        path = tmp_path / "hotline.db"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        return f"sqlite:///{path}"
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    return server.url(server.new_database(request.getfixturevalue("_postgresql_template")))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()
