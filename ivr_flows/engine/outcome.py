"""How a step ended."""

from dataclasses import dataclass
from typing import Final

from ivr_flows.interfaces import Ending

SHORTEST_MESSAGE: Final = 1.5
"""Seconds of a recording; below it nothing was said, only the line's noise."""


@dataclass(frozen=True)
class Outcome:
    """The label of the way to go on, or the end of the flow."""

    label: str
    ending: Ending | None = None
    back: bool = False
