"""Starts the processes, watches them, replaces what dies or hangs, stops all together.

Children live in sessions of their own, so Ctrl-C reaches only the supervisor, which stops them in
the reverse order of the list. What they print goes to `STATE/log/<name>.log`.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from asterisk_conf.installation.progress import Say

LOOK_SECONDS: Final = 0.2
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 60.0
"""Who lived this long starts again without a pause that grew."""
SILENT_SECONDS: Final = 15.0
"""A process whose beat is older than this hangs (docs/contract.md)."""
STOP_SECONDS: Final = 12.0


@dataclass(frozen=True, slots=True)
class Program:
    """One process: how it is started and how one knows that it works."""

    name: str
    arguments: tuple[str, ...]
    ready: Callable[[], bool]
    beat: Path | None = None
    """File the process touches every second; None: it has no beat."""
    before_start: Callable[[], None] | None = None


@dataclass(slots=True)
class Child:
    """A program and the process it has now."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    start_after: float = 0.0
    is_ready: bool = False
    restarts: int = 0


@dataclass(slots=True)
class Supervisor:
    """The processes of one installation."""

    programs: tuple[Program, ...]
    run: Path
    logs: Path
    environment: dict[str, str]
    directory: Path
    say: Say
    silent_seconds: float = SILENT_SECONDS
    _children: list[Child] = field(default_factory=list)
    _stopping: bool = False
    _last_look: float = 0.0

    def start(self, patience: float) -> bool:
        """Starts everything and waits; False when something was not ready after `patience` s."""
        self._children = [Child(program) for program in self.programs]
        for child in self._children:
            self._start(child)
        deadline = time.monotonic() + patience
        while not self._stopping:
            self.look()
            late = [child for child in self._children if not child.is_ready]
            if not late:
                return True
            if time.monotonic() > deadline:
                for child in late:
                    self.say(f"{child.program.name} 未能就绪，见 {self._log(child)}")
                return False
            time.sleep(LOOK_SECONDS / 4)
        return False

    def watch(self) -> None:
        """Looks after the processes until asked to stop."""
        while not self._stopping:
            self.look()
            time.sleep(LOOK_SECONDS)

    def ask_to_stop(self) -> None:
        """Safe in a signal handler: the loop ends at its next look."""
        self._stopping = True

    def look(self) -> None:
        """One look at every process: replace the dead, kill the hanging, note the ready."""
        now = time.monotonic()
        starved = now - self._last_look > self.silent_seconds / 3  # we slept, not they
        self._last_look = now
        changed = False
        for child in self._children:
            changed |= self._look_at(child, now, starved)
        if changed:
            self._write_status()

    def stop(self) -> None:
        """Ends every process, the last started first; kills who does not end in time."""
        for child in reversed(self._children):
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
                # a stopped process would never see the signal
                child.process.send_signal(signal.SIGCONT)
                try:
                    child.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    self.say(f"{child.program.name} 不肯结束，强制停止")
                    _kill(child.process)
            self._pid_file(child).unlink(missing_ok=True)
        (self.run / "supervisor.json").unlink(missing_ok=True)

    def _look_at(self, child: Child, now: float, starved: bool) -> bool:
        process = child.process
        if process is None:
            if child.start_after and now >= child.start_after:
                self._start(child)
                return True
            return False
        code = process.poll()
        if code is not None:
            self._bury(child, code, now)
            return True
        if child.is_ready and not starved and self._hangs(child):
            self.say(f"{child.program.name} 没有反应，强制重启")
            _kill(process)
            return False
        if not child.is_ready and child.program.ready():
            child.is_ready = True
            self.say(f"{child.program.name} 就绪（{now - child.started_at:.1f} 秒）")
            return True
        return False

    def _start(self, child: Child) -> None:
        program = child.program
        if program.beat is not None:
            program.beat.unlink(missing_ok=True)
        if program.before_start is not None:
            program.before_start()
        with self._log(child).open("ab") as log:
            child.process = subprocess.Popen(
                program.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                env=self.environment,
                start_new_session=True,
            )
        child.started_at = time.monotonic()
        child.is_ready = False
        self._pid_file(child).write_text(str(child.process.pid))
        self._write_status()

    def _bury(self, child: Child, code: int, now: float) -> None:
        if now - child.started_at > STEADY_SECONDS:
            child.pause = FIRST_PAUSE
        child.process = None
        child.is_ready = False
        child.restarts += 1
        child.start_after = now + child.pause
        how = signal.Signals(-code).name if code < 0 else f"代码 {code}"
        self.say(f"{child.program.name} 意外结束（{how}），{child.pause:g} 秒后重启")
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _hangs(self, child: Child) -> bool:
        if child.program.beat is None:
            return False
        try:
            age = time.time() - child.program.beat.stat().st_mtime
        except FileNotFoundError:
            return False
        return age > self.silent_seconds

    def _log(self, child: Child) -> Path:
        return self.logs / f"{child.program.name}.log"

    def _pid_file(self, child: Child) -> Path:
        return self.run / f"{child.program.name}.pid"

    def _write_status(self) -> None:
        status = {
            "pid": os.getpid(),
            "processes": [
                {
                    "name": child.program.name,
                    "pid": child.process.pid if child.process else None,
                    "ready": child.is_ready,
                    "restarts": child.restarts,
                }
                for child in self._children
            ],
        }
        draft = self.run / "supervisor.json.new"
        draft.write_text(json.dumps(status))
        draft.replace(self.run / "supervisor.json")


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def end_leftovers(run: Path, say: Say) -> None:
    """Ends processes whose supervisor was killed; called before a new start, under its lock."""
    for file in run.glob("*.pid"):
        pid = int(file.read_text() or 0)
        if pid and _belongs_to_us(pid, run.parent):
            say(f"结束上次遗留的进程 {file.stem}（{pid}）")
            _end(pid)
        file.unlink(missing_ok=True)


def _belongs_to_us(pid: int, state: Path) -> bool:
    """A pid may have been given to somebody else since: look at its command line."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return str(state).encode() in words


def _end(pid: int) -> None:
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 2.0)):
        try:
            os.kill(pid, number)
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.05)
