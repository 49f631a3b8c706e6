"""Figures of the voice menu: what callers did, added up by day, on both databases."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from tests.fakes.clock import MovableClock
from ticketing.calls import facts
from ticketing.clock import SHANGHAI
from ticketing.database import Database
from ticketing.errors import InvalidInput
from ticketing.menu_figures import reading
from ticketing.menu_figures.building import DayBuilder

TUESDAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
DRIVER, OTHER = "13912345678", "13887654321"

Told = tuple[str, str, str, float, int]
"""Step, kind, outcome, seconds, mistakes."""

ROAD: Sequence[Told] = [
    ("main", "menu", "1", 12, 1),
    ("road", "lookup", "none", 0.1, 0),
    ("road_clear", "say", "said", 4, 0),
    ("road_end", "menu", "gone", 2, 0),
]
PERSON: Sequence[Told] = [("main", "menu", "person", 3, 0)]


class Callers:
    """Makes calls as the telephone tells them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calls = 0

    def call(
        self,
        at: datetime,
        steps: Sequence[Told],
        ending: str,
        number: str = DRIVER,
        version: str = "7",
    ) -> None:
        self._calls += 1
        key = f"t-{self._calls}.1"
        with self._database.transaction() as session:
            facts.call_began(session, key, at, caller_number=number, entry="12328")
            for seq, (step, kind, outcome, seconds, mistakes) in enumerate(steps, 1):
                taken = facts.Step(
                    f"run-{key}",
                    seq,
                    "12328",
                    version,
                    step,
                    kind,
                    outcome=outcome,
                    seconds=seconds,
                    mistakes=mistakes,
                )
                facts.step_taken(session, key, at + timedelta(seconds=seq), taken)
            end = at + timedelta(seconds=30)
            facts.flow_ended(session, key, end, flow="12328", flow_version=version, ending=ending)
            if ending == "queue":
                facts.queued(session, key, end, queue="common", reason="flow")
            facts.call_ended(session, key, end)


@pytest.fixture
def callers(database: Database) -> Callers:
    return Callers(database)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MORNING + timedelta(hours=10))


@pytest.fixture
def builder(database: Database, clock: MovableClock) -> DayBuilder:
    return DayBuilder(database, clock)


def built(builder: DayBuilder) -> None:
    while builder.build():
        pass


def test_steps_tell_where_callers_went_how_long_and_how_often_they_erred(
    database: Database, callers: Callers, builder: DayBuilder
) -> None:
    callers.call(MORNING, ROAD, "gone")
    callers.call(MORNING, ROAD, "gone", OTHER)
    callers.call(MORNING, PERSON, "queue")
    built(builder)
    with database.reading() as session:
        found = reading.ways(session, TUESDAY, TUESDAY)
    told = {
        (way.step, way.outcome, way.to_step): (way.times, way.seconds, way.mistakes)
        for way in found
    }
    assert told == {
        ("main", "1", "road"): (2, 24.0, 2),
        ("road", "none", "road_clear"): (2, 0.2, 0),
        ("road_clear", "said", "road_end"): (2, 8.0, 0),
        ("road_end", "gone", "gone"): (2, 4.0, 0),
        ("main", "person", "person"): (1, 3.0, 0),
    }


def test_who_calls_again_within_a_day_was_not_served(
    database: Database, callers: Callers, builder: DayBuilder, clock: MovableClock
) -> None:
    """The day is added up again when the callers' 24 hours are over."""
    callers.call(MORNING, ROAD, "gone")
    callers.call(MORNING, ROAD, "gone", OTHER)
    callers.call(MORNING, ROAD, "gone", number="")
    built(builder)
    assert served(database) == {"7": (3, 3, 0, 1, 0)}
    callers.call(MORNING + timedelta(hours=23), PERSON, "queue", version="8")
    callers.call(MORNING + timedelta(hours=25), PERSON, "queue", OTHER, version="8")
    clock.pass_time(days=2)
    built(builder)
    assert served(database)["7"] == (3, 3, 1, 1, 0)


def test_versions_are_told_apart_and_a_person_was_reached_after_so_long(
    database: Database, callers: Callers, builder: DayBuilder
) -> None:
    callers.call(MORNING, PERSON, "queue", version="7")
    callers.call(MORNING + timedelta(hours=1), PERSON, "queue", version="8")
    callers.call(MORNING + timedelta(hours=1), ROAD, "gone", version="8")
    built(builder)
    assert served(database) == {"7": (1, 0, 0, 0, 1), "8": (2, 1, 0, 0, 1)}
    with database.reading() as session:
        latest = reading.versions(session, TUESDAY, TUESDAY)[0]
        only = reading.ways(session, TUESDAY, TUESDAY, "8")
    assert (latest.flow_version, latest.served.seconds_to_person) == ("8", 30.0)
    assert sum(way.times for way in only if way.step == "main") == 2


def test_a_day_added_up_twice_is_counted_once(
    database: Database, callers: Callers, builder: DayBuilder
) -> None:
    callers.call(MORNING, ROAD, "gone")
    built(builder)
    built(builder)
    with database.reading() as session:
        assert {way.times for way in reading.ways(session, TUESDAY, TUESDAY)} == {1}


def test_who_hangs_up_before_choosing_was_not_answered(
    database: Database, callers: Callers, builder: DayBuilder
) -> None:
    callers.call(MORNING, [("main", "menu", "gone", 9, 0)], "gone")
    callers.call(MORNING, [("main", "menu", "1", 9, 0), ("road", "lookup", "gone", 1, 0)], "gone")
    callers.call(MORNING, [("main", "menu", "1", 9, 0), ("road", "lookup", "gone", 8, 0)], "gone")
    built(builder)
    assert served(database) == {"7": (3, 1, 0, 0, 0)}


@pytest.mark.parametrize("days", [-1, 400])
def test_a_stretch_that_is_no_stretch_is_refused(database: Database, days: int) -> None:
    with database.reading() as session, pytest.raises(InvalidInput, match="最长 366 天"):
        reading.ways(session, TUESDAY, TUESDAY + timedelta(days=days))


def served(database: Database) -> dict[str, tuple[int, int, int, int, int]]:
    """Version → calls, answered, came back, withheld, to a person."""
    with database.reading() as session:
        return {
            one.flow_version: (
                one.served.calls,
                one.served.answered,
                one.served.came_back,
                one.served.withheld,
                one.served.to_person,
            )
            for one in reading.versions(session, TUESDAY, TUESDAY)
        }
