"""Facts outlive the database's absence and the process's death, and are written exactly once."""

import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from agi.bookkeeping import Bookkeeping
from agi.facts import CallBegan, FlowEnded, Rated, StepTaken, to_line
from agi.spool import REFUSED, Spool
from tests.fakes.agi_house import AgiHouse
from tests.fakes.asterisk_side import AsteriskSide
from tests.menus import on_disk, shipped_texts
from tests.waiting import wait_until
from ticketing.database import Database
from ticketing.errors import DatabaseAway
from ticketing.records.calls import Call, CallStep, News

KEY = "pbx1-1700000000.1"
AT = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def began(key: str = KEY) -> CallBegan:
    return CallBegan(key, AT, "ref", "13800001111", "12328", "main")


def step(seq: int, script: str, key: str = KEY) -> StepTaken:
    return StepTaken(key, AT, script, seq, "12328", "v1", f"s{seq}", "say", "主菜单", "", "said")


def lost(database_url: str, tmp_path: Path) -> Database:
    """A database that cannot be reached, of the same make."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return Database(f"sqlite:///{tmp_path}/nowhere/at/all.db")
    return Database("postgresql://nobody@127.0.0.1:1/none")


class Returning:
    """A database that is away until told otherwise."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_away = True

    def transaction(self) -> AbstractContextManager[Session]:
        if self.is_away:
            raise DatabaseAway("away")
        return self._database.transaction()


def counts(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        calls = session.scalar(select(func.count(Call.id))) or 0
        return calls, session.scalar(select(func.count(CallStep.id))) or 0


def drained(database: Database, spool: Path) -> None:
    """A new process comes up with the database there, and brings in what it finds."""
    bookkeeping = Bookkeeping(database, Spool(spool))
    bookkeeping.start()
    wait_until(lambda: not list(spool.glob("*.jsonl")))
    bookkeeping.stop(10)


def test_callers_are_served_while_the_database_is_away_and_the_facts_come_in_later(
    tmp_path: Path, database_url: str, database: Database
) -> None:
    away = lost(database_url, tmp_path)
    on_disk(tmp_path / "flows", shipped_texts())
    with AgiHouse(tmp_path, away, installs=False) as house:
        for number in range(3):
            begun = time.monotonic()
            side = AsteriskSide(house.port, "12328", key=f"pbx1-{number}.1", acts=["3"])
            assert side.run()["FLOW_QUEUE"] == "complaint"
            assert time.monotonic() - begun < 10
        assert AsteriskSide(house.port, "survey", key="pbx1-0.1", acts=["1"]).run()
        spool = house.spool
        assert len(list(spool.glob("*.jsonl"))) == 4
    away.close()
    drained(database, spool)
    drained(database, spool)
    with database.reading() as session:
        rows = session.scalars(select(Call).order_by(Call.key)).all()
        assert [(r.key, r.flow_ending, r.rating) for r in rows] == [
            ("pbx1-0.1", "queue", 5),
            ("pbx1-1.1", "queue", None),
            ("pbx1-2.1", "queue", None),
        ]
        steps = select(CallStep).where(CallStep.step == "main")
        assert len(session.scalars(steps).all()) == 3


def test_a_database_that_comes_back_is_used_again(tmp_path: Path, database: Database) -> None:
    """The same process goes on: what waited is written before what comes now."""
    returning = Returning(database)
    bookkeeping = Bookkeeping(returning, Spool(tmp_path / "spool"))
    bookkeeping.start()
    run = str(uuid.uuid4())
    with bookkeeping.book(run) as book:
        book.note(began())
        assert not book.wait_written(5)
        book.note(step(1, run))
        returning.is_away = False
        book.note(step(2, run))
        wait_until(lambda: book.wait_written(1))
    wait_until(lambda: bookkeeping.unwritten() == 0)
    bookkeeping.stop(5)
    assert counts(database) == (1, 2)


@pytest.mark.parametrize("lines", [0, 1, 2, 3])
def test_what_was_committed_before_a_crash_is_not_written_again(
    tmp_path: Path, database: Database, lines: int
) -> None:
    """The process died between the commit and the removal of the file, after any line."""
    run = str(uuid.uuid4())
    facts = [began(), step(1, run), step(2, run)]
    spool = Spool(tmp_path / "spool")
    file = spool.begin(run)
    for fact in facts:
        file.append(to_line(fact), durable=False)
    with database.transaction() as session:
        for fact in facts[:lines]:
            fact.write(session)
    file.close()
    drained(database, tmp_path / "spool")
    assert counts(database) == (1, 2)
    with database.reading() as session:
        news = session.scalars(select(News.topic).order_by(News.id)).all()
    assert news == ["call.began", "call.step", "call.step"]


def test_half_a_line_at_the_end_is_dropped_and_the_rest_kept(
    tmp_path: Path, database: Database
) -> None:
    spool = Spool(tmp_path / "spool")
    file = spool.begin("run")
    whole = to_line(began()) + to_line(step(1, "run"))
    file.append(whole + to_line(step(2, "run"))[:40], durable=False)
    file.close()
    drained(database, tmp_path / "spool")
    assert counts(database) == (1, 1)


def test_a_line_nobody_understands_is_put_aside_and_stops_nobody(
    tmp_path: Path, database: Database
) -> None:
    spool = Spool(tmp_path / "spool")
    file = spool.begin("run")
    for line in (to_line(began()), b'{"fact": "unheard"}\n', to_line(step(1, "run"))):
        file.append(line, durable=False)
    file.close()
    other = spool.begin("other")
    other.append(to_line(began("pbx1-2.2")), durable=False)
    other.close()
    drained(database, tmp_path / "spool")
    assert counts(database) == (2, 1)
    (kept,) = (tmp_path / "spool" / REFUSED).iterdir()
    assert kept.read_bytes() == b'{"fact": "unheard"}\n'


def test_a_living_runs_file_is_not_taken_by_another_process(
    tmp_path: Path, database: Database
) -> None:
    first = Spool(tmp_path / "spool")
    living = first.begin("run")
    living.append(to_line(began()), durable=False)
    assert Spool(tmp_path / "spool").leftovers() == []
    living.close()
    assert len(Spool(tmp_path / "spool").leftovers()) == 1


def test_a_rating_and_an_ending_arrive_whatever_the_order(
    tmp_path: Path, database: Database
) -> None:
    spool = Spool(tmp_path / "spool")
    survey = spool.begin("survey")
    survey.append(to_line(Rated(KEY, AT, 4)), durable=True)
    survey.close()
    entry = spool.begin("entry")
    entry.append(to_line(FlowEnded(KEY, AT, "12328", "v1", "queue")), durable=True)
    entry.close()
    drained(database, tmp_path / "spool")
    with database.reading() as session:
        row = session.scalars(select(Call)).one()
    assert (row.rating, row.flow_ending) == (4, "queue")


WRITER = """
import sys
from pathlib import Path
from agi.bookkeeping import Bookkeeping
from agi.spool import Spool
from tests.integration.agi.test_bookkeeping import began, step
from ticketing.database import Database
bookkeeping = Bookkeeping(Database(sys.argv[1]), Spool(Path(sys.argv[2])))
bookkeeping.start()
for number in range(10_000):
    key, run = f"pbx1-{number}.1", f"run{number}"
    with bookkeeping.book(run) as book:
        book.note(began(key))
        for seq in (1, 2, 3):
            book.note(step(seq, run, key))
    print(number, flush=True)
"""


@pytest.mark.parametrize("after", [3, 17, 60])
def test_kill_9_loses_nothing_that_was_noted(
    tmp_path: Path, database_url: str, database: Database, after: int
) -> None:
    """Killed at any moment: every run said to be kept is in the database once, after a restart."""
    spool = tmp_path / "spool"
    program = [sys.executable, "-c", WRITER, database_url, str(spool)]
    writer = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    said = -1
    while said < after:
        said = int(writer.stdout.readline())
    os.kill(writer.pid, signal.SIGKILL)
    said = int((writer.stdout.read().split() or [said])[-1])
    writer.wait(10)
    writer.stdout.close()
    drained(database, spool)
    with database.reading() as session:
        kept = session.execute(
            select(CallStep.call_key, func.count()).group_by(CallStep.call_key)
        ).all()
    whole = {key for key, number in kept if number == 3}
    assert whole >= {f"pbx1-{number}.1" for number in range(said + 1)}
    assert all(number <= 3 for _, number in kept)
