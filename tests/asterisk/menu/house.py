"""A whole voice menu in a test: the hotline's Asterisk, a carrier, `python -m agi` beside it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from asterisk_conf.names import DialplanEvent
from asterisk_conf.settings import Settings
from ivr_flows.prompts.build import sentences
from ivr_flows.prompts.espeak import Espeak
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import Recordings
from ivr_flows.store import SHIPPED, directory_source, load_checked
from ivr_flows.values import every_phrase
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx
from tests.asterisk.phone import Phone
from tests.asterisk.sound import tone, write_wav
from tests.waiting import wait_for
from ticketing import information
from ticketing.calls.views import call_steps
from ticketing.clock import SystemClock
from ticketing.database import Database
from ticketing.information import Turn
from ticketing.people.person import process
from ticketing.records.calls import Call, CallStep

MAIN = (
    "水上遇险请按8，人工请按0。路况按1，ETC按2，投诉按3，建议按4，出租车失物按5，"
    "工单进度按6，救援和其他热线按7，慢速播报和设置按星号键，重听按9"
)
SURVEY = "请对本次服务作评价。非常满意请按1，满意请按2，基本满意请按3，不满意请按4，非常不满意请按5"
AGENT, OUTSIDE = 2525.0, 3125.0
QUEUES = ("common", "etc", "complaint", "driver")


def menu_site(carrier: str, carrier_port: int) -> dict[str, Any]:
    """The shipped site with seats that are desk phones and a trunk to the test's carrier."""
    return {
        "region": "210100",
        "title": "测试热线",
        "numbers": {"12328": {"entry": "main"}},
        "queues": {name: {"title": name, "max_wait": "60"} for name in QUEUES},
        "default_queue": "common",
        "services": {
            "12395": {"title": "水上遇险求救", "distress": "yes"},
            "12122": {"title": "高速公路报警救援", "transfer": "yes"},
            "12306": {"title": "铁路客户服务"},
        },
        "trunks": {"carrier": {"match": [carrier], "contact": f"sip:{carrier}:{carrier_port}"}},
        "outbound": {"trunk": "carrier", "patterns": ["1[3-9]XXXXXXXXX"], "ring": "20"},
        "seats": [{"first": "1041", "last": "1043", "phone": "desk"}],
        "notice": {"text": "本次通话将被录音。", "version": "7"},
        "menu": {"longest": "300", "survey": "30"},
    }


class Phrases:
    """The sounds of the shipped flows, each with tones of its own."""

    def __init__(self, folder: Path) -> None:
        self.library = Library(folder, Espeak(), Recordings(folder / "recorded"))

    def make(self) -> None:
        source = directory_source([SHIPPED])
        phrases = sentences(load_checked(name, source) for name in ("12328", "survey"))
        for index, phrase in enumerate(sorted(phrases)):
            pair = 400 + 70 * (index % 12), 1500 + 110 * (index // 12)
            write_wav(self.library.path(phrase), tone(*pair, seconds=1.0))
        for phrase in every_phrase():
            write_wav(self.library.path(phrase), tone(300, seconds=0.1))

    def __call__(self, beginning: str) -> Path:
        """The sound of the fixed phrase that begins so."""
        return self.library.path(beginning)


class AgiProcess:
    """`python -m agi`, as the supervisor runs it."""

    def __init__(self, state: Path, settings: Settings, database: str) -> None:
        self._state = state
        self._file = state / "settings.json"
        self._log = state / "agi.log"
        self._process: subprocess.Popen[bytes] | None = None
        ports = {"fastagi": settings.fastagi_port, "speech": settings.speech_port}
        paths = {
            "site": settings.site,
            "monitor": settings.monitor,
            "prompts": settings.prompts,
            "flows": state / "flows",
            "spool": state / "spool",
        }
        told = {
            "state": str(state),
            "database": database,
            "secrets": {"installation": settings.installation_secret},
            "speech": {"model": "told to the media server, if there is one"},
            "ports": ports,
            "paths": {name: str(path) for name, path in paths.items()},
        }
        self._file.write_text(json.dumps(told), "utf-8")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    def start(self) -> None:
        """Returns when it is ready for calls."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "agi", "--settings", str(self._file)],
                stdout=log,
                stderr=log,
            )
        ready = self._state / "run" / "agi.ready"
        wait_for(
            "agi is ready",
            lambda: ready.exists() and ready.read_text() == str(self.pid),
            seconds=60,
        )

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(20)

    def ensure_running(self) -> None:
        """Starts it again if a test ended it."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        assert self._process is not None
        self._process.wait(20)


class MenuCall:
    """A caller who is in the menu, and the key of their call."""

    def __init__(self, phone: Phone, key: str) -> None:
        self.phone = phone
        self.key = key


class MenuHouse:
    """Asterisk, Python and database of the menu tests, and how to look into them."""

    def __init__(
        self, pbx: HotlinePbx, agi: AgiProcess, database: Database, phrases: Phrases
    ) -> None:
        self.pbx = pbx
        self.agi = agi
        self.database = database
        self.phrases = phrases

    def call(self, carrier: Carrier, caller: str = "13900001111") -> MenuCall:
        """Someone calls and hears the main menu begin."""
        call = self.dial(carrier, caller)
        call.phone.hears(self.phrases(MAIN))
        return call

    def dial(self, carrier: Carrier, caller: str = "13900001111") -> MenuCall:
        before = len(self.pbx.told(DialplanEvent.CALL))
        phone = carrier.dial("12328", caller=caller)
        return MenuCall(phone, self.pbx.wait_told(DialplanEvent.CALL, since=before)["call"])

    def row(self, call: MenuCall) -> Call:
        """The call's row, once it is there."""

        def look() -> Call | None:
            with self.database.reading() as session:
                return session.scalars(select(Call).where(Call.key == call.key)).one_or_none()

        return wait_for(f"the row of {call.key}", look)

    def steps(self, call: MenuCall) -> Sequence[CallStep]:
        with self.database.reading() as session:
            return call_steps(session, call.key)

    @contextmanager
    def switched(self, name: str) -> Iterator[None]:
        """A switch of the centre is on in the block."""
        for is_on in (True, False):
            with self.database.transaction() as session:
                moment = SystemClock().now()
                information.set_switch(session, moment, process("test"), name, Turn(is_on=is_on))
            if is_on:
                yield
