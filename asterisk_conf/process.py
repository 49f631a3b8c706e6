"""Running one Asterisk: folders, command line, readiness, health check, CLI."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from asterisk_conf.music import write_music
from asterisk_conf.render import Folders
from asterisk_conf.tree import Asterisk

_SOCKET_LIMIT: Final = 107
_FAILED = re.compile(
    r"declined to load|Failed to resolve|undefined symbol|Error loading module|"
    r"could not be loaded|Unable to load config|Unable to (?:create|bind|start) .*transport",
    re.IGNORECASE,
)


class AsteriskError(Exception):
    """Asterisk cannot be run, or did not do what it was asked."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One installation's Asterisk, running or not."""

    asterisk: Asterisk
    folders: Folders

    @property
    def messages(self) -> Path:
        """Asterisk's own log since its last start."""
        return self.folders.log / "messages.log"

    @property
    def _configuration(self) -> Path:
        return self.folders.etc / "asterisk.conf"

    def command(self) -> list[str]:
        """The command line that runs it in the foreground; SIGTERM stops it."""
        return [*self.asterisk.command, "-C", str(self._configuration), "-f"]

    def prepare(self, files: Mapping[str, str], prompts: Path, monitor: Path) -> None:
        """Make every folder and file a start needs; the log of the start before is put aside."""
        home = self.folders.home
        socket = str(self.folders.run / "asterisk.ctl")
        if len(socket) > _SOCKET_LIMIT:
            raise AsteriskError(
                f"{socket} is longer than {_SOCKET_LIMIT} characters, the limit of a socket's "
                "name: take a shorter --state （--state 路径太长，请换一个短一些的目录）"
            )
        for name in (
            "etc", "run", "log/cel-custom", "spool/outgoing", "spool/tmp", "spool/recording",
            "db", "keys/keys", "var", "agi-bin", "data", "moh",
        ):  # fmt: skip
            (home / name).mkdir(parents=True, exist_ok=True)
        for folder in (monitor, prompts):
            folder.mkdir(parents=True, exist_ok=True)
        for name in ("documentation", "rest-api", "static-http"):
            _link(self.folders.data / name, self.asterisk.data / name)
        _link(self.folders.data / "sounds", prompts)
        if not (self.folders.music / "gentle.wav").exists():
            write_music(self.folders.music / "gentle.wav")
        write_files(self.folders.etc, files)
        if self.messages.exists():
            self.messages.replace(self.messages.with_suffix(".log.1"))

    def cli(self, command: str, seconds: float = 10) -> str:
        """What the running Asterisk answers to a CLI command; AsteriskError when it does not."""
        line = [*self.asterisk.command, "-C", str(self._configuration), "-rx", command]
        try:
            done = subprocess.run(line, capture_output=True, text=True, timeout=seconds, check=True)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
            raise AsteriskError(f"Asterisk does not answer to {command!r}") from error
        return done.stdout

    def wait_until_ready(self, alive: Callable[[], bool], seconds: float = 60) -> None:
        """Return once it is fully booted; AsteriskError when it dies or takes too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not alive():
                raise AsteriskError(f"Asterisk ended while starting, see {self.messages}")
            if (self.folders.run / "asterisk.ctl").exists():
                try:
                    self.cli("core waitfullybooted", max(1.0, deadline - time.monotonic()))
                except AsteriskError:
                    pass  # the socket of an earlier run, or not listening yet
                else:
                    return
            time.sleep(0.05)
        raise AsteriskError(f"Asterisk was not ready after {seconds:.0f} s, see {self.messages}")

    def failures(self) -> list[str]:
        """Lines of the start log that say a module or a listener is missing; empty is healthy."""
        if not self.messages.exists():
            return []
        lines = self.messages.read_text("utf-8", "replace").splitlines()
        return [line for line in lines if _FAILED.search(line)]


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Make `folder` hold exactly `files`, readable by the owner only: there are passwords in."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, text in files.items():
        path = folder / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        fresh = folder / f".{name}.new"
        fresh.touch(mode=0o600)
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    for path in folder.glob("*.conf"):
        if path.name not in files:
            path.unlink()


def _link(path: Path, target: Path) -> None:
    if path.is_symlink():
        if path.readlink() == target:
            return
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    path.symlink_to(target)
