"""Where everything of one installation lies, and the settings file its processes read."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
DEFAULT_PORT_BASE: Final = 8000
RTP_PORTS: Final = (100, 1099)
"""First and last RTP port, counted from the port base."""

PORTS: Final = {
    "web": 0,
    "sip": 1,
    "asterisk_http": 2,
    "fastagi": 3,
    "ami": 4,
    "speech": 5,
    "sip_tls": 6,
    "carrier_sip": 10,
}
"""Offsets from the port base; the contract in the README promises them."""

_KEEPERS_OWN: Final = ("sms", "proxies", "voice")
"""What the house's keeper writes into settings.json by hand, and what stays."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What `./hotline up` was asked for."""

    state: Path
    demo: bool
    port_base: int
    bind: str
    database: str | None
    """None: SQLite in the state folder."""
    tls: tuple[Path, Path] | None
    """Certificate and key for the desk."""
    speech_model: Path | None = None
    """Vosk model of the menu's ears; None: as it was."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders and files under one state folder."""

    state: Path

    @property
    def settings_file(self) -> Path:
        return self.state / "settings.json"

    @property
    def run(self) -> Path:
        return self.state / "run"

    @property
    def logs(self) -> Path:
        return self.state / "log"

    @property
    def site(self) -> Path:
        return self.state / "site.yaml"

    @property
    def asterisk(self) -> Path:
        return self.state / "asterisk"

    @property
    def prompts(self) -> Path:
        return self.state / "prompts"

    @property
    def flows(self) -> Path:
        return self.state / "flows"

    def make(self) -> None:
        """Makes the folders; only the owner may look into them."""
        self.state.mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o700)
        for folder in (self.run, self.logs, self.prompts, self.flows):
            folder.mkdir(exist_ok=True)
        for name in ("spool", "vault"):
            (self.state / name).mkdir(exist_ok=True)

    def read_settings(self) -> dict[str, Any] | None:
        if not self.settings_file.exists():
            return None
        settings: dict[str, Any] = json.loads(self.settings_file.read_text())
        return settings

    def write_settings(self, wishes: Wishes) -> dict[str, Any]:
        """Writes settings.json; secrets are made once and kept."""
        before = self.read_settings() or {}
        settings = settings_for(self, wishes, before.get("secrets") or new_secrets())
        for name in _KEEPERS_OWN:
            if before.get(name):
                settings[name] = before[name]
        if wishes.speech_model is None:
            settings["speech"] = before.get("speech")
        self._write(settings)
        return settings

    def add_to_settings(self, **found: object) -> dict[str, Any]:
        """Adds what only became known during the set-up."""
        settings = {**(self.read_settings() or {}), **found}
        self._write(settings)
        return settings

    def _write(self, settings: dict[str, Any]) -> None:
        draft = self.settings_file.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(settings, file, indent=2)
        draft.replace(self.settings_file)


def new_secrets() -> dict[str, str]:
    return {"installation": secrets.token_hex(32), "ami": secrets.token_hex(24)}


def settings_for(layout: Layout, wishes: Wishes, kept: dict[str, str]) -> dict[str, Any]:
    """The content of settings.json (docs/contract.md)."""
    base = wishes.port_base
    asterisk = layout.asterisk
    return {
        "state": str(layout.state),
        "demo": wishes.demo,
        "bind": wishes.bind,
        "systemname": f"hotline{base}",
        "database": wishes.database or f"sqlite:///{layout.state / 'hotline.db'}",
        "ports": {name: base + offset for name, offset in PORTS.items()},
        "rtp": [base + RTP_PORTS[0], base + RTP_PORTS[1]],
        "secrets": kept,
        "paths": {
            "site": str(layout.site),
            "asterisk": str(asterisk),
            "monitor": str(asterisk / "spool" / "monitor"),
            "cel": str(asterisk / "log" / "cel-custom" / "cel.json"),
            "queue_log": str(asterisk / "log" / "queue_log"),
            "prompts": str(layout.prompts),
            "flows": str(layout.flows),
            "spool": str(layout.state / "spool"),
            "vault": str(layout.state / "vault"),
        },
        "speech": wishes.speech_model and {"model": str(wishes.speech_model)},
        "tls": None
        if wishes.tls is None
        else {"certificate": str(wishes.tls[0]), "key": str(wishes.tls[1])},
    }
