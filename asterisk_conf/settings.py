"""What this part needs of STATE/settings.json (docs/contract.md)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation: where it lies, its ports and secrets."""

    demo: bool
    bind: str
    systemname: str
    sip_port: int
    sip_tls_port: int
    http_port: int
    fastagi_port: int
    ami_port: int
    speech_port: int
    carrier_port: int
    rtp: tuple[int, int]
    installation_secret: str
    ami_secret: str
    site: Path
    asterisk: Path
    monitor: Path
    prompts: Path
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read settings.json; KeyError names what is missing."""
        data = json.loads(path.read_text("utf-8"))
        ports, paths, tls = data["ports"], data["paths"], data.get("tls") or {}
        return cls(
            demo=data["demo"],
            bind=data["bind"],
            systemname=data["systemname"],
            sip_port=ports["sip"],
            sip_tls_port=ports.get("sip_tls", ports["sip"] + 6),
            http_port=ports["asterisk_http"],
            fastagi_port=ports["fastagi"],
            ami_port=ports["ami"],
            speech_port=ports["speech"],
            carrier_port=ports["carrier_sip"],
            rtp=(data["rtp"][0], data["rtp"][1]),
            installation_secret=data["secrets"]["installation"],
            ami_secret=data["secrets"]["ami"],
            site=Path(paths["site"]),
            asterisk=Path(paths["asterisk"]),
            monitor=Path(paths["monitor"]),
            prompts=Path(paths["prompts"]),
            tls_certificate=Path(tls["certificate"]) if tls.get("certificate") else None,
            tls_key=Path(tls["key"]) if tls.get("key") else None,
        )

    @property
    def on_loopback(self) -> bool:
        """Whether nothing outside this machine can reach us."""
        return self.bind.startswith("127.")
