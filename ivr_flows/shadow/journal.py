"""A past call as its journal has it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PastStep:
    """One step that a caller walked; the journal of the call (docs/contract.md)."""

    flow: str
    step: str
    kind: str
    pressed: str
    """Keys in order, sensitive ones as bullets."""
    outcome: str
    said: str = ""
    """What was understood of spoken words."""


@dataclass(frozen=True)
class PastCall:
    """One walk through a main flow."""

    key: str
    caller: str
    dialled: str
    at: datetime
    version: str
    """Of the flows the call was led by."""
    steps: tuple[PastStep, ...]

    @property
    def flow(self) -> str:
        """The main flow; a call's first step stands in it."""
        return self.steps[0].flow

    @property
    def likeness(self) -> tuple[object, ...]:
        """Calls that are alike in this go alike through any flow."""
        return (self.version, self.dialled, self.steps)
