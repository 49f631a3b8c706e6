"""Whole calls through the server, real bytes on real sockets, Asterisk's side played by a fake."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.fakes.agi_house import AgiHouse
from tests.fakes.asterisk_side import HANGS_UP, QUIET, AsteriskSide
from tests.waiting import wait_until
from ticketing.calls.views import call_steps
from ticketing.database import Database
from ticketing.records.calls import Call, CallStep

KEY = "pbx1-1700000000.1"


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[AgiHouse]:
    with AgiHouse(tmp_path, database) as house:
        yield house


def steps(database: Database, key: str = KEY) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        return [(one.step, one.pressed, one.outcome) for one in call_steps(session, key)]


def call(database: Database, key: str = KEY) -> Call:
    with database.reading() as session:
        return session.scalars(select(Call).where(Call.key == key)).one()


def test_a_complaint_goes_to_its_queue_and_the_agent_can_read_the_way(
    house: AgiHouse, database: Database
) -> None:
    """When the dialplan is told, the steps are in the database: the screen pops at once."""
    seen: list[list[tuple[str, str, str]]] = []
    side = AsteriskSide(house.port, "12328", acts=["3"])

    def look(command: str) -> None:
        if "FLOW_RESULT" in command:
            seen.append(steps(database))

    side.on_command = look
    told = side.run()
    assert (told["FLOW_RESULT"], told["FLOW_QUEUE"]) == ("queue", "complaint")
    assert list(told)[-1] == "FLOW_RESULT"
    assert side.commands[-1].startswith('SET VARIABLE "FLOW_RESULT"')
    assert ("main", "3", "3") in seen[0]
    row = call(database)
    assert (row.caller_number, row.dialled, row.entry) == ("13800001111", "12328", "12328")
    assert (row.flow, row.flow_ending) == ("12328", "queue")
    assert row.flow_version == "1"


def test_a_flow_in_a_name_of_the_site_is_the_shipped_one(house: AgiHouse) -> None:
    told = AsteriskSide(house.port, "main", acts=["0"]).run()
    assert (told["FLOW_RESULT"], told["FLOW_QUEUE"]) == ("queue", "common")


def test_the_caller_hears_the_menu_and_silence_leads_to_a_person(house: AgiHouse) -> None:
    side = AsteriskSide(house.port, "12328")
    told = side.run()
    assert told["FLOW_RESULT"] == "queue"
    assert "路况按1" in house.sounds.words(side.played)


def test_a_caller_who_hangs_up_is_written_down_and_nothing_is_told(
    house: AgiHouse, database: Database
) -> None:
    told = AsteriskSide(house.port, "12328", acts=[HANGS_UP]).run()
    assert "FLOW_RESULT" not in told
    wait_until(lambda: house.server.active == 0)
    wait_until(lambda: house.bookkeeping.unwritten() == 0)
    assert call(database).flow_ending == "gone"
    assert steps(database)[-1] == ("main", "", "gone")


def test_a_long_recording_that_silence_ended_is_kept_and_has_no_key(
    house: AgiHouse, database: Database
) -> None:
    """Its answer is a large number where a key would stand."""
    side = AsteriskSide(house.port, "12328", acts=["5", "#", "1", "#", QUIET, HANGS_UP])
    side.run()
    wait_until(lambda: ("describe", "", "recorded") in steps(database))


def test_distress_is_transferred_at_one_key(house: AgiHouse) -> None:
    told = AsteriskSide(house.port, "12328", acts=["8"]).run()
    assert (told["FLOW_RESULT"], told["FLOW_NUMBER"]) == ("transfer", "12395")


@pytest.mark.parametrize(("key", "rating"), [("1", 5), ("3", 3), ("5", 1)])
def test_a_rating_is_kept_with_five_as_the_best(
    house: AgiHouse, database: Database, key: str, rating: int
) -> None:
    told = AsteriskSide(house.port, "survey", acts=[key]).run()
    assert told["FLOW_RESULT"] == "hangup"
    row = call(database)
    assert row.rating == rating
    assert row.flow_ending == ""


def test_a_survey_nobody_answers_ends_and_leaves_no_rating(
    house: AgiHouse, database: Database
) -> None:
    AsteriskSide(house.port, "survey", acts=[QUIET, QUIET]).run()
    assert call(database).rating is None


def test_a_watchdog_is_wound_before_the_caller_waits(house: AgiHouse) -> None:
    """A hung Python costs the caller seconds: the timeout fits the command, not the whole menu."""
    side = AsteriskSide(house.port, "12328", acts=["0"])
    side.run()
    wound = [c for c in side.commands if "TIMEOUT(absolute)" in c and c.startswith("SET")]
    assert wound
    assert all(float(c.split('"')[3]) < 60 for c in wound)


def test_each_run_writes_its_steps_once(house: AgiHouse, database: Database) -> None:
    AsteriskSide(house.port, "12328", acts=["9", "7", "*", "0"]).run()
    with database.reading() as session:
        rows = session.scalars(select(CallStep).order_by(CallStep.seq)).all()
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert len({row.script for row in rows}) == 1
    wait_until(lambda: not list(house.spool.glob("*.jsonl")))
