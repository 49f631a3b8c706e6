"""Debian packages unpacked into a private tree: no root, no chroot, nothing installed.

A private apt (own lists, own empty status file) works out and downloads, we check every file's
hash ourselves and unpack beside the tree, and rename last: a tree is whole or not there.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from asterisk_conf.mirrors import DEFAULT_KEYRING, Mirror, machine_mirror

Progress = Callable[[str], None]
_URI_LINE = re.compile(r"^'(?P<uri>[^']+)' (?P<file>\S+) (?P<size>\d+) (?P<hash>\S*)$")
_QUIET = ("-qq", "-o", "Dpkg::Use-Pty=0")


class FetchError(Exception):
    """Packages could not be brought here; the message says what to do."""

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__(f"{what}\n{detail}".strip())
        self.what = what
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Archive:
    """One .deb as apt means to download it."""

    file: str
    size: int
    algorithm: str
    digest: str

    def is_whole(self, path: Path) -> bool:
        """Whether the file at `path` is complete and unaltered."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        if not self.digest:
            return True
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, self.algorithm).hexdigest() == self.digest


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where downloads are kept so that a second tree needs no network: `folder`/<suite>/…"""

    folder: Path
    mirror: Mirror | None = None
    """None: the machine's own."""


def fetch(
    packages: Sequence[str],
    tree: Path,
    shelf: Shelf,
    say: Progress,
    suite: str = "forky",
    on_top_of_machine: bool = False,
) -> Path:
    """Unpack `packages` and all they depend on into `tree`; returns it.

    `on_top_of_machine` leaves out what is installed already (same release as the machine's: its
    programs run with the machine's C library and LD_LIBRARY_PATH); otherwise everything down to
    the C library is in the tree. A tree that is there already is believed.
    """
    wanted = " ".join(sorted(packages))
    marker = tree / ".packages"
    if marker.is_file() and marker.read_text("utf-8").splitlines()[:1] == [f"{suite}: {wanted}"]:
        return tree
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise FetchError(
                f"this machine has no {tool}: install Asterisk 20.17/22.7 or newer and espeak-ng "
                "with its own package tool, or use docker/ （本机不是 Debian 系统：请用系统自带"
                "的包管理器安装 Asterisk 和 espeak-ng，或使用 docker/）"
            )
    apt = _PrivateApt(shelf, suite, on_top_of_machine, say)
    archives = apt.download(packages)
    _unpack([apt.archives / a.file for a in archives], tree, say)
    names = "\n".join(a.file for a in archives)
    marker.write_text(f"{suite}: {wanted}\n{names}\n", "utf-8")
    return tree


class _PrivateApt:
    """apt-get with folders of its own."""

    def __init__(self, shelf: Shelf, suite: str, on_top: bool, say: Progress) -> None:
        self._say = say
        self._home = shelf.folder / (f"{suite}-on-top" if on_top else suite)
        self.archives = self._home / "archives"
        for folder in ("state/lists/partial", "archives/partial", "plan/partial"):
            (self._home / folder).mkdir(parents=True, exist_ok=True)
        status = Path("/var/lib/dpkg/status") if on_top else self._home / "status"
        if not on_top:
            status.write_bytes(b"")
        conf = self._home / "apt.conf"
        conf.write_text(self._conf(status, shelf, suite), "utf-8")
        self._env = {**os.environ, "APT_CONFIG": str(conf), "LC_ALL": "C.UTF-8"}

    def _conf(self, status: Path, shelf: Shelf, suite: str) -> str:
        home = self._home
        mirror = shelf.mirror or machine_mirror()
        keyring = mirror.signed_by or DEFAULT_KEYRING
        source = home / "sources.list"
        source.write_text(f"deb [signed-by={keyring}] {mirror.uri} {suite} main\n", "utf-8")
        settings = {
            "Dir::Etc::sourcelist": source,
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State": home / "state",
            "Dir::State::status": status,
            "Dir::State::lists": home / "state/lists",
            "Dir::Cache": home,
            "Dir::Cache::archives": self.archives,
            "APT::Install-Recommends": "false",
            "APT::Sandbox::User": "",
            "APT::Keep-Downloaded-Packages": "true",
            "Debug::NoLocking": "true",
            "Acquire::Languages": "none",
            "Acquire::Check-Valid-Until": "false",
            "Acquire::Retries": "3",
        }
        return "".join(f'{name} "{value}";\n' for name, value in settings.items())

    def download(self, packages: Sequence[str]) -> list[Archive]:
        """Every archive `packages` need, whole, in `self.archives`."""
        try:
            archives = self._plan(packages)
        except FetchError:
            archives = []  # no lists yet, or lists of another day
        if not archives or not self._all_whole(archives):
            self._say("apt: reading the package lists （读取软件包列表）")
            self._run("update")
            archives = self._plan(packages)
        missing = [a for a in archives if not a.is_whole(self.archives / a.file)]
        if missing:
            for broken in missing:
                (self.archives / broken.file).unlink(missing_ok=True)
            size = sum(a.size for a in missing) / 1e6
            self._say(f"apt: downloading {len(missing)} packages, {size:.0f} MB （下载软件包）")
            self._run("install", "-y", "--download-only", *packages)
        if not self._all_whole(archives):
            raise FetchError(
                "the downloaded packages are not what the mirror promised: run again "
                "（下载的软件包校验不符，请重试）"
            )
        return archives

    def _all_whole(self, archives: list[Archive]) -> bool:
        return all(a.is_whole(self.archives / a.file) for a in archives)

    def _plan(self, packages: Sequence[str]) -> list[Archive]:
        """What apt would download into an empty folder, so the whole list with hashes."""
        empty = f"Dir::Cache::archives={self._home / 'plan'}"
        lines = self._run("-o", empty, "install", "-y", "--print-uris", *packages).splitlines()
        archives = []
        for line in lines:
            found = _URI_LINE.match(line)
            if found is None:
                continue
            algorithm, _, digest = found["hash"].partition(":")
            archives.append(
                Archive(found["file"], int(found["size"]), _python_hash(algorithm), digest)
            )
        return archives

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            ["apt-get", *_QUIET, *arguments],
            env=self._env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise FetchError(
                "apt could not bring the packages: is the network there, and the mirror in "
                "/etc/apt? （apt 下载失败：请检查网络和 /etc/apt 里的镜像地址）",
                done.stderr.strip()[-2000:],
            )
        return done.stdout


def _python_hash(apt_name: str) -> str:
    return {"MD5Sum": "md5", "SHA1": "sha1", "SHA512": "sha512"}.get(apt_name, "sha256")


def _unpack(archives: Sequence[Path], tree: Path, say: Progress) -> None:
    """Unpack beside `tree`, then rename: an interrupted run leaves no half tree behind."""
    say(f"unpacking {len(archives)} packages （解开软件包）")
    fresh = tree.with_name(f"{tree.name}.new{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        for archive in archives:
            done = subprocess.run(
                ["dpkg-deb", "-x", str(archive), str(fresh)],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                raise FetchError(f"cannot unpack {archive.name}", done.stderr.strip())
        shutil.rmtree(tree, ignore_errors=True)
        fresh.rename(tree)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
