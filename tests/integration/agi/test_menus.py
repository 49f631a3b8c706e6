"""Calls hear what is published: the next one the new version, the one under way its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select

from agi.menus import Menus, NoMenu
from agi.shelf import Shelf
from asterisk_conf import names
from tests.fakes.agi_house import AgiHouse
from tests.fakes.asterisk_side import AsteriskSide
from tests.menus import installed, on_disk, published, rolled_back, shipped_texts
from tests.waiting import wait_until
from ticketing.database import Database
from ticketing.menu import Aliases
from ticketing.records.calls import Call, CallStep
from ticketing.rules.menu import Trial, place_of_call

HELLO = """flow: "12328"
title: 试验
steps:
  hello: {do: menu, text: 问候WORDS。, keys: {"1": bye}}
  bye: {do: to_agent, skill: common}
"""
SURVEY = """flow: survey
title: 评价
steps:
  thanks: {do: hang_up, text: 谢谢WORDS。}
"""


def menu(words: str) -> dict[str, str]:
    return shipped_texts(
        **{"12328": HELLO.replace("WORDS", words), "survey": SURVEY.replace("WORDS", words)}
    )


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[AgiHouse]:
    with AgiHouse(tmp_path, database) as house:
        yield house


def heard(house: AgiHouse, key: str = "pbx1-1.1", caller: str = "13800001111") -> str:
    side = AsteriskSide(house.port, "12328", key=key, caller=caller, acts=["1"])
    side.run()
    return house.sounds.words(side.played)


def wait_for_version(house: AgiHouse, number: int) -> None:
    wait_until(lambda: house.menus.aliases.live == number)


def versions(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {row.key: row.flow_version for row in session.scalars(select(Call))}


def test_the_next_call_hears_what_is_published_and_then_what_is_rolled_back(
    house: AgiHouse, database: Database
) -> None:
    assert published(database, menu("甲")) == 2
    wait_for_version(house, 2)
    assert "问候甲" in heard(house, "pbx1-1.1")
    assert published(database, menu("乙")) == 3
    wait_for_version(house, 3)
    assert "问候乙" in heard(house, "pbx1-2.1")
    assert rolled_back(database) == 2
    wait_for_version(house, 2)
    assert "问候甲" in heard(house, "pbx1-3.1")
    wait_until(lambda: house.bookkeeping.unwritten() == 0)
    assert versions(database) == {"pbx1-1.1": "2", "pbx1-2.1": "3", "pbx1-3.1": "2"}
    with database.reading() as session:
        steps = session.scalars(select(CallStep).where(CallStep.call_key == "pbx1-2.1")).all()
    assert {step.flow_version for step in steps} == {"3"}


def test_a_call_under_way_keeps_its_version_to_its_survey(
    house: AgiHouse, database: Database
) -> None:
    published(database, menu("甲"))
    wait_for_version(house, 2)
    in_menu, go_on = Event(), Event()
    side = AsteriskSide(house.port, "12328", acts=["1"])

    def wait_in_menu(command: str) -> None:
        if command.startswith("GET OPTION"):
            in_menu.set()
            assert go_on.wait(60)

    side.on_command = wait_in_menu
    call = Thread(target=side.run)
    call.start()
    assert in_menu.wait(60)
    published(database, menu("乙"))
    wait_for_version(house, 3)
    go_on.set()
    call.join(60)
    assert side.told[names.FLOW_VERSION] == "2"
    survey = AsteriskSide(house.port, "survey")
    survey.variables[names.FLOW_VERSION] = side.told[names.FLOW_VERSION]
    survey.run()
    assert "谢谢甲" in house.sounds.words(survey.played)
    another = AsteriskSide(house.port, "survey", key="pbx1-9.1")
    another.run()
    assert "谢谢乙" in house.sounds.words(another.played)


@pytest.mark.parametrize("said", ["", "999", "-1", "x" * 50, "²"])
def test_a_survey_of_a_version_nobody_knows_is_the_live_one(
    house: AgiHouse, database: Database, said: str
) -> None:
    published(database, menu("甲"))
    wait_for_version(house, 2)
    survey = AsteriskSide(house.port, "survey")
    survey.variables[names.FLOW_VERSION] = said
    survey.run()
    assert "谢谢甲" in house.sounds.words(survey.played)


def test_a_trial_is_heard_by_its_callers_and_its_share(house: AgiHouse, database: Database) -> None:
    published(database, menu("甲"))
    published(database, menu("乙"), share=30, callers=("13900000000",))
    wait_until(lambda: house.menus.aliases.trial is not None)
    assert "问候乙" in heard(house, "pbx1-0.1", caller="13900000000")
    keys = [f"pbx1-{number}.1" for number in range(1, 21)]
    chosen = {key for key in keys if "问候乙" in heard(house, key)}
    assert chosen == {key for key in keys if place_of_call(key) < 30}
    assert 0 < len(chosen) < len(keys)


def test_the_last_good_version_serves_a_new_process_without_a_database(
    tmp_path: Path, database: Database
) -> None:
    with AgiHouse(tmp_path, database) as house:
        published(database, menu("甲"))
        wait_for_version(house, 2)
    away = Database(f"sqlite:///{tmp_path}/nowhere/hotline.db")
    with AgiHouse(tmp_path, away, installs=False) as house:
        assert "问候甲" in heard(house)
    away.close()


def test_a_caller_goes_to_a_person_where_nothing_was_ever_published(
    tmp_path: Path, database: Database
) -> None:
    """The script ends without a result: the dialplan queues the caller. Then it is installed."""
    with AgiHouse(tmp_path, database, installs=False) as house:
        assert "FLOW_RESULT" not in AsteriskSide(house.port, "12328").run()
        installed(database)
        wait_for_version(house, 1)
        assert AsteriskSide(house.port, "12328", acts=["0"]).run()["FLOW_RESULT"] == "queue"


def test_a_version_this_software_cannot_read_reaches_nobody(
    house: AgiHouse, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    published(database, menu("甲"))
    wait_for_version(house, 2)
    published(database, {**menu("乙"), "12328": "flow: '12328'\nsteps: {a: {do: fly}}\n"})
    wait_until(lambda: "version 3 cannot be read" in caplog.text)
    assert "问候甲" in heard(house)
    published(database, menu("丙"))
    wait_for_version(house, 4)
    assert "问候丙" in heard(house, "pbx1-2.1")


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"texts": {"12328": "x"}, "digest": "y"}'])
def test_a_damaged_file_on_the_disk_is_no_menu(tmp_path: Path, broken: str) -> None:
    on_disk(tmp_path, shipped_texts())
    shelf = Shelf(tmp_path / "published")
    assert shelf.aliases() == Aliases(1, None)
    assert shelf.texts(1) == shipped_texts()
    (tmp_path / "published" / "1.json").write_text(broken, "utf-8")
    assert shelf.texts(1) is None
    (tmp_path / "published" / "aliases.json").write_text(broken, "utf-8")
    assert shelf.aliases() is None
    with pytest.raises(NoMenu):
        Menus(shelf).flow("12328", "k", "")


def test_the_disk_keeps_the_newest_versions_and_those_in_use(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for number in range(1, 31):
        shelf.put(number, {"12328": str(number)})
    shelf.point(Aliases(2, Trial(3, 10, ("1",))))
    kept = {int(path.stem) for path in tmp_path.glob("[0-9]*.json")}
    assert kept == {2, 3, *range(11, 31)}
    assert shelf.aliases() == Aliases(2, Trial(3, 10, ("1",)))
    assert json.loads((tmp_path / "2.json").read_text("utf-8"))["texts"] == {"12328": "2"}
