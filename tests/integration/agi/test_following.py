"""A version is taken when this machine is ready for it; whatever fails, the last good one stays."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from agi.following import Follower
from agi.menus import Menus
from agi.rehearsal import rehearse
from agi.shelf import Shelf
from ivr_flows.menu import Menu
from ivr_flows.prompts.espeak import VoiceError
from tests.menus import installed, published, shipped_texts
from tests.waiting import wait_until
from ticketing.database import Database
from ticketing.errors import DatabaseAway
from ticketing.menu import Aliases

R = TypeVar("R")
HELLO = "flow: hello\ntitle: 问候\nsteps:\n  a: {do: hang_up, text: 您好。}\n"


class Line:
    """The way to the database, which can be cut."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_cut = False

    def ask(self, question: Callable[[Session], R]) -> R:
        if self.is_cut:
            raise DatabaseAway("cut")
        with self._database.reading() as session:
            return question(session)


@contextmanager
def following(
    line: Line, folder: Path, prepare: Callable[[Menu], None] = lambda _: None
) -> Iterator[Menus]:
    shelf = Shelf(folder / "published")
    menus = Menus(shelf)
    follower = Follower(line, menus, shelf, prepare)
    follower.start()
    try:
        yield menus
    finally:
        follower.stop(10)


def test_calls_go_on_with_the_old_version_until_the_new_ones_sounds_are_here(
    database: Database, tmp_path: Path
) -> None:
    installed(database)
    begun, may_go_on = Event(), Event()

    def prepare(menu: Menu) -> None:
        if menu.version == "2":
            begun.set()
            assert may_go_on.wait(60)

    with following(Line(database), tmp_path, prepare) as menus:
        published(database, shipped_texts(hello=HELLO))
        assert begun.wait(60)
        assert menus.aliases == Aliases(1, None)
        assert menus.flow("12328", "k", "").version == "1"
        may_go_on.set()
        wait_until(lambda: menus.aliases.live == 2)
    assert Shelf(tmp_path / "published").aliases() == Aliases(2, None)


def test_a_line_that_comes_and_goes_is_told_once_each_way(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    installed(database)
    line = Line(database)
    caplog.set_level(logging.WARNING)
    with following(line, tmp_path) as menus:
        line.is_cut = True
        published(database, shipped_texts(hello=HELLO))
        wait_until(lambda: "cannot be asked" in caplog.text)
        assert menus.flow("12328", "k", "").version == "1"
        line.is_cut = False
        wait_until(lambda: menus.aliases.live == 2)
    assert caplog.text.count("cannot be asked") == 1
    assert caplog.text.count("can be asked again") == 1


def test_a_disk_that_takes_nothing_keeps_no_caller_from_the_new_version(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    installed(database)
    (tmp_path / "published").write_text("a file where the folder should be", "utf-8")
    with following(Line(database), tmp_path) as menus:
        published(database, shipped_texts(hello=HELLO))
        wait_until(lambda: menus.aliases.live == 2)
        assert menus.flow("hello", "k", "").version == "2"
    assert "cannot be kept on the disk" in caplog.text


def test_the_disk_of_another_database_gives_way_to_this_one(
    database: Database, tmp_path: Path
) -> None:
    """The same number may name other words there."""
    Shelf(tmp_path / "published").put(1, shipped_texts(hello=HELLO))
    Shelf(tmp_path / "published").point(Aliases(1, None))
    installed(database)
    with following(Line(database), tmp_path) as menus:
        assert menus.flow("hello", "k", "").name == "12328"


def test_a_sentence_this_machine_cannot_say_keeps_nobody_from_the_version(
    caplog: pytest.LogCaptureFixture,
) -> None:
    said: list[str] = []

    def sound(text: str) -> Path:
        said.append(text)
        if text == "您好":
            raise VoiceError(text, "no such word")
        return Path(text)

    rehearse(Menu("7", shipped_texts(hello=HELLO)), sound)
    assert len(said) == len(set(said)) > 100
    assert "1 sentences have no sound here" in caplog.text
