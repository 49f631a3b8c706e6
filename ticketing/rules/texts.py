"""What people type, made fit to be kept: no invisible characters, no half characters."""

import unicodedata
from typing import Final

KEPT: Final = frozenset("\n\t")


def clean(text: str) -> str:
    """Without control characters and lone surrogates, which no database takes; ends trimmed."""
    return "".join(
        char for char in text if char in KEPT or unicodedata.category(char) not in ("Cc", "Cs")
    ).strip()
