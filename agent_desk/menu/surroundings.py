"""What the proofs of the voice menu know of this installation."""

from typing import Final

from asterisk_conf.site import Site
from ivr_flows.menu import NEEDED
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.made import MadeSounds
from ivr_flows.surroundings import Limits, Surroundings
from ticketing.information import SWITCHES

CALENDARS: Final = frozenset({"centre"})
"""Whose opening the telephone side can tell: when people answer."""


def surroundings(site: Site, library: Library, limits: Limits) -> Surroundings:
    return Surroundings(
        queues=frozenset(site.queues),
        services={number: one.transfer or one.distress for number, one in site.services.items()},
        calendars=CALENDARS,
        switches=frozenset(SWITCHES),
        needed=NEEDED,
        sounds=MadeSounds(library),
        limits=limits,
    )
