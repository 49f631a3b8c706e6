"""Written text to text a voice reads rightly: numbers, telephone numbers, letters, hard words.

Engines read 12328 as a quantity and ETC as English; callers expect neither. Voices that read
Chinese well by themselves need only `spoken_words`; the built-in one needs `pinyin_helped` too.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from ivr_flows.values import DIGITS, numeral

READINGS: Final = Path(__file__).with_name("readings.yaml")

_MEASURES: Final = (
    "个|元|块|米|公里|千米|分|秒|小时|天|日|月|周|次|条|辆|人|位|岁|度|毫米|吨|座|层|楼|级|号线"
)
_TWO_AS_LIANG: Final = frozenset(
    (
        "个",
        "元",
        "块",
        "米",
        "公里",
        "千米",
        "小时",
        "天",
        "周",
        "次",
        "条",
        "辆",
        "人",
        "位",
        "吨",
        "层",
    )
)
_CLOCK: Final = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)")
_DECIMAL: Final = re.compile(r"(?<![\d.])(\d{1,4})\.(\d{1,4})(?![\d.])")
_NUMBER: Final = re.compile(rf"(第?)(\d+)(?=({_MEASURES})?)")
_MINUS: Final = re.compile(r"(?<![\dA-Za-z])-(?=\d)")
_PER: Final = re.compile(r"/(?=小时|分|秒|天|月|公里|人|次)")
_PERCENT: Final = re.compile(r"(\d{1,3})[%％]")
_SIGNS: Final = {"+": "加", "&": "和", "~": "至", "～": "至", "—": "，", "-": "，", "/": "，"}
_SPEAKABLE: Final = re.compile(r"[^\u3400-\u9fff\u3007A-Za-z0-9，。、；：？！,.;:?! ]+")


def spoken_words(text: str) -> str:
    """Numbers in Chinese numerals as people say them, letters apart, nothing unspeakable."""
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans(",;:?!", "，；：？！"))
    text = _CLOCK.sub(_clock, text.replace("：", ":"))
    text = _PER.sub("每", _MINUS.sub("负", text))
    text = _PERCENT.sub(lambda found: "百分之" + numeral(int(found[1])), text)
    text = _DECIMAL.sub(
        lambda found: numeral(int(found[1])) + "点" + _one_by_one(found[2], "一"), text
    )
    text = _NUMBER.sub(_number, text).replace(":", "，")
    text = "".join(_SIGNS.get(char, char) for char in text)
    text = _SPEAKABLE.sub(" ", text)
    text = re.sub(r"[A-Za-z]+", lambda found: f" {' '.join(found[0].upper())} ", text)
    return " ".join(text.split())


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    return f"{numeral(hour)}点{f'{numeral(minute)}分' if minute else ''}"


def _number(found: re.Match[str]) -> str:
    ordinal, digits, measure = found.groups()
    return ordinal + _counted(digits, measure, ordinal)


def _counted(digits: str, measure: str | None, ordinal: str) -> str:
    if digits == "2" and not ordinal and measure in _TWO_AS_LIANG:
        return "两"
    quantity = len(digits) <= 2 or (measure and len(digits) <= 8)
    if quantity and (len(digits) == 1 or not digits.startswith("0")):
        return numeral(int(digits))
    return _one_by_one(digits, "幺")


def _one_by_one(digits: str, one: str) -> str:
    return "".join(one if digit == "1" else DIGITS[digit] for digit in digits)


@dataclass(frozen=True)
class Readings:
    """Pinyin of words and letters that a plain character-by-character voice gets wrong."""

    words: Mapping[str, str]
    letters: Mapping[str, str]

    @classmethod
    def read(cls, path: Path = READINGS) -> "Readings":
        data = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 BaseLoader is safe
        return cls(data["words"], data["letters"])

    def pinyin_helped(self, text: str) -> str:
        """`text` with hard words and letters written as numbered pinyin."""
        longest_first = sorted(self.words, key=len, reverse=True)
        hard = re.compile("|".join(map(re.escape, longest_first)) + "|[A-Z]")
        return " ".join(
            hard.sub(
                lambda found: f" {self.words.get(found[0]) or self.letters[found[0]]} ", text
            ).split()
        )
