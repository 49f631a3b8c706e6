"""A whole voice menu in a test: the hotline's Asterisk, a carrier, and `python -m agi` beside it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from agi.sounds import sounds
from asterisk_conf.settings import Settings
from ivr_flows.store import SHIPPED, directory_source, load_checked
from ivr_flows.texts import fixed_phrases
from ivr_flows.values import PAUSE, every_phrase
from tests.asterisk.sound import tone, write_wav
from tests.asterisk.waiting import wait_for


def menu_site(carrier: str, carrier_port: int) -> dict[str, Any]:
    """The shipped site with seats that are desk phones and a trunk to the test's carrier."""
    return {
        "region": "210100",
        "title": "测试热线",
        "numbers": {"12328": {"entry": "main"}},
        "queues": {
            name: {"title": name, "max_wait": "60"}
            for name in ("common", "etc", "complaint", "driver")
        },
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
        self._sound_of = sounds(folder)

    def make(self) -> None:
        source = directory_source([SHIPPED])
        bundles = [load_checked(name, source) for name in ("12328", "survey")]
        texts = [
            text
            for bundle in bundles
            for written in bundle.flows.values()
            for text in _texts(written.flow.model_dump())
        ]
        phrases = {phrase for text in texts for phrase in fixed_phrases(text)}
        for index, phrase in enumerate(sorted(phrases)):
            pair = 400 + 70 * (index % 12), 1500 + 110 * (index // 12)
            write_wav(self._sound_of(phrase), tone(*pair, seconds=1.0))
        for phrase in (PAUSE, *every_phrase()):
            write_wav(self._sound_of(phrase), tone(300, seconds=0.1))

    def __call__(self, beginning: str) -> Path:
        """The sound of the fixed phrase that begins so."""
        return self._sound_of(beginning)


def _texts(data: object) -> list[str]:
    if isinstance(data, dict):
        return [text for value in data.values() for text in _texts(value)]
    if isinstance(data, list):
        return [text for value in data for text in _texts(value)]
    return [data] if isinstance(data, str) and any(ord(char) > 0x2E80 for char in data) else []


class AgiProcess:
    """`python -m agi`, as the supervisor runs it."""

    def __init__(self, state: Path, settings: Settings, database: str) -> None:
        self._state = state
        self._file = state / "settings.json"
        self._log = state / "agi.log"
        self._process: subprocess.Popen[bytes] | None = None
        ports = {"fastagi": settings.fastagi_port}
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

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        assert self._process is not None
        self._process.wait(20)
