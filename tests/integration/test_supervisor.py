"""Processes are started in order, replaced when they die or hang, and all stopped together."""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from asterisk_conf.installation.supervisor import Program, Supervisor, end_leftovers
from tests.waiting import wait_until

BEATS = """
import pathlib, sys, time, os
beat = pathlib.Path(sys.argv[1])
while True:
    beat.write_text(str(os.getpid()))
    time.sleep(0.05)
"""
PATIENCE = 30.0


class House:
    """A supervisor that watches in a thread of its own, and what it said."""

    def __init__(self, state: Path, *programs: Program) -> None:
        self.lines: list[str] = []
        self.run = state / "run"
        (state / "log").mkdir(parents=True)
        self.supervisor = Supervisor(
            programs, self.run, state / "log", dict(os.environ), state, self.lines.append
        )
        self._thread = threading.Thread(target=self.supervisor.watch)

    def start(self) -> bool:
        started = self.supervisor.start(PATIENCE)
        self._thread.start()
        return started

    def stop(self) -> None:
        self.supervisor.ask_to_stop()
        self._thread.join()
        self.supervisor.stop()

    def process(self, name: str) -> dict[str, object]:
        status = json.loads((self.run / "supervisor.json").read_text())
        return next(one for one in status["processes"] if one["name"] == name)

    def pid(self, name: str) -> int:
        return int((self.run / f"{name}.pid").read_text())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    run = tmp_path / "run"
    run.mkdir()
    beat = run / "desk.ready"
    words = (sys.executable, "-c", BEATS, str(beat))
    house = House(tmp_path, Program("desk", words, beat.exists, beat))
    assert house.start()
    yield house
    house.stop()


def test_a_killed_process_is_replaced_and_that_is_said(house: House) -> None:
    """kill -9 of any part: the house mends itself and does not hide it."""
    first = house.pid("desk")
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: house.pid("desk") != first and house.process("desk")["ready"] is True)
    assert house.process("desk")["restarts"] == 1
    assert any("SIGKILL" in line for line in house.lines)


def test_a_frozen_process_is_replaced(house: House) -> None:
    """A process that no longer beats is as bad as a dead one."""
    house.supervisor.silent_seconds = 1.0
    first = house.pid("desk")
    os.kill(first, signal.SIGSTOP)
    wait_until(lambda: house.pid("desk") != first and house.process("desk")["ready"] is True)


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    """Ctrl-C ends every process, even one that was frozen."""
    (tmp_path / "run").mkdir()
    beat = tmp_path / "run" / "desk.ready"
    words = (sys.executable, "-c", BEATS, str(beat))
    house = House(tmp_path, Program("desk", words, beat.exists, beat))
    assert house.start()
    pid = house.pid("desk")
    os.kill(pid, signal.SIGSTOP)
    house.stop()
    assert not Path(f"/proc/{pid}").exists()
    assert list((tmp_path / "run").glob("*.pid")) == []


def test_what_a_killed_supervisor_left_is_ended_before_a_new_start(tmp_path: Path) -> None:
    """Two Asterisks on one set of ports would be worse than none."""
    (tmp_path / "run").mkdir()
    beat = tmp_path / "run" / "desk.ready"
    words = (sys.executable, "-c", BEATS, str(beat))
    house = House(tmp_path, Program("desk", words, beat.exists, beat))
    assert house.start()
    pid = house.pid("desk")
    said: list[str] = []
    threading.Thread(target=os.waitpid, args=(pid, 0), daemon=True).start()
    house.supervisor.ask_to_stop()
    end_leftovers(tmp_path / "run", said.append)
    wait_until(lambda: not Path(f"/proc/{pid}").exists())
    assert said


def test_a_program_that_never_gets_ready_is_named(tmp_path: Path) -> None:
    """The person at the terminal learns which part failed and where its log is."""
    (tmp_path / "run").mkdir()
    house = House(tmp_path, Program("agi", (sys.executable, "-c", "raise SystemExit(3)"), bool))
    assert not house.supervisor.start(2.0)
    house.supervisor.stop()
    assert any("agi" in line and "log" in line for line in house.lines)
