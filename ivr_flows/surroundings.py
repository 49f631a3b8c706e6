"""What stands around the flows of one installation, as far as a proof must know it.

Whoever checks says what it knows; what is None is not looked at. The site description, the made
sounds and the recogniser's words belong to others, so they come in through here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from ivr_flows import texts
from ivr_flows.prompts.speakable import advice
from ivr_flows.speech.vocabulary import Vocabulary
from ivr_flows.values import PAUSE

VARIABLE_SECONDS: Final = 8 * texts.SECONDS_A_CHARACTER
"""A value counts as eight characters."""


class Sounds(Protocol):
    """The voice and what it has spoken so far."""

    def seconds(self, phrase: str) -> float | None:
        """How long the phrase's sound is; None: there is none yet."""

    def fault(self, phrase: str) -> str:
        """Why there can be no right sound of it, in words for the author; empty: there can."""


class Unmade:
    """No sounds at hand: lengths are estimated, the built-in voice will have to speak."""

    def seconds(self, phrase: str) -> float | None:  # noqa: ARG002 the protocol asks
        return None

    def fault(self, phrase: str) -> str:
        return advice(phrase)


@dataclass(frozen=True)
class Limits:
    """What a caller is asked to bear at most."""

    menu_seconds: float = 30.0
    """One menu's words; nobody remembers more."""
    silent_seconds: float = 180.0
    """Until a caller who presses nothing has a person, or the flow's end."""
    keys: int = 12
    """Choices and entries on the shortest way through any step to a person or an end."""


@dataclass(frozen=True)
class Surroundings:
    """One installation as the checks see it."""

    queues: frozenset[str] | None = None
    services: Mapping[str, bool] | None = None
    """Other services' numbers; True: callers are put through."""
    calendars: frozenset[str] | None = None
    switches: frozenset[str] | None = None
    groups: frozenset[str] | None = None
    """Groups of callers that can be kept."""
    needed: Mapping[str, str] = field(default_factory=dict)
    """Flows no call can do without → what they are, in words."""
    sounds: Sounds = field(default_factory=Unmade)
    vocabulary: Vocabulary | None = None
    """The words the speech model knows."""
    limits: Limits = field(default_factory=Limits)

    def said_seconds(self, text: str) -> float:
        """How long a text takes to say: real lengths where sounds are made, else by characters."""
        return round(sum(self._part(part, variable) for part, variable in texts.cut(text)), 2)

    def _part(self, part: str, variable: bool) -> float:
        if variable:
            return VARIABLE_SECONDS
        made = None if part == PAUSE else self.sounds.seconds(part)
        return len(part) * texts.SECONDS_A_CHARACTER if made is None else made
