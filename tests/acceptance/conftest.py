"""Each article is tried on both databases, with the same people.

One installed database a make and module; every test works in a transaction that is thrown away.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.centre import Centre, at
from tests.postgresql import PostgresqlServer
from ticketing import migrations
from ticketing.database import Database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("acceptance")
        url = f"sqlite:///{folder}/hotline.db"
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql")
        url = server.url(server.new_database())
    database = Database(url)
    migrations.upgrade(database)
    with database.transaction() as session:
        Centre(session, at("2026-11-25 09:00"))
    yield database
    database.close()


@pytest.fixture
def centre(installed: Database, moment: datetime) -> Iterator[Centre]:
    with installed.reading() as session:
        yield Centre(session, moment)
