"""What the test model knows: words with the ways they are said, phrases, all Mandarin syllables."""

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
DIGITS: Final = tuple("零一二三四五六七八九")


def words() -> dict[str, tuple[str, ...]]:
    """Word -> ways to say it, in numbered pinyin; homophones are words of their own."""
    found = {}
    for line in (_HERE / "words.txt").read_text("utf-8").splitlines():
        word, _, ways = line.partition(":")
        found[word] = tuple(way.strip() for way in ways.split(","))
    return found


def phrases() -> tuple[str, ...]:
    """Words with blanks: said often in training, favoured when no grammar is given."""
    return tuple((_HERE / "phrases.txt").read_text("utf-8").splitlines())


def syllables() -> tuple[str, ...]:
    """Every syllable of Mandarin, without tone."""
    found: list[str] = []
    for line in (_HERE / "syllables.txt").read_text("ascii").splitlines():
        initial, *finals = line.split()
        found += [("" if initial == "-" else initial) + final for final in finals]
    return tuple(found)
