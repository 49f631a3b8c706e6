"""The worker as a process of its own, on a state folder of a test's."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.waiting import wait_until
from ticketing.notices.gateways import HttpSettings

PATIENCE = 90.0


class Worker:
    """`python -m ticketing work`; may be killed and started again."""

    def __init__(
        self,
        state: Path,
        database_url: str,
        *,
        systemname: str = "hotline1",
        monitor: Path | None = None,
        log: Path | None = None,
    ) -> None:
        """`monitor` and `log` are Asterisk's folders; without them, folders inside `state`."""
        self.state = state
        self.settings = state / "settings.json"
        self.monitor = monitor or state / "monitor"
        self.cel = (log or state) / "cel-custom" / "cel.json"
        self.queue_log = (log or state) / "queue_log"
        self.vault = state / "vault"
        self.process: subprocess.Popen[bytes] | None = None
        for folder in (state, self.monitor, self.cel.parent):
            folder.mkdir(parents=True, exist_ok=True)
        paths = {
            "cel": str(self.cel),
            "queue_log": str(self.queue_log),
            "monitor": str(self.monitor),
            "vault": str(self.vault),
        }
        told = {
            "state": str(state),
            "systemname": systemname,
            "database": database_url,
            "paths": paths,
        }
        self.settings.write_text(json.dumps(told))

    def use_gateway(self, sms: HttpSettings) -> None:
        """Short messages go there from its next start on."""
        told = json.loads(self.settings.read_text())
        told["sms"] = {"url": sms.url, "key": sms.key, "secret": sms.secret}
        self.settings.write_text(json.dumps(told))

    @property
    def ready(self) -> Path:
        return self.state / "run" / "worker.ready"

    def start(self) -> None:
        """Returns when it is ready."""
        with (self.state / "worker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ticketing", "work", "--settings", str(self.settings)],
                stderr=log,
            )
        wait_until(self.is_ready, PATIENCE, "the worker is ready")

    def is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        return self.ready.exists() and self.ready.read_text() == str(self.process.pid)

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Sends the signal and waits; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def said(self) -> str:
        return (self.state / "worker.log").read_text()
