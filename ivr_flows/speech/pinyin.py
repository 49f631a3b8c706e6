"""How a text sounds: homophones (是 and 十, 号 and 好) are one to the ear of a recogniser."""

from collections.abc import Sequence
from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=16384)
def syllables(text: str) -> tuple[str, ...]:
    """Pinyin without tones, letters as they stand; telephone lines and models lose tones first."""
    return tuple(_as_heard(one) for one in lazy_pinyin(text, style=Style.NORMAL))


def _as_heard(syllable: str) -> str:
    """Pairs many callers do not tell apart: zh/z, ch/c, sh/s, -ng/-n."""
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(long):
            syllable = short + syllable[2:]
    return syllable.removesuffix("g") if syllable.endswith(("ang", "eng", "ing")) else syllable


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Edit distance."""
    row = list(range(len(other) + 1))
    for i, here in enumerate(one, 1):
        corner, row[0] = row[0], i
        for j, there in enumerate(other, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (here != there))
    return row[-1]
