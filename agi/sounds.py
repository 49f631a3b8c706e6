"""Phrases of flows as the wav files made before the call (docs/contract.md, Prompts)."""

import hashlib
from pathlib import Path

from agi.caller import SoundOf

VOICE = "cmn"


def sounds(folder: Path) -> SoundOf:
    """Raises FileNotFoundError, by way of the file's size, when a phrase has no sound."""

    def sound_of(phrase: str) -> Path:
        digest = hashlib.sha1(f"{VOICE}{phrase}".encode(), usedforsecurity=False).hexdigest()
        return folder / f"{digest}.wav"

    return sound_of
