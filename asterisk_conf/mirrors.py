"""Where this machine's own apt gets Debian from, so that no host name stands in our files.

Reads both forms of apt sources: one-line `.list` and deb822 `.sources`.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEFAULT_KEYRING: Final = "/usr/share/keyrings/debian-archive-keyring.gpg"
_ONE_LINE = re.compile(
    r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<rest>.*)$"
)


class NoMirrorError(Exception):
    """No apt source of Debian proper was found in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"no Debian mirror in {folder}/sources.list or {folder}/sources.list.d: "
            "install Asterisk 20.17/22.7 or newer yourself, or use docker/ "
            "（在 apt 源里找不到 Debian 镜像：请自行安装 Asterisk，或使用 docker/）"
        )
        self.folder = folder


@dataclass(frozen=True, slots=True)
class Mirror:
    """One Debian mirror and the keyring its Release files are signed with."""

    uri: str
    signed_by: str


@dataclass(frozen=True, slots=True)
class _Source:
    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str

    @property
    def holds_debian(self) -> bool:
        """A plain archive of Debian: not security, not a third party's shelf."""
        plain = any(not s.endswith(("/", "-security", "/updates")) for s in self.suites)
        path = self.uri.rstrip("/").rsplit("/", 1)[-1]
        named = path in {"debian", "debian.list"} or "/debian/" in self.uri
        return plain and named and "security" not in path and "main" in self.components


def machine_mirror(folder: Path = Path("/etc/apt")) -> Mirror:
    """The first Debian mirror of the machine's apt sources; NoMirrorError when there is none."""
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    for path in files:
        if not path.is_file():
            continue
        text = path.read_text("utf-8", "replace")
        sources = _deb822(text) if path.suffix == ".sources" else _one_line(text)
        if path.suffix not in {".sources", ".list"}:
            continue
        for source in sources:
            if source.holds_debian:
                return Mirror(source.uri, source.signed_by or DEFAULT_KEYRING)
    raise NoMirrorError(folder)


def _one_line(text: str) -> list[_Source]:
    sources = []
    for line in text.splitlines():
        found = _ONE_LINE.match(line.split("#", 1)[0].strip())
        if found is None:
            continue
        options = dict(
            part.split("=", 1) for part in (found["options"] or "").split() if "=" in part
        )
        sources.append(
            _Source(
                found["uri"],
                (found["suite"],),
                tuple(found["rest"].split()),
                options.get("signed-by", ""),
            )
        )
    return sources


def _deb822(text: str) -> list[_Source]:
    sources: list[_Source] = []
    for paragraph in re.split(r"\n\s*\n", text):
        fields = _fields(paragraph)
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes") == "no":
            continue
        signed_by = fields.get("signed-by", "")
        suites = tuple(fields.get("suites", "").split())
        components = tuple(fields.get("components", "").split())
        key = signed_by if signed_by.startswith("/") else ""  # an inline key stays where it is
        uris = fields.get("uris", "").split()
        sources.extend(_Source(uri, suites, components, key) for uri in uris)
    return sources


def _fields(paragraph: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if line.startswith("#"):
            continue
        if line[:1] in {" ", "\t"} and name:
            fields[name] += " " + line.strip()
        elif ":" in line:
            key, value = line.split(":", 1)
            name = key.strip().lower()
            fields[name] = value.strip()
    return fields
