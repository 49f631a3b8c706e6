"""kill -9 of any part, with calls in the menu, in the queue and in talk: nobody is stranded."""

import signal
from collections.abc import Iterator

import pytest

from asterisk_conf.tree import Asterisk
from tests.asterisk.whole.conftest import DESK_PHONES
from tests.asterisk.whole.work import (
    AGENT,
    CALLER,
    IN_MENU,
    IN_QUEUE,
    IN_TALK,
    Busy,
    agent_at_work,
    every_recording_is_told,
    ready,
)
from tests.installation import Town, town
from tests.postgresql import PostgresqlServer
from tests.rest import ApiPerson


@pytest.fixture
def agent(whole_town: Town) -> Iterator[ApiPerson]:
    with agent_at_work(whole_town) as person:
        yield person


@pytest.mark.parametrize("name", ["agi", "desk", "worker"])
def test_a_python_process_killed_in_full_work_strands_nobody(
    whole_town: Town, agent: ApiPerson, name: str
) -> None:
    """The talk goes on, the waiting caller is served next, the one in the menu gets a person."""
    busy = Busy(whole_town, agent)
    pid = whole_town.house.kill(name)
    busy.the_talk_goes_on()
    whole_town.house.is_replaced(name, pid)
    busy.the_talk_goes_on()
    busy.seat.hang_up()
    busy.talking.hang_up()
    if name != "agi":
        busy.in_menu.press("0")
    ready(agent)
    for _ in range(2):
        seat = whole_town.carrier.rings("1001", 60).answer(hums=AGENT)
        seat.hears_tone(CALLER)
        seat.hang_up()
        ready(agent)
    for phone in (busy.waiting, busy.in_menu):
        phone.hang_up()
    for number in (IN_TALK, IN_QUEUE, IN_MENU):
        call = every_recording_is_told(agent, number)
        assert all(one["state"] == "stored" for one in call["recordings"]), call["recordings"]


def test_a_frozen_menu_gives_its_callers_to_a_person(whole_town: Town, agent: ApiPerson) -> None:
    """SIGSTOP: the supervisor replaces it, the caller in it goes to the queue."""
    busy = Busy(whole_town, agent)
    pid = whole_town.house.kill("agi", signal.SIGSTOP)
    busy.the_talk_goes_on()
    whole_town.house.is_replaced("agi", pid)
    busy.seat.hang_up()
    busy.talking.hang_up()
    ready(agent)
    for _ in range(2):
        whole_town.carrier.rings("1001", 60).answer(hums=AGENT).hang_up()
        ready(agent)
    busy.ends()


def test_asterisk_killed_in_full_work_comes_back_and_every_talk_is_told(
    whole_town: Town, agent: ApiPerson
) -> None:
    """The lines are lost, the facts are not: what was said is kept, and new calls work."""
    busy = Busy(whole_town, agent)
    pid = whole_town.house.kill("asterisk")
    whole_town.house.is_replaced("asterisk", pid)
    whole_town.carrier.hang_up_all()
    call = every_recording_is_told(agent, IN_TALK)
    assert call["outcome"] in ("talked", "lost")
    ready(agent)
    again = whole_town.carrier.dial("12328", caller="13900000009")
    again.press("0")
    seat = whole_town.carrier.rings("1001", 60).answer(hums=AGENT)
    again.hears_tone(AGENT)
    seat.hang_up()
    again.hang_up()
    assert busy.talking.ended.is_set()


def test_postgresql_killed_in_full_work_loses_no_call(
    asterisk: Asterisk, postgresql: PostgresqlServer
) -> None:
    """While the database is away people talk, wait and are served; its facts come in later."""
    database = postgresql.url(postgresql.new_database())
    with (
        town(asterisk, DESK_PHONES, "--database", database) as standing,
        agent_at_work(standing) as agent,
    ):
        busy = Busy(standing, agent)
        postgresql.kill()
        busy.the_talk_goes_on()
        busy.in_menu.press("0")
        busy.seat.hang_up()
        busy.talking.hang_up()
        postgresql.resume()
        standing.house.wait_until_ready()
        ready(agent)
        for _ in range(2):
            seat = standing.carrier.rings("1001", 90).answer(hums=AGENT)
            seat.hears_tone(CALLER)
            seat.hang_up()
            ready(agent)
        for phone in (busy.waiting, busy.in_menu):
            phone.hang_up()
        for number in (IN_TALK, IN_QUEUE, IN_MENU):
            call = every_recording_is_told(agent, number)
            assert all(one["state"] == "stored" for one in call["recordings"])
            assert call["outcome"] == "talked"
