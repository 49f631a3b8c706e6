"""Bringing a new configuration to a running Asterisk: shown first, then reloaded, no call dropped.

What Asterisk reads only at its start is refused with a clear word instead of half applied.
"""

import difflib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from asterisk_conf.process import AsteriskError, write_files

RELOADS: Final = {
    "extensions.conf": "dialplan reload",
    "queues.conf": "queue reload all",
    "pjsip.conf": "module reload res_pjsip.so",
    "confbridge.conf": "module reload app_confbridge.so",
    "musiconhold.conf": "moh reload",
    "rtp.conf": "module reload res_rtp_asterisk.so",
    "manager.conf": "manager reload",
    "logger.conf": "logger reload",
    "websocket_client.conf": "module reload res_websocket_client.so",
    "indications.conf": "module reload indications",
}
"""Everything else is read at the start only."""


class RestartNeededError(Exception):
    """These files can only change with a restart: `files`."""

    def __init__(self, files: list[str]) -> None:
        super().__init__(
            f"{', '.join(files)}: Asterisk reads this only when it starts; nothing was changed. "
            "Wait until no call is up, then `./hotline down` and `up` （需要重启才能生效）"
        )
        self.files = files


def current_files(etc: Path) -> dict[str, str]:
    """What the etc folder holds now."""
    return {path.name: path.read_text("utf-8") for path in sorted(etc.glob("*.conf"))}


def diff(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """The changes as a unified diff; secrets stay hidden."""
    lines: list[str] = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, ""), new.get(name, "")
        lines += difflib.unified_diff(
            before.splitlines(), after.splitlines(), f"now/{name}", f"new/{name}", lineterm="", n=1
        )
    return "".join(f"{_without_secret(line)}\n" for line in lines)


def reloads_for(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """The CLI commands that bring the changes in; RestartNeededError when some cannot be."""
    changed = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    stubborn = [name for name in changed if name not in RELOADS]
    if "pjsip.conf" in changed and _transports(old) != _transports(new):
        stubborn.append("pjsip.conf (transports)")
    if stubborn:
        raise RestartNeededError(stubborn)
    return [RELOADS[name] for name in changed]


def apply(etc: Path, new: Mapping[str, str], cli: Callable[[str], str]) -> list[str]:
    """Write the new files and reload what changed; returns the commands given."""
    old = current_files(etc)
    commands = reloads_for(old, new)
    write_files(etc, new)
    for command in commands:
        answer = cli(command)
        if "No such" in answer or "failed" in answer.lower():
            raise AsteriskError(f"{command}: {answer.strip()}")
    return commands


def _transports(files: Mapping[str, str]) -> list[str]:
    sections = files.get("pjsip.conf", "").split("\n[")
    return [section for section in sections if "\ntype=transport" in section]


def _without_secret(line: str) -> str:
    name, equals, _ = line.partition("=")
    if equals and name.lstrip("+- ") in {"password", "secret"}:
        return f"{name}=(hidden)"
    return line
