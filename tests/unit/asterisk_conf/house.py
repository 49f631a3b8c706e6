"""A site, settings and an Asterisk to render with, none of them running."""

from pathlib import Path
from typing import Any

import yaml

from asterisk_conf.render import render
from asterisk_conf.settings import Settings
from asterisk_conf.site import Site
from asterisk_conf.site_file import DEFAULT_SITE
from asterisk_conf.tree import Asterisk

ASTERISK = Asterisk(("asterisk",), Path("/tree/modules"), Path("/tree/share"), "22.10.1")


def settings(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "demo": False,
        "bind": "127.0.0.1",
        "systemname": "hl1",
        "sip_port": 21001,
        "sip_tls_port": 21007,
        "http_port": 21002,
        "fastagi_port": 21003,
        "ami_port": 21004,
        "speech_port": 21005,
        "carrier_port": 21010,
        "rtp": (21100, 21999),
        "installation_secret": "5e" * 32,
        "ami_secret": "a1" * 16,
        "site": Path("/state/site.yaml"),
        "asterisk": Path("/state/asterisk"),
        "monitor": Path("/state/asterisk/spool/monitor"),
        "prompts": Path("/state/prompts"),
    }
    return Settings(**(values | changes))


def site(**changes: Any) -> Site:
    data = yaml.load(DEFAULT_SITE.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
    return Site.model_validate(data | changes)


def rendered(a_site: Site | None = None, some_settings: Settings | None = None) -> dict[str, str]:
    return render(a_site or site(), some_settings or settings(), ASTERISK)


def section(text: str, name: str, kind: str = "") -> dict[str, str]:
    """The options of the section `[name]` of `type=kind`, or made from the template `kind`."""
    for part in text.split("\n["):
        head, _, body = part.partition("\n")
        lines = [line.split("=", 1) for line in body.splitlines() if "=" in line and line[0] != ";"]
        options = {key.strip(): value.strip() for key, value in lines}
        own, _, template = head.lstrip("[").partition("]")
        if own == name and kind in {"", options.get("type"), template.strip("()")}:
            return options
    raise AssertionError(f"no section [{name}] {kind}")
