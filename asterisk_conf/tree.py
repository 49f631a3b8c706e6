"""Which Asterisk to run: the machine's own when it is new enough, else a private tree of packages.

The tree's programs start through the tree's own ld-linux: no chroot, no root, and no
LD_LIBRARY_PATH that children on the host's C library would inherit.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from asterisk_conf.packages import FetchError, Progress, Shelf, fetch

PACKAGES: Final = ("asterisk", "asterisk-modules", "espeak-ng")
_NEEDED_MODULES: Final = ("chan_websocket.so", "res_cdrel_custom.so", "chan_pjsip.so")
_FIRST_GOOD: Final = {20: 17, 21: 99, 22: 7, 23: 1}


@dataclass(frozen=True, slots=True)
class Asterisk:
    """A runnable Asterisk: how to start it, where its modules and documentation lie."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    version: str


def good_version(version: str) -> bool:
    """Whether `Asterisk 22.10.1~…` has what the hotline needs (20.17, 22.7, 23.1 or newer)."""
    found = re.search(r"(\d+)\.(\d+)", version)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return major > max(_FIRST_GOOD) or minor >= _FIRST_GOOD.get(major, 1000)


def installed_asterisk() -> Asterisk | None:
    """The machine's own Asterisk, if it is new enough and complete."""
    program = shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin:/usr/bin:/sbin")
    if program is None:
        return None
    version = _version((program,))
    for modules in (
        *Path("/usr/lib").glob("*/asterisk/modules"),
        Path("/usr/lib/asterisk/modules"),
    ):
        for data in (Path("/usr/share/asterisk"), Path("/var/lib/asterisk")):
            complete = all((modules / name).exists() for name in _NEEDED_MODULES)
            if complete and (data / "documentation").is_dir() and good_version(version):
                return Asterisk((program,), modules, data, version)
    return None


def asterisk_in(tree: Path) -> Asterisk:
    """The Asterisk of an unpacked tree."""
    command = tree_command(tree, "usr/sbin/asterisk")
    modules = _library_folder(tree) / "asterisk/modules"
    return Asterisk(command, modules, tree / "usr/share/asterisk", _version(command))


def tree_command(tree: Path, program: str) -> tuple[str, ...]:
    """The command line that starts a tree's `program` (a path inside it)."""
    libraries = _library_folder(tree)
    loader = next(iter(sorted(libraries.glob("ld-linux*.so.*"))), None)
    if loader is None or not (tree / program).exists():
        raise FetchError(
            f"{tree} is not whole: remove it and run again （目录不完整，请删除后重试）"
        )
    name = Path(program).name
    paths = f"{libraries}:{libraries}/pulseaudio"
    return (str(loader), "--library-path", paths, "--argv0", name, str(tree / program))


def espeak_command(tree: Path) -> tuple[str, ...]:
    """espeak-ng of the machine, else of the tree (with its voices)."""
    program = shutil.which("espeak-ng")
    if program is not None:
        return (program,)
    data = _library_folder(tree) / "espeak-ng-data"
    return (*tree_command(tree, "usr/bin/espeak-ng"), f"--path={data}")


def get_asterisk(cache: Path, say: Progress) -> Asterisk:
    """The installed Asterisk if it will do, else the private tree below `cache`, fetched once."""
    found = installed_asterisk()
    if found is not None:
        say(f"Asterisk {found.version} of this machine （使用本机 Asterisk）")
        return found
    tree = fetch(PACKAGES, cache / "trees/asterisk", Shelf(cache / "debian"), say)
    return asterisk_in(tree)


def _library_folder(tree: Path) -> Path:
    for folder in sorted((tree / "usr/lib").glob("*-linux-gnu*")):
        if any(folder.glob("ld-linux*.so.*")):
            return folder
    raise FetchError(f"no C library in {tree}: remove it and run again （请删除后重试）")


def _version(command: tuple[str, ...]) -> str:
    done = subprocess.run([*command, "-V"], capture_output=True, text=True, check=False)
    return done.stdout.strip().removeprefix("Asterisk ")
