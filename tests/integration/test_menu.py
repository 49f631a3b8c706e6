"""The life of the menu in the database: never edited afterwards, never lost, never ahead of itself.

Both databases.
"""

from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from agent_desk.menu import files
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import Recordings
from tests.fakes.clock import MovableClock
from tests.fakes.voice import ToneVoice
from tests.menus import EDITOR, installed, published, rolled_back, shipped_texts
from ticketing import menu, setup
from ticketing.database import Database
from ticketing.errors import AlreadyHandled, InvalidInput, NotAllowed, NotFound
from ticketing.menu import Alias, Aliases, Published
from ticketing.people.audit import verify_audit
from ticketing.records.flows import MenuPublication, MenuVersion
from ticketing.rules.menu import Trial
from ticketing.rules.policy import Policy

HELLO = "flow: hello\ntitle: 问候\nsteps:\n  a: {do: hang_up, text: 您好。}\n"


@pytest.fixture
def clock(moment: datetime) -> MovableClock:
    return MovableClock(moment)


def library(folder: Path) -> Library:
    return Library(folder / "prompts", ToneVoice(), Recordings(folder / "none"))


def start(database: Database, clock: MovableClock, folder: Path) -> list[str]:
    """One start of the installation; what it said."""
    said: list[str] = []
    with database.transaction() as session:
        setup.install(session, clock.now(), Policy())
    files.install(database, clock, library(folder), folder / "flows", said.append)
    return said


def heard(database: Database) -> Aliases:
    with database.reading() as session:
        return menu.aliases(session)


def numbers(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(MenuVersion.number).order_by(MenuVersion.number)))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE menu_version SET reason = 'x'",
        "DELETE FROM menu_version WHERE number = 2",
        "UPDATE menu_publication SET number = 1",
        "DELETE FROM menu_publication",
    ],
)
def test_nobody_edits_what_was_frozen_or_published(database: Database, sql: str) -> None:
    """Not even with SQL in hand."""
    installed(database)
    published(database, shipped_texts(hello=HELLO))
    with pytest.raises(DatabaseError), database.transaction() as session:
        session.execute(text(sql))
    assert numbers(database) == [1, 2]
    assert heard(database).live == 2


def test_words_changed_behind_the_database_are_found(database: Database) -> None:
    """Somebody takes the trigger away; the digest still tells."""
    installed(database)
    published(database, shipped_texts(hello=HELLO))
    table = "" if database.is_sqlite else " ON menu_version"
    with database.transaction() as session:
        assert menu.tampered_versions(session) == []
        session.execute(text(f"DROP TRIGGER menu_version_no_update{table}"))
        session.execute(text("UPDATE menu_version SET texts = '{}' WHERE number = 2"))
    with database.reading() as session:
        assert menu.tampered_versions(session) == [2]


def test_going_back_twice_never_leads_forward_again(database: Database) -> None:
    installed(database)
    for words in ("一", "二", "三"):
        published(database, shipped_texts(hello=HELLO.replace("您好", words)))
    assert [rolled_back(database), rolled_back(database), rolled_back(database)] == [3, 2, 1]
    with pytest.raises(NotFound):
        rolled_back(database)
    assert published(database, shipped_texts(hello=HELLO.replace("您好", "四"))) == 5
    assert rolled_back(database) == 1


def test_a_rollback_of_what_changed_meanwhile_is_refused(
    database: Database, moment: datetime
) -> None:
    """Two people at three in the morning: the second one looks again."""
    installed(database)
    published(database, shipped_texts(hello=HELLO))
    published(database, shipped_texts(hello=HELLO.replace("您好", "二")))
    with database.reading() as session:
        seen = menu.rolls_back_to(session).number
    assert rolled_back(database) == seen
    with pytest.raises(NotAllowed), database.transaction() as session:
        menu.roll_back(session, moment, EDITOR, "同时", seen)


def test_an_edit_between_check_and_freeze_is_not_frozen_unseen(
    database: Database, moment: datetime
) -> None:
    installed(database)
    with database.transaction() as session:
        menu.save_draft(session, moment, EDITOR, "hello", HELLO, None)
        checked = menu.digest_of(menu.draft_texts(session))
        menu.save_draft(session, moment, EDITOR, "other", HELLO, None)
    with pytest.raises(AlreadyHandled), database.transaction() as session:
        menu.freeze(session, moment, EDITOR, "问候", checked)
    assert numbers(database) == [1]


def test_two_people_who_save_at_once_are_never_both_right(
    database: Database, moment: datetime
) -> None:
    installed(database)
    with database.reading() as session:
        revision = menu.draft_flow(session, "etc").revision
    begin, won, lost = Barrier(4), [], []

    def save(number: int) -> None:
        begin.wait()
        try:
            with database.transaction() as session:
                words = f"{HELLO}# {number}\n"
                menu.save_draft(session, moment, EDITOR, "etc", words, revision)
            won.append(number)
        except AlreadyHandled:
            lost.append(number)

    threads = [Thread(target=save, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(won), len(lost)) == (1, 3)
    with database.reading() as session:
        assert menu.draft_flow(session, "etc").text == f"{HELLO}# {won[0]}\n"


def test_versions_frozen_at_once_are_numbered_without_gaps(
    database: Database, moment: datetime
) -> None:
    installed(database)
    begin = Barrier(4)

    def freeze(number: int) -> None:
        begin.wait()
        with database.transaction() as session:
            menu.save_draft(session, moment, EDITOR, f"hello{number}", HELLO, None)
            digest = menu.digest_of(menu.draft_texts(session))
            menu.freeze(session, moment, EDITOR, "同时", digest)

    threads = [Thread(target=freeze, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert numbers(database) == [1, 2, 3, 4, 5]
    with database.reading() as session:
        assert verify_audit(session) is None


@pytest.mark.parametrize(
    "wish",
    [
        Published(1, Alias.LIVE, " "),
        Published(1, Alias.LIVE, "试", share=5),
        Published(1, Alias.TRIAL, "试"),
        Published(1, Alias.TRIAL, "试", share=101),
        Published(1, Alias.TRIAL, "试", callers=("١٣٨٠٠",)),
        Published(1, Alias.TRIAL, "试", callers=("12",)),
        Published(1, Alias.TRIAL, "试", callers=tuple(str(10**8 + n) for n in range(101))),
    ],
)
def test_a_wish_that_makes_no_sense_publishes_nothing(
    database: Database, moment: datetime, wish: Published
) -> None:
    installed(database)
    with pytest.raises(InvalidInput), database.transaction() as session:
        menu.publish(session, moment, EDITOR, wish)
    assert heard(database) == Aliases(1, None)


def test_the_first_start_publishes_the_shipped_menu_and_the_next_changes_nothing(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    assert "第1版，已发布" in start(database, clock, tmp_path)[0]
    assert start(database, clock, tmp_path) == []
    assert (numbers(database), heard(database)) == ([1], Aliases(1, None))
    assert len(list((tmp_path / "prompts").glob("*.wav"))) > 50


def test_the_places_own_files_are_taken_over_once(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    own = tmp_path / "flows"
    own.mkdir()
    (own / "hello.yaml").write_text(HELLO, "utf-8")
    (own / "versions.yaml").write_text(HELLO, "utf-8")
    said = start(database, clock, tmp_path)
    assert any("versions.yaml 的名字是系统保留的词" in line for line in said)
    assert any("发布为第2版" in line for line in said)
    assert heard(database) == Aliases(2, None)
    with database.reading() as session:
        assert menu.find_version(session, 2).texts == shipped_texts(hello=HELLO)
        assert menu.draft_texts(session) == shipped_texts(hello=HELLO)
    (own / "hello.yaml").write_text(HELLO.replace("您好", "不再生效"), "utf-8")
    start(database, clock, tmp_path)
    assert (numbers(database), heard(database)) == ([1, 2], Aliases(2, None))


@pytest.mark.parametrize("wrong", ["steps: [", HELLO.replace("您好", "说不出的话"), "\udcff"])
def test_own_files_with_mistakes_only_become_the_draft(
    database: Database, clock: MovableClock, tmp_path: Path, wrong: str
) -> None:
    own = tmp_path / "flows"
    own.mkdir()
    (own / "hello.yaml").write_bytes(wrong.encode("utf-8", "surrogateescape"))
    said = start(database, clock, tmp_path)
    assert any("只读入了草稿" in line for line in said)
    assert (numbers(database), heard(database)) == ([1], Aliases(1, None))
    with database.reading() as session:
        assert "hello" in menu.draft_texts(session)


def test_a_newer_shipped_menu_is_published_where_nobody_edited(
    database: Database, moment: datetime
) -> None:
    later, newer = moment + timedelta(days=30), shipped_texts(hello=HELLO)
    installed(database)
    with database.transaction() as session:
        done = menu.install_menu(session, later, newer, {}, own_fit=True)
    assert (done.shipped, done.live) == (2, 2)
    with database.reading() as session:
        assert menu.draft_texts(session) == newer
    assert rolled_back(database) == 1


@pytest.mark.parametrize("edit", ["draft", "version"])
def test_a_newer_shipped_menu_only_waits_where_somebody_edited(
    database: Database, moment: datetime, edit: str
) -> None:
    installed(database)
    with database.transaction() as session:
        menu.save_draft(session, moment, EDITOR, "mine", HELLO, None)
        if edit == "version":
            digest = menu.digest_of(menu.draft_texts(session))
            menu.freeze(session, moment, EDITOR, "自己的", digest)
    count = len(numbers(database))
    newer = shipped_texts(hello=HELLO)
    with database.transaction() as session:
        done = menu.install_menu(session, moment, newer, {}, own_fit=True)
    assert (done.shipped, done.live) == (count + 1, 1)
    with database.reading() as session:
        assert "mine" in menu.draft_texts(session)
        assert menu.find_version(session, count + 1).texts == newer


def test_files_go_out_and_come_back_into_the_draft(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    installed(database)
    said: list[str] = []
    assert files.export_files(database, tmp_path / "out", "live", said.append) == 0
    texts = {path.stem: path.read_text("utf-8") for path in (tmp_path / "out").glob("*.yaml")}
    assert texts == shipped_texts()
    (tmp_path / "out" / "etc.yaml").write_text("steps: [", "utf-8")
    assert files.import_files(database, clock, [tmp_path / "out"], said.append) == 1
    assert "etc 已读入草稿" in said
    assert any("etc.yaml:1" in line for line in said)
    (tmp_path / "out" / "etc.yaml").write_text(texts["etc"], "utf-8")
    assert files.import_files(database, clock, [tmp_path / "out" / "etc.yaml"], said.append) == 0
    said.clear()
    files.tell_versions(database, said.append)
    assert said[0].startswith("1\t正式\t")
    with pytest.raises(NotFound):
        files.export_files(database, tmp_path, "７", said.append)
    assert heard(database) == Aliases(1, None)


def test_the_trial_of_the_version_that_becomes_live_is_over(database: Database) -> None:
    installed(database)
    number = published(database, shipped_texts(hello=HELLO), share=10, callers=("13800000000",))
    assert heard(database) == Aliases(1, Trial(number, 10, ("13800000000",)))
    with database.transaction() as session:
        wish = Published(number, Alias.LIVE, "试行正常")
        menu.publish(session, datetime.now().astimezone(), EDITOR, wish)
    assert heard(database) == Aliases(number, None)
    with database.reading() as session:
        ways = [row.way for row in session.scalars(select(MenuPublication))]
    assert ways == ["install", "publish", "publish", "end"]
