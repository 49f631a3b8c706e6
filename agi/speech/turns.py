"""What the calls' threads and the media server tell each other about a turn: JSON, decoded here.

A turn is one act of listening: the caller hears a sentence and answers by a key or by words.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from ivr_flows.interfaces import KEYS, Guess, Listening

SECRET_HEADER: Final = "X-Hotline-Speech"  # noqa: S105 (the header's name)
"""Carries the installation's derived secret: nobody else on this machine may begin a turn."""


class TurnGarbage(ValueError):
    """The other side said what neither of us says."""


@dataclass(frozen=True, slots=True)
class TurnWish:
    """What a call's thread asks for."""

    call: str
    """The call's key, for the log."""
    sound: Path
    """Wav file of the sentence, 8 kHz 16 bit mono; stays until the turn is over."""
    listening: Listening

    def to_json(self) -> bytes:
        told = {
            "call": self.call,
            "sound": str(self.sound),
            "phrases": self.listening.phrases,
            "wait": self.listening.wait,
            "longest": self.listening.longest,
        }
        return json.dumps(told).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Raises TurnGarbage."""
        try:
            told = _object(data)
            phrases = told["phrases"]
            if not isinstance(phrases, list) or not phrases:
                raise TurnGarbage("no phrases")
            listening = Listening(
                tuple(str(phrase) for phrase in phrases),
                float(told["wait"]),
                float(told["longest"]),
            )
            return cls(str(told["call"]), Path(str(told["sound"])), listening)
        except (KeyError, TypeError, ValueError) as error:
            raise TurnGarbage(f"{error!r}") from error


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What came of a turn."""

    keys: str = ""
    """Every key pressed until the line was given back; the first one answers the question."""
    guesses: tuple[Guess, ...] = ()
    fault: str = ""
    """Why nothing could be heard; empty: it could."""
    said: bytes = b""
    """What the caller said, 8 kHz signed 16-bit little-endian mono; empty: nothing."""

    def to_json(self) -> bytes:
        told = {
            "keys": self.keys,
            "guesses": [[guess.text, guess.confidence] for guess in self.guesses],
            "fault": self.fault,
            "said": base64.b64encode(self.said).decode(),
        }
        return json.dumps(told).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Raises TurnGarbage."""
        try:
            told = _object(data)
            return cls(
                keys="".join(key for key in str(told["keys"]) if key in KEYS),
                guesses=tuple(Guess(str(text), float(sure)) for text, sure in told["guesses"]),
                fault=str(told["fault"]),
                said=base64.b64decode(told["said"], validate=True),
            )
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise TurnGarbage(f"{error!r}") from error


def _object(data: bytes) -> Mapping[str, Any]:
    told = json.loads(data)
    if not isinstance(told, dict):
        raise TurnGarbage("not an object")
    return told
