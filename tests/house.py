"""The whole house, started by the one command, for tests that need all of it."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asterisk_conf.installation import status
from asterisk_conf.installation.layout import REPOSITORY, Layout


class House:
    """One running installation."""

    def __init__(self, state: Path, port_base: int, *words: str) -> None:
        """`words`: more arguments for `./hotline up`."""
        self.state = state
        self.port_base = port_base
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None
        self._output = state.with_name(f"{state.name}.out")

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.port_base}"

    @property
    def settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = json.loads((self.state / "settings.json").read_text())
        return settings

    def start(self, patience: float = 900) -> None:
        """Returns when a call can be answered."""
        words = ["up", "--state", str(self.state), "--port-base", str(self.port_base)]
        with self._output.open("ab") as out:
            self._process = subprocess.Popen(
                [REPOSITORY / "hotline", *words, *self._words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        self.wait_until_ready(patience)

    def wait_until_ready(self, patience: float = 120) -> None:
        """Also after something was killed."""
        deadline = time.monotonic() + patience
        while not self.status()["ready"]:
            process = self._process
            if process is None or process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the house is not ready:\n{self.what_it_said()}")
            time.sleep(0.2)

    def status(self) -> dict[str, Any]:
        """What `./hotline status --json` says, without a process for every look."""
        return status.read(Layout(self.state))

    def told_status(self) -> tuple[int, dict[str, Any]]:
        """Exit code and answer of the command itself."""
        words = [REPOSITORY / "hotline", "status", "--json", "--state", str(self.state)]
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        told: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, told

    def pid(self, name: str) -> int:
        """Of one process, as the supervisor knows it now."""
        return int((self.state / "run" / f"{name}.pid").read_text())

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> int:
        """Kills (or freezes) one process; returns the pid it had."""
        pid = self.pid(name)
        os.kill(pid, how)
        return pid

    def is_replaced(self, name: str, pid: int, patience: float = 90) -> None:
        """Returns when another process has the name and is ready."""
        self.wait_for(
            f"{name} is replaced",
            lambda: any(
                one["name"] == name and one["ready"] and one["pid"] != pid
                for one in self.status()["processes"]
            ),
            patience,
        )

    def wait_for(self, what: str, true: Callable[[], bool], patience: float = 60) -> None:
        deadline = time.monotonic() + patience
        while not true():
            if time.monotonic() > deadline:
                raise AssertionError(f"not in {patience:.0f} s: {what}\n{self.what_it_said()}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Like Ctrl-C; nothing may be left."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)

    def what_it_said(self) -> str:
        """The command's own lines and the end of each process's log."""
        parts = [self._output.read_text("utf-8", "replace")[-3000:]]
        parts += [
            f"--- {log.name}\n{log.read_text('utf-8', 'replace')[-2000:]}"
            for log in sorted((self.state / "log").glob("*.log"))
        ]
        return "\n".join(parts)
