"""Texts of a flow with `{name}` placeholders, cut into phrases that have sounds of their own."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from ivr_flows.interfaces import Sentence
from ivr_flows.values import PAUSE, Value, joined

_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
_BESIDE_HAN: Final = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
_EDGES: Final = " \t\r\n，。、；：,.;:"
SECONDS_A_CHARACTER: Final = 0.26
"""Measured on the built-in voice; used where a sound's true length is not at hand."""


class UnknownVariableError(LookupError):
    """A text names a variable that was not set on this way through the flow."""


@lru_cache(maxsize=4096)
def cut(text: str) -> tuple[tuple[str, bool], ...]:
    """A text as (part, is_variable) in order; fixed parts keep their inner punctuation."""
    parts: list[tuple[str, bool]] = []
    for index, piece in enumerate(_PLACE.split(text)):
        if index % 2:
            parts.append((piece.strip(), True))
        else:
            parts.extend((part, False) for part in _fixed(piece))
    return tuple(parts)


def _fixed(piece: str) -> list[str]:
    words = piece.strip(_EDGES)
    if not words:
        return [PAUSE] if piece.strip() else []
    before = [PAUSE] if piece.lstrip()[:1] in _EDGES else []
    after = [PAUSE] if piece.rstrip()[-1:] in _EDGES else []
    return [*before, tidy(words), *after]


def tidy(text: str) -> str:
    """One line: YAML folds lines with a blank, which Chinese does not have."""
    return _BESIDE_HAN.sub("", " ".join(text.split()))


def names(text: str) -> tuple[str, ...]:
    """The variables a text says."""
    return tuple(part for part, variable in cut(text) if variable)


def fixed_phrases(text: str) -> tuple[str, ...]:
    """The phrases of a text that are the same in every call."""
    return tuple(part for part, variable in cut(text) if not variable and part != PAUSE)


def mistakes_in(text: str) -> list[str]:
    """What is wrong with a text as written, in words for its author."""
    found = [
        f"占位符“{{{name}}}”写法不对，应为小写字母开头的变量名，如 {{order_no}}"
        for name in names(text)
        if not _NAME.match(name)
    ]
    if re.search(r"[{}]", _PLACE.sub("", text)):
        found.append("花括号没有成对，变量应写成 {变量名}")
    if not any(part.strip(_EDGES) for part, _ in cut(text)):
        found.append("没有可以念的文字，请写上要说的话")
    return found


def fill(text: str, values: Mapping[str, Value]) -> Sentence:
    """The sentence to be said now; raises UnknownVariableError for a variable never set."""
    parts: list[str] = []
    for part, variable in cut(text):
        if not variable:
            parts.append(part)
        elif part in values:
            parts.extend(values[part].phrases())
        else:
            raise UnknownVariableError(part)
    return Sentence(joined(parts))


def plain(text: str) -> Sentence:
    """A sentence from free text that is no template (a notice, an answer): braces are words."""
    return Sentence((tidy(text),))


def seconds(text: str) -> float:
    """About how long a text takes to say; a variable counts as eight characters."""
    length = sum(8 if variable else len(part) for part, variable in cut(text))
    return round(length * SECONDS_A_CHARACTER, 2)
