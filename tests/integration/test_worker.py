"""The worker as a process: it works, it waits, it stops when told, and SIGKILL loses nothing."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from asterisk_conf.installation import needs
from tests.fakes.asterisk_files import AGENT_LEG, KEY, cel_line, stretch, told, tone, write_wav
from tests.postgresql import PostgresqlServer
from tests.waiting import wait_until
from tests.worker import PATIENCE, Worker
from ticketing import migrations
from ticketing.calls import facts
from ticketing.database import Database
from ticketing.errors import DatabaseAway
from ticketing.records.recordings import Recording


@pytest.fixture
def worker(tmp_path: Path, database_url: str) -> Iterator[Worker]:
    worker = Worker(tmp_path / "state", database_url)
    yield worker
    worker.close()


def states(database: Database) -> dict[str, str]:
    with database.reading() as session:
        rows = session.execute(select(Recording.stretch, Recording.state)).all()
    return {str(name): str(state) for name, state in rows}


def talk_begins(worker: Worker, now: datetime) -> None:
    lines = (
        told(now, "HotlineCall", "callref=c-1;dialled=12328;entry=main"),
        stretch(now, KEY, "caller", "13912345678"),
        stretch(now, AGENT_LEG, "agent", "1001"),
    )
    with worker.cel.open("a") as file:
        file.write("".join(lines))


def talk_ends(worker: Worker, now: datetime) -> None:
    write_wav(worker.monitor / f"{KEY}_{KEY}-caller.wav", tone(3, 1000))
    write_wav(worker.monitor / f"{KEY}_{AGENT_LEG}-agent.wav", tone(3, 500))
    with worker.cel.open("a") as file:
        file.write(cel_line(now, "LINKEDID_END"))


def test_a_call_goes_from_asterisks_files_to_the_vault(worker: Worker, database: Database) -> None:
    """Through SIGKILL in mid-call and SIGTERM at the end."""
    worker.start()
    assert worker.process is not None
    assert int(worker.ready.read_text()) == worker.process.pid
    now = datetime.now(UTC) - timedelta(seconds=3)
    talk_begins(worker, now)
    wait_until(lambda: len(states(database)) == 2, PATIENCE, "the recordings are announced")
    worker.kill(signal.SIGKILL)
    talk_ends(worker, now + timedelta(seconds=3))
    worker.start()
    wait_until(
        lambda: len(states(database)) == 3 and set(states(database).values()) == {"stored"},
        PATIENCE,
        "everything is stored",
    )
    wait_until(lambda: not list(worker.monitor.iterdir()), PATIENCE, "the originals are removed")
    started = time.monotonic()
    assert worker.kill(signal.SIGTERM) == 0
    assert time.monotonic() - started < 10
    assert not worker.ready.exists()
    verified = subprocess.run(
        [sys.executable, "-m", "ticketing", "verify", "--settings", str(worker.settings)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert verified.returncode == 0, verified.stdout


def test_while_sqlite_is_locked_the_worker_waits_and_then_goes_on(
    worker: Worker, database: Database
) -> None:
    """Somebody holds the database longer than anybody may: nothing read is lost."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has rows to lock, not the whole database")
    worker.start()
    with database.transaction() as session:
        facts.call_began(session, "hotline1-1.0", datetime.now(UTC))
        session.flush()
        talk_begins(worker, datetime.now(UTC))
        wait_until(lambda: "the database is away" in worker.said(), PATIENCE, "it notices")
        assert worker.process is not None
        assert worker.process.poll() is None
    wait_until(lambda: len(states(database)) == 2, PATIENCE, "it goes on")


def test_postgresql_killed_in_mid_call_is_waited_for_and_nothing_is_lost(tmp_path: Path) -> None:
    """kill -9 of the database; what Asterisk wrote meanwhile is read when it is back."""
    programs = needs.postgresql()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = PostgresqlServer(folder, programs)
    server.start()
    url = server.url(server.new_database())
    database = Database(url)
    migrations.upgrade(database)
    worker = Worker(tmp_path / "state", url)
    try:
        worker.start()
        now = datetime.now(UTC) - timedelta(seconds=3)
        talk_begins(worker, now)
        wait_until(lambda: len(states(database)) == 2, PATIENCE, "the recordings are announced")
        os.kill(server.pid(), signal.SIGKILL)
        wait_until(lambda: "the database is away" in worker.said(), PATIENCE, "it notices")
        talk_ends(worker, now + timedelta(seconds=3))
        assert worker.is_ready(), "it goes on beating: replacing it would not help"
        server.resume()
        wait_until(
            lambda: list(_states_again(database).values()) == ["stored"] * 3,
            PATIENCE,
            "everything is stored",
        )
    finally:
        worker.close()
        database.close()
        server.stop()
        shutil.rmtree(folder)


def _states_again(database: Database) -> dict[str, str]:
    try:
        return states(database)
    except DatabaseAway:
        return {}


def test_no_converter_outlives_a_killed_worker(worker: Worker, database: Database) -> None:
    worker.start()
    now = datetime.now(UTC)
    talk_begins(worker, now)
    talk_ends(worker, now)
    wait_until(lambda: "stored" in states(database).values(), PATIENCE, "something is stored")
    assert worker.process is not None
    children = Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children").parent.parent
    found = [
        int(child)
        for task in children.iterdir()
        for child in (task / "children").read_text().split()
    ]
    assert found, "the converter should be there by now"
    worker.kill(signal.SIGKILL)
    wait_until(
        lambda: not any(_lives(child) for child in found), PATIENCE, "the converter ends too"
    )


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
