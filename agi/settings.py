"""What this process needs of STATE/settings.json (docs/contract.md)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from asterisk_conf.secrets import speech_secret

CEILING = 600
"""Calls at once; the dialplan queues whoever comes beyond."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Where the media server is, and what to show it."""

    port: int
    secret: str


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation, as the telephone side of the flows sees it."""

    state: Path
    port: int
    database: str
    site: Path
    monitor: Path
    prompts: Path
    flows: Path
    spool: Path
    espeak: tuple[str, ...] = ("espeak-ng",)
    """The command that speaks what has no sound yet."""
    voice: Mapping[str, Any] | None = None
    """Another voice than the built-in one (ivr_flows.prompts.voices)."""
    host: str = "127.0.0.1"
    """Asterisk is on this machine; AGI has no password, so nobody else may connect."""
    ceiling: int = CEILING
    speech: Speech | None = None
    """None: there is no model, every step goes by keys."""

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Raises KeyError naming what is missing."""
        data = json.loads(path.read_text("utf-8"))
        paths = data["paths"]
        return cls(
            state=Path(data["state"]),
            port=data["ports"]["fastagi"],
            database=data["database"],
            site=Path(paths["site"]),
            monitor=Path(paths["monitor"]),
            prompts=Path(paths["prompts"]),
            flows=Path(paths["flows"]),
            spool=Path(paths["spool"]),
            espeak=tuple(data.get("espeak", ("espeak-ng",))),
            speech=_speech(data),
            voice=data.get("voice"),
        )


def _speech(data: dict[str, Any]) -> Speech | None:
    if not data.get("speech"):
        return None
    return Speech(data["ports"]["speech"], speech_secret(data["secrets"]["installation"]))
