"""What the proofs of the voice menu know of this installation."""

import logging
from pathlib import Path
from typing import Final

from asterisk_conf.site import Site
from ivr_flows.menu import NEEDED
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.made import MadeSounds
from ivr_flows.speech.vocabulary import UnreadableModel, Vocabulary, read_vocabulary
from ivr_flows.surroundings import Limits, Surroundings
from ticketing.information import SWITCHES
from ticketing.information.caller_groups import GROUPS

log = logging.getLogger(__name__)

CALENDARS: Final = frozenset({"centre"})
"""Whose opening the telephone side can tell: when people answer."""


def surroundings(
    site: Site, library: Library, limits: Limits, model: Path | None = None
) -> Surroundings:
    """`model`: directory of the speech model; one that cannot be read is told in the log."""
    return Surroundings(
        queues=frozenset(site.queues),
        services={number: one.transfer or one.distress for number, one in site.services.items()},
        calendars=CALENDARS,
        switches=frozenset(SWITCHES),
        groups=frozenset(GROUPS),
        needed=NEEDED,
        sounds=MadeSounds(library),
        limits=limits,
        vocabulary=_vocabulary(model) if model else None,
    )


def _vocabulary(model: Path) -> Vocabulary | None:
    try:
        return read_vocabulary(model)
    except UnreadableModel:
        log.exception("flows are not checked against the speech model")
        return None
