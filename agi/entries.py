"""Which flow greets a call: the entry's own if the site has one, else the shipped 12328."""

from pathlib import Path
from typing import Final

from ivr_flows.bundle import Bundle
from ivr_flows.store import SHIPPED, FlowStore

MAIN_FLOW: Final = "12328"


class Entries:
    """Names of entries (and of the survey) as flows, in their current version."""

    def __init__(self, flows: Path) -> None:
        """`flows`: the site's own flow files; what is not there comes from the shipped ones."""
        self._folders = (flows, SHIPPED)
        self._store = FlowStore([flows])

    def __call__(self, entry: str) -> Bundle:
        """Raises FlowMistakesError when there never was a usable version."""
        known = any((folder / f"{entry}.yaml").is_file() for folder in self._folders)
        return self._store.current(entry if known else MAIN_FLOW)
