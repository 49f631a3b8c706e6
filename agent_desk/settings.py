"""What this process needs of STATE/settings.json, read once by `__main__` and frozen."""

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_desk.web.forwarded import Network, networks
from ivr_flows.surroundings import Limits
from ticketing.notices.gateways import HttpSettings, sms_settings


@dataclass(frozen=True, slots=True)
class Tls:
    """Files of the desk's own certificate."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The desk's share of the installation's settings (docs/contract.md)."""

    state: Path
    demo: bool
    bind: str
    systemname: str
    database: str = field(repr=False)
    web_port: int
    asterisk_http_port: int
    ami_port: int
    installation_secret: str = field(repr=False)
    ami_secret: str = field(repr=False)
    site: Path
    vault: Path
    prompts: Path
    flows: Path
    tls: Tls | None
    sms: HttpSettings | None = None
    """The gateway of short messages; none: nobody is asked for a signature."""
    proxies: tuple[Network, ...] = ()
    """Whose `X-Forwarded-…` is believed; none: nobody's."""
    espeak: tuple[str, ...] = ("espeak-ng",)
    """The command that speaks what has no sound yet."""
    speech_model: Path | None = None
    """Directory of the speech model; none: the menu is not checked for words it cannot hear."""
    menu_limits: Limits = field(default_factory=Limits)
    """What the voice menu may ask of a caller at most."""
    voice: Mapping[str, Any] | None = None
    """Another voice than the built-in one (ivr_flows.prompts.voices)."""

    @property
    def origin(self) -> str:
        """Where this machine's own browser finds the desk."""
        return f"{'https' if self.tls else 'http'}://{_in_url(self.bind)}:{self.web_port}"

    @property
    def is_loopback(self) -> bool:
        return self.bind == "localhost" or ipaddress.ip_address(self.bind).is_loopback


class SettingsError(ValueError):
    """The settings cannot be used; says which one and why."""


def read_settings(path: Path) -> Settings:
    """Raises SettingsError when the file is incomplete or the combination is unsafe."""
    raw: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    try:
        settings = _settings(raw)
    except KeyError as missing:
        raise SettingsError(f"{path}: {missing} is missing") from missing
    except ValueError as wrong:
        raise SettingsError(f"{path}: {wrong}") from wrong
    try:
        loopback = settings.is_loopback
    except ValueError as wrong:
        raise SettingsError(f"{path}: bind: {wrong}") from wrong
    if settings.demo and not loopback:
        raise SettingsError("a demo knows everybody's password: it is served on loopback only")
    return settings


def _settings(raw: Mapping[str, Any]) -> Settings:
    tls, speech = raw.get("tls"), raw.get("speech")
    return Settings(
        state=Path(raw["state"]),
        demo=bool(raw["demo"]),
        bind=raw["bind"],
        systemname=raw["systemname"],
        database=raw["database"],
        web_port=int(raw["ports"]["web"]),
        asterisk_http_port=int(raw["ports"]["asterisk_http"]),
        ami_port=int(raw["ports"]["ami"]),
        installation_secret=raw["secrets"]["installation"],
        ami_secret=raw["secrets"]["ami"],
        site=Path(raw["paths"]["site"]),
        vault=Path(raw["paths"]["vault"]),
        prompts=Path(raw["paths"]["prompts"]),
        flows=Path(raw["paths"]["flows"]),
        tls=Tls(Path(tls["certificate"]), Path(tls["key"])) if tls else None,
        sms=_http_gateway(raw),
        proxies=networks(raw.get("proxies", ())),
        espeak=tuple(raw.get("espeak", ("espeak-ng",))),
        speech_model=Path(speech["model"]) if speech else None,
        menu_limits=_limits(raw.get("menu_limits", {})),
        voice=raw.get("voice"),
    )


def _limits(raw: Mapping[str, Any]) -> Limits:
    """Raises ValueError for a limit nobody knows or nobody can keep."""
    known = {"menu_seconds": float, "silent_seconds": float, "keys": int}
    if strange := sorted(set(raw) - set(known)):
        raise ValueError(f"menu_limits: unknown {', '.join(strange)}")
    limits = Limits(**{name: known[name](value) for name, value in raw.items()})
    if min(limits.menu_seconds, limits.silent_seconds, limits.keys) <= 0:
        raise ValueError("menu_limits: each must be above 0")
    return limits


def _http_gateway(raw: Mapping[str, Any]) -> HttpSettings | None:
    """Another gateway than the HTTP one speaks with the worker alone."""
    chosen = sms_settings(raw["sms"]) if raw.get("sms") else None
    return chosen if isinstance(chosen, HttpSettings) else None


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
