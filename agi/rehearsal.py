"""Before a version is taken: it can be read, and this machine has its sounds.

Whoever published it made them already; another machine makes them now. A sentence that cannot be
spoken here keeps nobody from the version: it is tried again when it is said.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from ivr_flows.menu import Menu
from ivr_flows.prompts.build import every_sentence
from ivr_flows.prompts.espeak import VoiceError

log = logging.getLogger(__name__)


def rehearse(menu: Menu, sound: Callable[[str], Path]) -> None:
    """Raises FlowMistakesError when the version cannot be read."""
    failed = 0
    for phrase in every_sentence(menu.bundles()):
        try:
            sound(phrase)
        except (VoiceError, OSError) as error:
            failed += 1
            log.warning("version %s: no sound yet for %.40r: %s", menu.version, phrase, error)
    if failed:
        log.error("version %s: %d sentences have no sound here", menu.version, failed)
