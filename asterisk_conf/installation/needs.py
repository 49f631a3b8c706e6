"""What the tests need beside Python: PostgreSQL's programs and a Chromium."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from asterisk_conf.installation.progress import Say

CHROMIUM_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")


class NeedMissing(Exception):
    """Something is not there and cannot be installed from here; the message says what to do."""


def chromium() -> Path | None:
    """The machine's Chromium."""
    named = os.environ.get("HOTLINE_CHROMIUM")
    if named:
        return Path(named)
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


def postgresql() -> Path | None:
    """The folder of the newest PostgreSQL's programs (initdb, pg_ctl …)."""
    named = os.environ.get("HOTLINE_POSTGRESQL")
    if named:
        return Path(named)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def install_missing(say: Say) -> None:
    """Installs with apt what is missing; raises NeedMissing when that cannot be."""
    wanted = []
    if postgresql() is None:
        wanted.append("postgresql")
    if chromium() is None:
        wanted.append("chromium")
    if not wanted:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise NeedMissing(
            f"Tests need {' and '.join(wanted)}. Install them as root "
            f"(Debian: apt-get install {' '.join(wanted)}), or name them by "
            "HOTLINE_POSTGRESQL=<folder of initdb> and HOTLINE_CHROMIUM=<program>."
        )
    say(f"apt-get install {' '.join(wanted)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *wanted]):
        done = subprocess.run(
            ["apt-get", "-qq", *words],
            check=False,
            env=environment,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise NeedMissing(f"apt-get {' '.join(words)}:\n{done.stderr.strip()}")
