"""A private PostgreSQL for tests: its own folder, its own unix socket, no port, no durability."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from tests.waiting import wait_for

_USER: Final = "nobody"
"""PostgreSQL refuses to run as root; root's tests lend it this user."""


class PostgresqlServer:
    """A server that lives as long as one test session."""

    def __init__(self, folder: Path, programs: Path) -> None:
        """`programs` holds initdb, postgres and createdb."""
        self._folder = folder
        self._programs = programs
        self._user = _USER if os.geteuid() == 0 else None
        self._databases = 0

    def start(self) -> None:
        """Returns when the server answers."""
        if self._user:
            shutil.chown(self._folder, self._user)
            self._folder.chmod(0o700)
        data = self._folder / "data"
        self._run("initdb", "-D", data, "-A", "trust", "-U", "hotline", "-E", "UTF8", "--no-sync")
        self.resume()

    def kill(self) -> None:
        """As when the machine's memory runs out."""
        os.kill(self.pid(), signal.SIGKILL)

    def resume(self, patience: float = 60) -> None:
        """Starts it again on the data it had, after `stop` or `kill`."""
        wait_for("PostgreSQL is back", self._resumes, patience, pause=0.5)

    def _resumes(self) -> bool:
        """False while orphaned backends still hold its memory."""
        data = self._folder / "data"
        options = f"-k {self._folder} -c listen_addresses= -c fsync=off -c max_connections=200"
        words = ("-D", data, "-l", self._folder / "log", "-o", options, "-w", "-t", "60", "start")
        try:
            self._run("pg_ctl", *words)
        except subprocess.CalledProcessError:
            return False
        return True

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "stop")

    def pid(self) -> int:
        """Of the postmaster, for tests that kill it."""
        return int((self._folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def new_database(self, template: str = "template1") -> str:
        """The name of a fresh database, a copy of `template`."""
        self._databases += 1
        name = f"test{self._databases}"
        self._run("createdb", "-h", self._folder, "-U", "hotline", "-T", template, name)
        return name

    def url(self, name: str) -> str:
        url = URL.create("postgresql", "hotline", database=name, query={"host": str(self._folder)})
        return url.render_as_string(hide_password=False)

    def _run(self, program: str, *arguments: str | Path) -> None:
        home = pwd.getpwnam(self._user).pw_dir if self._user else str(self._folder)
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            user=self._user,
            env={**os.environ, "HOME": home, "LC_ALL": "C.UTF-8"},
        )
