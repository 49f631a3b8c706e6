"""`python -m agi.speech` as the supervisor runs it."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agi.speech.client import SpeechAway, SpeechClient
from agi.speech.turns import TurnWish
from asterisk_conf.secrets import speech_secret
from ivr_flows.interfaces import Listening
from tests.asterisk.sound import tone, write_wav
from tests.benchmarks.processes import descendants
from tests.waiting import free_ports, wait_for

INSTALLATION = "5e" * 32


@contextmanager
def speech(state: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    settings = state / "settings.json"
    told = {
        "state": str(state),
        "ports": {"speech": port},
        "secrets": {"installation": INSTALLATION},
        "speech": {"model": str(state / "model")},
        "database": f"sqlite:///{state / 'hotline.db'}",
        "paths": {"vault": str(state / "vault")},
    }
    settings.write_text(json.dumps(told))
    command = [sys.executable, "-m", "agi.speech", "--settings", str(settings)]
    with subprocess.Popen(command) as process:
        try:
            wait_for("it beats", (state / "run" / "speech.ready").exists, seconds=60)
            yield process
        finally:
            process.kill()


def test_a_model_that_cannot_be_read_makes_deaf_not_dead(tmp_path: Path) -> None:
    """The hotline starts and callers press keys; the log says why."""
    port = free_ports(1)
    sound = tmp_path / "words.wav"
    write_wav(sound, tone(500.0, seconds=0.1))
    client = SpeechClient(port, speech_secret(INSTALLATION), seconds=10.0)
    with speech(tmp_path, port) as process:
        with pytest.raises(SpeechAway, match="503"):
            client.begin(TurnWish("hl1-1", sound, Listening(("人工",), 1.0, 1.0)))
        assert process.poll() is None


def test_it_stops_in_order_and_takes_everything_with_it(tmp_path: Path) -> None:
    with speech(tmp_path, free_ports(1)) as process:
        below = descendants(process.pid)
        assert below
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        wait_for("all are gone", lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))
    assert not (tmp_path / "run" / "speech.ready").exists()


def test_a_guard_that_was_killed_leaves_no_server_behind(tmp_path: Path) -> None:
    """It would hold the port against the next one."""
    with speech(tmp_path, free_ports(1)) as process:
        below = descendants(process.pid)
        process.kill()
        process.wait(20)
        wait_for("all are gone", lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))
