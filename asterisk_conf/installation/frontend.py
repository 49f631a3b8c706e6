"""Builds the desk's pages when their sources changed; Node is the machine's or a wheel's."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from asterisk_conf.installation.layout import REPOSITORY
from asterisk_conf.installation.progress import Say

SOURCES: Final = REPOSITORY / "agent_desk" / "frontend"
BUILT: Final = REPOSITORY / "agent_desk" / "static"
OLDEST_NODE: Final = (20, 19)
"""What Vite 8 needs."""


class FrontendFailed(Exception):
    """npm did not succeed; its last lines are in the message."""


def build(say: Say) -> None:
    """Brings agent_desk/static up to date; does nothing when it is."""
    SOURCES.mkdir(exist_ok=True)
    with (SOURCES / ".build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two installations may start from one checkout
        digest = _digest()
        stamp = BUILT / ".built-from"
        if stamp.exists() and stamp.read_text() == digest:
            return
        install_packages(say)
        say("编译页面 …")
        npm(["run", "build"])
        stamp.write_text(digest)


def install_packages(say: Say) -> None:
    """Installs what package-lock.json names, unless node_modules already holds just that."""
    wanted = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
    stamp = SOURCES / "node_modules" / ".installed-from"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("安装前端依赖 …")
    npm(["ci", "--no-audit", "--no-fund"])
    stamp.write_text(wanted)


def npm(words: list[str]) -> None:
    """Runs npm in the front end's folder."""
    folder = node_folder()
    path = f"{folder}{os.pathsep}{os.environ['PATH']}" if folder else os.environ["PATH"]
    done = subprocess.run(
        ["npm", *words],
        check=False,
        cwd=SOURCES,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-40:])
        raise FrontendFailed(f"npm {' '.join(words)}:\n{tail}")


def node_folder() -> Path | None:
    """Where node is; None when the machine's own is new enough. Installs the wheel if need be."""
    if machine_has_node():
        return None
    scripts = Path(sys.executable).parent
    if not (scripts / "node").exists():
        lock = REPOSITORY / "requirements" / "node.txt"
        words = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
        subprocess.run([sys.executable, *words], check=True)
    return scripts


def machine_has_node() -> bool:
    """Whether the machine's own node and npm are there and new enough."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    asked = subprocess.run(["node", "--version"], check=False, capture_output=True, text=True)
    numbers = asked.stdout.strip().lstrip("v").split(".")
    return len(numbers) > 1 and (int(numbers[0]), int(numbers[1])) >= OLDEST_NODE


def _digest() -> str:
    """Of every source file, by name and content."""
    whole = hashlib.sha256()
    for folder, names, files in os.walk(SOURCES):
        names[:] = sorted(name for name in names if name != "node_modules")
        for name in sorted(files):
            if name != ".build.lock":
                path = Path(folder) / name
                whole.update(str(path.relative_to(SOURCES)).encode())
                whole.update(path.read_bytes())
    return whole.hexdigest()
