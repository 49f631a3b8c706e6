"""What the media server needs of STATE/settings.json (docs/contract.md)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from asterisk_conf.secrets import speech_secret


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation, as the media server sees it."""

    state: Path
    port: int
    secret: str
    model: Path
    database: str
    vault: Path

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Raises KeyError or TypeError when there is no speech in them."""
        data = json.loads(path.read_text("utf-8"))
        return cls(
            state=Path(data["state"]),
            port=data["ports"]["speech"],
            secret=speech_secret(data["secrets"]["installation"]),
            model=Path(data["speech"]["model"]),
            database=data["database"],
            vault=Path(data["paths"]["vault"]),
        )
