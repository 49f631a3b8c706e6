"""What the media server needs of a recogniser; the real ones run in other processes."""

from collections.abc import Sequence
from typing import Protocol

from ivr_flows.interfaces import Guess


class RecogniserLost(Exception):
    """The recogniser of this turn died, froze or answered nonsense: the step goes on by keys."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Hearing(Protocol):
    """One turn: sound goes in, guesses come out."""

    def feed(self, pcm: bytes) -> None:
        """8 kHz signed 16-bit little-endian mono, any length; never blocks, never raises."""

    @property
    def partial(self) -> str:
        """Newest partial text without blanks; empty when there is none yet."""

    async def finish(self) -> tuple[Guess, ...]:
        """Best first, empty: nothing was said. Raises RecogniserLost within a second."""

    def abandon(self) -> None:
        """The turn is over, nobody wants the guesses; may be called at any time, twice too."""


class Recognisers(Protocol):
    """Where turns are begun."""

    def begin(self, phrases: Sequence[str]) -> Hearing | None:
        """A turn that hears these phrases; None: full, or no model, the step goes on by keys."""
