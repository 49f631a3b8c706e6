"""One whole house for the tests that kill parts of it; its agents sit at desk phones."""

from collections.abc import Iterator

import pytest

from asterisk_conf.tree import Asterisk
from tests.installation import Town, town

DESK_PHONES = ["1001", "1002"]


@pytest.fixture(scope="session")
def whole_town(asterisk: Asterisk) -> Iterator[Town]:
    with town(asterisk, DESK_PHONES) as standing:
        yield standing
