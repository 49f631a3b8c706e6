"""The menu is changed while people are in it: nobody is disturbed, everybody after hears the new.

Also with the database gone, and with Python killed while it is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agi.shelf import Shelf
from tests.asterisk.carrier import Carrier
from tests.asterisk.menu.house import AGENT, QUEUES, AgiProcess, MenuCall, MenuHouse, Phrases
from tests.asterisk.pbx import HotlinePbx
from tests.asterisk.sound import tone, write_wav
from tests.menus import installed, published, rolled_back, shipped_texts
from tests.postgresql import PostgresqlServer
from tests.waiting import wait_for
from ticketing.database import Database

FLOW = """flow: "12328"
title: 试验菜单
mistakes: 9
steps:
  main: {do: menu, text: 这里是NAME菜单。, wait: 30, keys: {"1": again, "3": complaint}}
  again: {do: say, text: 仍是NAME菜单。, next: main}
  complaint: {do: to_agent, skill: complaint}
"""
SURVEY = """flow: survey
title: 试验评价
steps:
  bye: {do: hang_up, text: 感谢使用NAME菜单。}
"""
CALLERS_A_STEP = 2


@dataclass
class Editor:
    """Publishes menus that greet with a name of their own, and knows when the calls get them."""

    house: MenuHouse
    flows: Path
    named: int = 0

    def publish(self) -> int:
        """A new version, its sounds made; returns its number once the next call will hear it."""
        self.named += 1
        for index, phrase in enumerate(self._phrases(self.named)):
            pair = 320 + 53 * self.named, 2100 + 400 * index
            write_wav(self.house.phrases(phrase), tone(*pair, seconds=1.0))
        flows = {"12328": FLOW, "survey": SURVEY}
        named = {name: flow.replace("NAME", f"第{self.named}种") for name, flow in flows.items()}
        return self._arrived(published(self.house.database, shipped_texts(**named)))

    def roll_back(self) -> int:
        return self._arrived(rolled_back(self.house.database))

    def greeting(self, name: int) -> Path:
        return self.house.phrases(self._phrases(name)[0])

    def repeated(self, name: int) -> Path:
        return self.house.phrases(self._phrases(name)[1])

    def goodbye(self, name: int) -> Path:
        return self.house.phrases(self._phrases(name)[2])

    def _arrived(self, number: int) -> int:
        shelf = Shelf(self.flows / "published")

        def has_it() -> bool:
            now = shelf.aliases()
            return now is not None and now.live == number

        wait_for(f"calls get version {number}", has_it, seconds=60)
        return number

    @staticmethod
    def _phrases(name: int) -> tuple[str, str, str]:
        return f"这里是第{name}种菜单", f"仍是第{name}种菜单", f"感谢使用第{name}种菜单"


@pytest.fixture
def editor(menu: MenuHouse, menu_state: Path) -> Iterator[Editor]:
    """Afterwards the shipped menu is live again."""
    editor = Editor(menu, menu_state / "flows")
    yield editor
    editor._arrived(published(menu.database, shipped_texts()))


@dataclass(frozen=True)
class InMenu:
    """A caller, and which menu greeted them."""

    call: MenuCall
    version: int
    name: int


def test_ten_publications_and_two_rollbacks_disturb_nobody_in_the_menu(
    menu: MenuHouse, carrier: Carrier, editor: Editor
) -> None:
    """Every caller keeps the menu that greeted them, and the database knows which it was."""
    names: dict[int, int] = {}
    callers: list[InMenu] = []
    for act in range(12):
        if act in (5, 11):
            version = editor.roll_back()
        else:
            version = editor.publish()
            names[version] = editor.named
        for _ in range(CALLERS_A_STEP):
            call = menu.dial(carrier)
            call.phone.hears(editor.greeting(names[version]))
            callers.append(InMenu(call, version, names[version]))
        asked = callers[len(callers) // 2]
        asked.call.phone.press("1")
        asked.call.phone.hears(editor.repeated(asked.name))
    for caller in callers:
        caller.call.phone.press("1")
        caller.call.phone.hears(editor.repeated(caller.name))
        caller.call.phone.press("3")
    for caller in callers:
        _went_as_begun(menu, caller)
        others = (editor.greeting(name) for name in names.values() if name != caller.name)
        assert not any(caller.call.phone.has_heard(one, whole_call=True) for one in others)
    assert len({caller.version for caller in callers}) == 10


def _went_as_begun(menu: MenuHouse, caller: InMenu) -> None:
    """Ended by their own keys, with one version from the first step to the last."""
    wait_for("the walk is written", lambda: menu.row(caller.call).flow_ending or None)
    row, steps = menu.row(caller.call), menu.steps(caller.call)
    assert (row.flow_ending, steps[-1].step) == ("queue", "complaint")
    assert {row.flow_version, *(step.flow_version for step in steps)} == {str(caller.version)}


def test_the_survey_is_of_the_menu_the_call_began_with(
    menu: MenuHouse, carrier: Carrier, editor: Editor
) -> None:
    """Published during the talk: the caller hears nothing of it, the next caller does."""
    menu.pbx.sign_in("1041", *QUEUES)
    editor.publish()
    caller = menu.dial(carrier)
    caller.phone.hears(editor.greeting(1))
    caller.phone.press("3")
    seat = carrier.rings("1041").answer(hums=AGENT)
    caller.phone.hears_tone(AGENT)
    editor.publish()
    seat.hang_up()
    caller.phone.hears(editor.goodbye(1))
    caller.phone.waits_for_end()
    menu.dial(carrier).phone.hears(editor.greeting(2))


@pytest.fixture
def house_on_postgresql(
    menu: MenuHouse,
    menu_pbx: HotlinePbx,
    menu_state: Path,
    phrases: Phrases,
    postgresql: PostgresqlServer,
    _postgresql_template: str,
) -> Iterator[MenuHouse]:
    """The same Asterisk with a Python of its own, whose database can be killed."""
    url = postgresql.url(postgresql.new_database(_postgresql_template))
    database = Database(url)
    installed(database)
    menu.agi.stop()
    state = menu_state / "postgresql"
    state.mkdir()
    agi = AgiProcess(state, menu_pbx.settings, url)
    agi.start()
    yield MenuHouse(menu_pbx, agi, database, phrases)
    database.close()
    agi.stop()
    menu.agi.start()


def test_callers_hear_the_last_good_menu_while_the_database_is_gone_and_python_is_killed(
    house_on_postgresql: MenuHouse,
    carrier: Carrier,
    menu_state: Path,
    postgresql: PostgresqlServer,
) -> None:
    """What is published when it is back is heard again; no call is missing afterwards."""
    house = house_on_postgresql
    editor = Editor(house, menu_state / "postgresql" / "flows", named=50)
    house.pbx.sign_in("1041", *QUEUES)
    before = editor.publish()
    under_way = house.dial(carrier)
    under_way.phone.hears(editor.greeting(51))
    postgresql.kill()
    try:
        under_way.phone.press("1")
        under_way.phone.hears(editor.repeated(51))
        without = house.dial(carrier)
        without.phone.hears(editor.greeting(51), seconds=30)
        without.phone.press("1")
        without.phone.hears(editor.repeated(51))
        house.agi.kill()
        carrier.rings("1041").answer(hums=AGENT)
        house.agi.start()
        after_kill = house.dial(carrier)
        after_kill.phone.hears(editor.greeting(51), seconds=30)
        after_kill.phone.press("1")
        after_kill.phone.hears(editor.repeated(51))
        after_kill.phone.press("3")
    finally:
        postgresql.resume()
    for call in (under_way, without, after_kill):
        _is_written(house, call, before)
    editor.publish()
    newest = house.dial(carrier)
    newest.phone.hears(editor.greeting(52))


def _is_written(house: MenuHouse, call: MenuCall, version: int) -> None:
    """The call is in the database with the version it heard."""
    steps = wait_for("the walk is stored", lambda: house.steps(call) or None, seconds=90)
    assert {step.flow_version for step in steps} == {str(version)}
    assert house.row(call).dialled == "12328"
