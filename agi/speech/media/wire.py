"""Asterisk's chan_websocket in typed words (control format json); nothing else reads its JSON."""

import json
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key's end."""

    key: str


@dataclass(frozen=True, slots=True)
class MarkReached:
    """All that was sent before the mark has been played."""

    mark: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Asterisk's queue is nearly full (stop), or has room again."""

    stop: bool


Event = KeyPressed | MarkReached | Flow


def decode(text: str) -> Event | None:
    """What Asterisk says; None: nothing we need."""
    try:
        told = json.loads(text)
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    match told.get("event"):
        case "DTMF_END":
            return KeyPressed(_word(told, "digit"))
        case "MEDIA_MARK_PROCESSED":
            return MarkReached(_word(told, "correlation_id"))
        case "MEDIA_XOFF":
            return Flow(stop=True)
        case "MEDIA_XON":
            return Flow(stop=False)
        case _:
            return None


def command(name: str, **arguments: str) -> str:
    """A command as one text message."""
    return json.dumps({"command": name, **arguments})


def _word(told: dict[str, Any], name: str) -> str:
    return str(told.get(name, ""))[:64]


FLUSH: Final = command("FLUSH_MEDIA")
HANG_UP: Final = command("HANGUP")
BEGIN_WORDS: Final = command("START_MEDIA_BUFFERING")
END_WORDS: Final = command("STOP_MEDIA_BUFFERING")
END_MARK: Final = "said"
MARK: Final = command("MARK_MEDIA", correlation_id=END_MARK)
