"""A running desk on each make of database."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.desk import RunningDesk, running_desk
from tests.fakes.clock import MovableClock
from ticketing.database import Database


@pytest.fixture
def clock(moment: datetime) -> MovableClock:
    return MovableClock(moment)


@pytest.fixture
async def desk(
    database: Database, clock: MovableClock, tmp_path: Path
) -> AsyncIterator[RunningDesk]:
    async with running_desk(database, clock, tmp_path) as running:
        yield running
