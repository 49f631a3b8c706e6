"""The words a Vosk model knows, read from its files: asking the library could end the process."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final

LONGEST_WORD: Final = 32
"""Characters; longer entries of a vocabulary are waste of its makers."""
_FST: Final = 2125659606
_SYMBOLS: Final = 2125658996
_HAS_INPUT_SYMBOLS: Final = 1
_HAS_OUTPUT_SYMBOLS: Final = 2
_MOST_WORDS: Final = 5_000_000


class UnreadableModel(Exception):
    """The directory holds no model, or one whose words cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} 不能用：{why}")
        self.path, self.why = path, why


@dataclass(frozen=True)
class Vocabulary:
    """Words by the form they are looked up in (letters of either case are the same word)."""

    words: Mapping[str, str]
    longest: int

    def word(self, text: str) -> str | None:
        """The model's own spelling of this word, None when it does not know it."""
        return self.words.get(text.casefold())


def vocabulary(words: Iterator[str]) -> Vocabulary:
    """Of these words, the ones that may stand in a grammar: no `[unk]`, `<eps>`, `#0`, blanks."""
    usable = {word.casefold(): word for word in words if _is_usable(word)}
    return Vocabulary(MappingProxyType(usable), max(map(len, usable), default=0))


def _is_usable(word: str) -> bool:
    """Letters and digits of any script, and an apostrophe inside, are words; all else is a sign."""
    return 0 < len(word) <= LONGEST_WORD and word.replace("'", "").isalnum()


def read_vocabulary(model: Path) -> Vocabulary:
    """Looks where libvosk looks, in its order. Raises UnreadableModel."""
    graph = model / "graph" if (model / "graph").is_dir() else model
    try:
        for name in ("HCLG.fst", "Gr.fst"):
            path = graph / name
            if path.is_file() and (symbols := _symbols(path)) is not None:
                return vocabulary(iter(symbols))
        table = (graph / "words.txt").read_text("utf-8", errors="replace")
    except (OSError, ValueError, struct.error) as error:
        raise UnreadableModel(model, f"读不出词表（{error}）") from error
    return vocabulary(line.split()[0] for line in table.splitlines() if line.strip())


def _symbols(path: Path) -> list[str] | None:
    """Output words written inside a graph's header; None: it holds none."""
    with path.open("rb") as file:
        if _number(file, "<i") != _FST:
            raise ValueError(f"{path.name} is no OpenFst file")
        _text(file), _text(file)  # kinds of graph and of arc
        _version, flags = _number(file, "<i"), _number(file, "<i")
        file.read(8 + 3 * 8)  # properties; start, states, arcs
        if flags & _HAS_INPUT_SYMBOLS:
            told = _table(file)
            if not flags & _HAS_OUTPUT_SYMBOLS:
                return None
            del told
        return _table(file) if flags & _HAS_OUTPUT_SYMBOLS else None


def _table(file: BinaryIO) -> list[str]:
    if _number(file, "<i") != _SYMBOLS:
        raise ValueError("its symbols are in no known form")
    _text(file)
    file.read(8)  # next free key
    size = _number(file, "<q")
    if not 0 <= size <= _MOST_WORDS:
        raise ValueError(f"it claims {size} words")
    words = []
    for _ in range(size):
        words.append(_text(file))
        file.read(8)  # its key
    return words


def _number(file: BinaryIO, form: str) -> int:
    number: int = struct.unpack(form, file.read(struct.calcsize(form)))[0]
    return number


def _text(file: BinaryIO) -> str:
    length = _number(file, "<i")
    if not 0 <= length <= 4096:
        raise ValueError(f"it claims a word of {length} bytes")
    return file.read(length).decode("utf-8", errors="replace")
