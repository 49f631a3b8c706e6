"""What a menu in Python costs, beside a menu in plain dialplan and a process for each call.

All three are measured in one run on one Asterisk with the same callers: four prompts, three keys.
Ours does everything it does in service (rows, journal, spool, watchdog). `HOTLINE_BENCH_CALLS`
(default 1,100,300) says how many callers are on the line at once.
"""

import os
import resource
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from agi.shelf import Shelf
from asterisk_conf.settings import Settings
from asterisk_conf.tree import Asterisk, get_asterisk
from ivr_flows.prompts.espeak import Espeak
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import Recordings
from tests.asterisk.carrier import TRUNK
from tests.asterisk.menu.house import AgiProcess, Phrases, menu_site
from tests.asterisk.pbx import HotlinePbx, throwaway_settings
from tests.asterisk.sound import tone, write_wav
from tests.benchmarks.sip_load import Caller, Load
from tests.menus import installed, published, rolled_back, shipped_texts
from tests.waiting import free_ports, wait_for
from ticketing import migrations
from ticketing.database import Database
from ticketing.records.calls import Call

KEYS: Final = "111"
WORDS: Final = "测试菜单"
ROUNDS_OF_ONE: Final = 8
FLOW: Final = f"""
flow: bench
title: 测量
steps:
  one: {{do: menu, text: {WORDS}, keys: {{"1": two}}}}
  two: {{do: menu, text: {WORDS}, keys: {{"1": three}}}}
  three: {{do: menu, text: {WORDS}, keys: {{"1": four}}}}
  four: {{do: menu, text: {WORDS}, keys: {{"1": bye}}}}
  bye: {{do: hang_up}}
"""
DIALPLAN: Final = """
[from-carrier](+)
exten => 7001,1,Goto(plain,s,1)
exten => 7002,1,Answer()
 same => n,Set(AGIEXITONHANGUP=yes)
 same => n,Set(TIMEOUT(absolute)=300)
 same => n,AGI(agi://127.0.0.1:{fastagi}/bench)
 same => n,Hangup()
exten => 7003,1,Answer()
 same => n,AGI({script})
 same => n,Hangup()
[plain]
exten => s,1,Answer()
 same => n(one),Background({sound})
 same => n,WaitExten(10)
exten => 1,1,Goto(s,one)
exten => t,1,Hangup()
"""
SCRIPT: Final = """#!{python}
import sys
from asterisk.agi import AGI
agi = AGI(sys.stdin, sys.stdout, open("/dev/null", "w"))
for _ in range(4):
    if not agi.stream_file("{sound}", "1") and not agi.wait_for_digit(10000):
        break
"""
VARIANTS: Final = {
    "7001": "plain dialplan",
    "7002": "agi (this project)",
    "7003": "pyst2, a process a call",
}


@dataclass(frozen=True)
class Result:
    """One variant at one number of callers."""

    variant: str
    at_once: int
    calls: int
    failed: int
    asterisk: float
    """CPU seconds per 100 calls, a process a call included where Asterisk started it."""
    children: float
    python: float
    latencies: list[float]

    def row(self) -> str:
        ordered = sorted(self.latencies)
        if not ordered:
            return f"| {self.variant} | {self.at_once} | {self.calls} | {self.failed} |"
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        p50 = statistics.median(ordered)
        return (
            f"| {self.variant} | {self.at_once} | {self.calls} | {self.failed} "
            f"| {self.asterisk:.2f} | {self.children + self.python:.2f} "
            f"| {self.asterisk + self.children + self.python:.2f} "
            f"| {p50 * 1000:.0f} | {p99 * 1000:.0f} |"
        )


class BenchPbx(HotlinePbx):
    """The hotline with three numbers more."""

    def __init__(
        self, asterisk: Asterisk, settings: Settings, site: dict[str, Any], more: str
    ) -> None:
        super().__init__(asterisk, settings, site)
        self._files = {**self._files, "extensions.conf": self._files["extensions.conf"] + more}


@dataclass(frozen=True)
class Bench:
    """Everything that runs."""

    pbx: BenchPbx
    agi: AgiProcess
    database: Database
    flows: Path


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    state = tmp_path_factory.mktemp("bench")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000), hard))
    settings = throwaway_settings(state, systemname="bench", rtp=_rtp_range())
    sound = Library(settings.prompts, Espeak(), Recordings(state / "none")).path(WORDS)
    Phrases(settings.prompts).make()
    write_wav(sound, tone(700, seconds=0.5))
    script = state / "pyst2.agi"
    script.write_text(SCRIPT.format(python=sys.executable, sound=sound.with_suffix("")))
    script.chmod(0o755)
    more = DIALPLAN.format(
        fastagi=settings.fastagi_port, script=script, sound=sound.with_suffix("")
    )
    cache = Path(os.environ.get("HOTLINE_CACHE") or "~/.cache/hotline").expanduser()
    pbx = BenchPbx(
        get_asterisk(cache, print), settings, menu_site(TRUNK, settings.carrier_port), more
    )
    database = Database(f"sqlite:///{state}/hotline.db")
    migrations.upgrade(database)
    installed(database, bench=FLOW)
    agi = AgiProcess(state, settings, f"sqlite:///{state}/hotline.db")
    pbx.start()
    agi.start()
    yield Bench(pbx, agi, database, state / "flows")
    agi.stop()
    database.close()
    pbx.stop()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _rtp_range() -> tuple[int, int]:
    first = free_ports(1000)
    return first, first + 999


def test_the_menu_is_cheap_and_quick(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints the table; every call must have come through."""
    results = [
        measure(bench, number, at_once)
        for at_once in map(int, os.environ.get("HOTLINE_BENCH_CALLS", "1,100,300").split(","))
        for number in VARIANTS
    ]
    with capsys.disabled():
        print()
        print("| menu | at once | calls | failed | Asterisk | Python | all | p50 | p99 |")
        print("|---|---|---|---|---|---|---|---|---|")
        for result in results:
            print(result.row())
        print("CPU seconds per 100 calls; key to first sound of the next prompt in ms.")
    ours = [result for result in results if result.variant == VARIANTS["7002"]]
    assert [result.failed for result in ours] == [0] * len(ours)


def test_publishing_is_not_felt_in_the_menu(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    """Callers all the time, ten publications and two rollbacks: none fails, each has a version."""
    at_once = int(os.environ.get("HOTLINE_BENCH_EDITED", "50"))
    quiet = measure(bench, "7002", at_once)
    editing = threading.Thread(target=_edit, args=(bench,))
    editing.start()
    edited = []
    while editing.is_alive():
        edited.append(measure(bench, "7002", at_once))
    editing.join()
    calls = quiet.calls + sum(result.calls for result in edited)
    with capsys.disabled():
        print(f"\n{quiet.row()} quiet")
        for result in edited:
            print(f"{result.row()} while the menu is published and rolled back")
    assert [result.failed for result in (quiet, *edited)] == [0] * (1 + len(edited))
    wait_for("every call is written", lambda: len(_versions(bench)) >= calls or None, seconds=120)
    versions = _versions(bench)
    assert all(version.isdigit() for version in versions)
    assert len(set(versions)) > 2


def _edit(bench: Bench) -> None:
    """Each one is in force before the next."""
    shelf = Shelf(bench.flows / "published")
    for act in range(12):
        if act in (5, 11):
            number = rolled_back(bench.database)
        else:
            texts = shipped_texts(bench=f"{FLOW}# {act}\n")
            number = published(bench.database, texts)
        wait_for(f"version {number}", partial(_is_live, shelf, number), seconds=120)


def _is_live(shelf: Shelf, number: int) -> bool:
    now = shelf.aliases()
    return now is not None and now.live == number


def _versions(bench: Bench) -> list[str]:
    """Of every call that went through the measured flow."""
    with bench.database.reading() as session:
        return list(session.scalars(select(Call.flow_version).where(Call.flow == "bench")))


def measure(bench: Bench, number: str, at_once: int) -> Result:
    """Everybody begins within some seconds and is on the line together."""
    rounds = ROUNDS_OF_ONE if at_once == 1 else 1
    load = Load(TRUNK, ("127.0.0.1", bench.pbx.settings.sip_port))
    before = _cpu(bench)
    callers: list[Caller] = []
    for _ in range(rounds):
        now = time.time()
        wave = [
            Caller(number, KEYS, uuid.uuid4().hex, now + index / 40) for index in range(at_once)
        ]
        load.run(wave)
        callers += wave
    bench.pbx.wait_quiet()
    load.close()
    asterisk, children, python = (b - a for a, b in zip(before, _cpu(bench), strict=True))
    share = 100 / len(callers)
    return Result(
        VARIANTS[number],
        at_once,
        len(callers),
        sum(bool(caller.failure) for caller in callers),
        asterisk * share,
        children * share,
        python * share,
        [latency for caller in callers for latency in caller.latencies],
    )


def _cpu(bench: Bench) -> tuple[float, float, float]:
    """CPU seconds of Asterisk, of the processes it ended, and of `python -m agi`."""
    asterisk, children = _seconds(bench.pbx.pid)
    python, _ = _seconds(bench.agi.pid)
    return asterisk, children, python


def _seconds(pid: int) -> tuple[float, float]:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system, children_user, children_system = map(int, fields[11:15])
    tick = os.sysconf("SC_CLK_TCK")
    return (user + system) / tick, (children_user + children_system) / tick
