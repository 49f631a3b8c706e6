"""A clock the tests of notices set and move."""

from datetime import datetime

import pytest

from tests.fakes.clock import MovableClock


@pytest.fixture
def clock(moment: datetime) -> MovableClock:
    return MovableClock(moment)
