"""What the business's command line needs of an installation's settings (docs/contract.md)."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

SHIPPED_REGION: Final = "210100"


@dataclass(frozen=True, slots=True)
class Place:
    """One installation, as far as the business must know it from outside the database."""

    database: str = field(repr=False)
    demo: bool = False
    region: str = SHIPPED_REGION


def place_of(database: str) -> Place:
    """Only a database is known."""
    return Place(database)


def settings_place(path: Path) -> Place:
    """From STATE/settings.json and the site description it names. KeyError: what is missing."""
    settings: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    site = Path(settings["paths"]["site"])
    region = SHIPPED_REGION
    if site.is_file():
        described = yaml.load(site.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 (text only)
        region = described.get("region", SHIPPED_REGION)
    return Place(settings["database"], bool(settings["demo"]), region)
