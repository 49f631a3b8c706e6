"""Phrases as a grammar vosk can take: each cut into words the model knows, or told as unknown.

libvosk looks a phrase up word by word between blanks, ends the whole process on a grammar that is
empty or no list, and hears nothing at all where words are unknown (measured, 0.3.45). So nothing
but what comes out of `grammar` is ever passed to it.
"""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ivr_flows.speech.vocabulary import Vocabulary

MOST_PHRASES: Final = 4000
LONGEST_PHRASE: Final = 64
UNKNOWN: Final = "[unk]"
"""Takes up whatever is none of the phrases."""
_UNKNOWN_COST: Final = 1000
_DIGITS: Final = str.maketrans("0123456789", "零一二三四五六七八九")


@dataclass(frozen=True)
class Grammar:
    """What the model shall listen for, and what it never can."""

    entries: tuple[str, ...]
    """Phrases as words with single blanks between."""
    unknown: tuple[str, ...]
    """Phrases with words the model does not know; left out of the entries."""

    @property
    def is_empty(self) -> bool:
        return not self.entries

    def json(self) -> str:
        """The argument for vosk, rejection included. Raises ValueError when there is no entry."""
        if self.is_empty:
            raise ValueError("an empty grammar ends the process")
        return json.dumps([*self.entries, UNKNOWN], ensure_ascii=False)


@lru_cache(maxsize=8192)
def spoken(text: str) -> str:
    """A text as it is said, one form for all comparing: no blanks, signs or Arabic digits."""
    folded = unicodedata.normalize("NFKC", text).translate(_DIGITS).upper()
    return "".join(char for char in folded if char.isalnum())[:LONGEST_PHRASE]


def grammar(phrases: Iterable[str], known: Vocabulary) -> Grammar:
    """Total: any texts and any vocabulary give a grammar that is safe, or an empty one."""
    entries: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for phrase in phrases:
        words = segmented(spoken(phrase), known)
        if words is None:
            unknown[phrase] = None
        elif words and len(entries) < MOST_PHRASES:
            entries[" ".join(words)] = None
    return Grammar(tuple(entries), tuple(unknown))


def segmented(text: str, known: Vocabulary) -> Sequence[str] | None:
    """The fewest known words that make the text, None when it cannot be made of them."""
    words, unknown = _cut(text, known)
    return None if unknown else words


def unknown_words(text: str, known: Vocabulary) -> tuple[str, ...]:
    """The stretches of a phrase that no word of the model covers, for its author."""
    return tuple(dict.fromkeys(_cut(spoken(text), known)[1]))


def _cut(text: str, known: Vocabulary) -> tuple[list[str], list[str]]:
    """Fewest words, an uncovered character costing more than any number of them."""
    best: list[tuple[int, int, str | None]] = [(0, 0, None)]
    for end in range(1, len(text) + 1):
        choice: tuple[int, int, str | None] = (best[end - 1][0] + _UNKNOWN_COST, end - 1, None)
        for start in range(max(0, end - known.longest), end):
            word = known.word(text[start:end])
            if word is not None and best[start][0] + 1 < choice[0]:
                choice = (best[start][0] + 1, start, word)
        best.append(choice)
    words: list[str] = []
    unknown: list[str] = []
    end = len(text)
    was_unknown = False
    while end:
        _, start, word = best[end]
        if word is not None:
            words.append(word)
        elif was_unknown:
            unknown[-1] = text[start] + unknown[-1]
        else:
            unknown.append(text[start])
        was_unknown, end = word is None, start
    return words[::-1], unknown[::-1]
