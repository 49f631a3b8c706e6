"""Site description and settings → the files of Asterisk's etc folder.

Templates know only checked values: every name, number and word of the site went through
site.py's patterns, so none can bring a line or a `${…}` of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from asterisk_conf import names
from asterisk_conf.secrets import seat_password, speech_secret, watcher_secret
from asterisk_conf.settings import Settings
from asterisk_conf.site import Outbound, Site
from asterisk_conf.tree import Asterisk

TEMPLATES = Path(__file__).with_name("templates")
# Modules look for these and complain at every start when they are missing.
EMPTY = (
    "acl", "ccss", "cli_permissions", "codecs", "dsp", "features", "pjproject", "res_parking",
    "stasis", "udptl",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folders:
    """Where one instance keeps what it reads and writes; all below `home`."""

    home: Path

    @property
    def etc(self) -> Path:
        return self.home / "etc"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def music(self) -> Path:
        return self.home / "moh"


def render(site: Site, settings: Settings, asterisk: Asterisk) -> dict[str, str]:
    """Every file of the etc folder: name → text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - not HTML; the site's words are checked in site.py
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        line_statement_prefix="%%",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    context = _context(site, settings, asterisk)
    files = {
        name.removesuffix(".j2"): environment.get_template(name).render(context)
        for name in sorted(environment.list_templates(extensions=["j2"]))
    }
    return files | {f"{name}.conf": "" for name in EMPTY}


def _context(site: Site, settings: Settings, asterisk: Asterisk) -> Mapping[str, object]:
    seats = {
        extension: {
            "phone": group.phone,
            "password": seat_password(settings.installation_secret, extension),
        }
        for group in site.seats
        for extension in group.extensions()
    }
    return {
        "n": names,
        "event": names.DialplanEvent,
        "reason": names.QueuedReason,
        "role": names.Role,
        "flow": names.FlowResult,
        "site": site,
        "settings": settings,
        "asterisk": asterisk,
        "folders": Folders(settings.asterisk),
        "seats": seats,
        "out": outbound_trunk(site.outbound, settings),
        "public_password": seat_password(settings.installation_secret, names.PUBLIC_ENDPOINT),
        "watcher_secret": watcher_secret(settings.installation_secret),
        "speech_secret": speech_secret(settings.installation_secret),
        "needs_tls": any(trunk.tls is not None for trunk in site.trunks.values()),
        "first_entry": next(v.entry for v in site.numbers.values() if v.kind == "hotline"),
        "hotline_numbers": [k for k, v in site.numbers.items() if v.kind == "hotline"],
    }


def outbound_trunk(outbound: Outbound, settings: Settings) -> str:
    """The endpoint calls out go through; empty when there is none."""
    if outbound.trunk is not None:
        return f"trunk-{outbound.trunk}"
    return names.DEMO_CARRIER if settings.demo else ""
