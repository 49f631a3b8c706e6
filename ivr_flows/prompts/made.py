"""The sounds already made, as the proofs of a flow need them: how long, and what cannot be said."""

import wave
from functools import lru_cache
from pathlib import Path

from ivr_flows.prompts.library import Library
from ivr_flows.prompts.speakable import advice


class MadeSounds:
    """Looks into an installation's library; makes nothing."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def seconds(self, phrase: str) -> float | None:
        return _length(self._library.path(phrase))

    def fault(self, phrase: str) -> str:
        """A person's recording says whatever it says; the voice only what can be spelled."""
        return "" if self._library.is_recorded(phrase) else advice(phrase)


def _length(path: Path) -> float | None:
    """Files never change, so a length once read stays; one not made yet is looked for again."""
    try:
        return _read_length(path)
    except (OSError, EOFError, wave.Error):
        return None


@lru_cache(maxsize=8192)
def _read_length(path: Path) -> float:
    with wave.open(str(path)) as sound:
        return float(sound.getnframes() / sound.getframerate())
