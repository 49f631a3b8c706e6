"""How alike two Chinese texts are, by the pairs of neighbouring characters they share."""

import re
from typing import Final

_WORDS: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fffA-Za-z0-9]+")


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters inside each run of letters; a single one stands alone."""
    pairs: set[str] = set()
    for run in _WORDS.findall(text.lower()):
        pairs.update(run[i : i + 2] for i in range(max(1, len(run) - 1)))
    return frozenset(pairs)


def likeness(one: str, other: str) -> float:
    """Share of common pairs (Jaccard), 0 to 1; an empty text is like nothing."""
    left, right = bigrams(one), bigrams(other)
    if not left or not right:
        return 0.0
    return len(left & right) / len(left | right)
