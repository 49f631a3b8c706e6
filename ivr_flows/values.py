"""Values a call gathers, and how each type is read out as phrases known before the call.

A telephone voice reads an order number digit by digit in groups, a date as month and day; every
phrase made here is in `every_phrase()`, so its sound exists before anybody calls.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final

PAUSE: Final = "，"
"""A phrase without words: a short silence between groups."""

DIGITS: Final = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
"""One by one, as on the telephone: 1 is 幺, so that it is not taken for 七."""
NUMERALS: Final = "零一二三四五六七八九"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PLATE_WORDS: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼港澳使领学警挂"


class ReadAs(StrEnum):
    """How a value is read out."""

    TEXT = "text"  # as it stands
    DIGITS = "digits"  # one by one
    PLATE = "plate"  # 辽A12345: word, letter, digits one by one
    ORDER_NO = "order_no"  # JT, region, date, sequence: one by one, in groups
    NUMBER = "number"  # as a quantity: 一百二十
    DATE = "date"  # ISO date or month-day: 十一月二十八日
    TIME = "time"  # HH:MM or HH: 十五点三十分
    MOMENT = "moment"  # YYYY-MM-DD HH:MM: 十一月二十八日十五点三十分


@dataclass(frozen=True)
class Value:
    """One thing known about the call, with its way to be read out."""

    text: str
    read_as: ReadAs = ReadAs.TEXT

    def phrases(self) -> tuple[str, ...]:
        """What is said, phrase by phrase; a text that does not fit its type is spelled out."""
        try:
            return tuple(_READERS[self.read_as](self.text))
        except ValueError:
            return tuple(_spelled(self.text))


def _spelled(text: str) -> Iterable[str]:
    return [DIGITS.get(char, char) for char in text.upper() if char.strip()] or [PAUSE]


def _order_no(text: str) -> list[str]:
    """JT2101002026112851952743 in the groups JT 210100 20261128 51952743."""
    groups = [text[:2], text[2:8], text[8:16], text[16:]] if len(text) == 24 else [text]
    phrases = [phrase for group in groups for phrase in (*_spelled(group), PAUSE)]
    return phrases[:-1]


def numeral(number: int) -> str:
    """A whole number below a hundred million in Chinese numerals: 105 -> 一百零五."""
    if not 0 <= number < 100_000_000:
        raise ValueError(number)
    if number < 10:
        return NUMERALS[number]
    above, rest = divmod(number, 10_000)
    said = f"{numeral(above)}万" if above else ""
    for digit, unit in zip(f"{rest:04d}", "千百十 ", strict=True):
        if digit != "0":
            said += NUMERALS[int(digit)] + unit.strip()
        elif said and not said.endswith("零"):
            said += "零"
    return said.removesuffix("零").removeprefix("一" if 10 <= number < 20 else "")


def _number(text: str) -> list[str]:
    number = int(text)
    if 0 <= number < 100:
        return [numeral(number)]
    return list(numeral(number))


def _date(text: str) -> list[str]:
    day = date.fromisoformat(text)
    return [f"{numeral(day.month)}月", f"{numeral(day.day)}日"]


def _time(text: str) -> list[str]:
    hour, _, minute = text.partition(":")
    if not (0 <= int(hour) < 24 and 0 <= int(minute or 0) < 60):
        raise ValueError(text)
    return [f"{numeral(int(hour))}点", *([f"{numeral(int(minute))}分"] if int(minute or 0) else [])]


def _moment(text: str) -> list[str]:
    day, _, clock = text.partition(" ")
    return [*_date(day), *_time(clock)]


_READERS: Final[dict[ReadAs, Callable[[str], Iterable[str]]]] = {
    ReadAs.TEXT: lambda text: [text] if text.strip() else [PAUSE],
    ReadAs.DIGITS: _spelled,
    ReadAs.PLATE: _spelled,
    ReadAs.ORDER_NO: _order_no,
    ReadAs.NUMBER: _number,
    ReadAs.DATE: _date,
    ReadAs.TIME: _time,
    ReadAs.MOMENT: _moment,
}


def every_phrase() -> tuple[str, ...]:
    """Every phrase a typed value can need, in a fixed order, for building sounds ahead."""
    words = [
        *DIGITS.values(),
        *NUMERALS,
        *"百千万",
        *LETTERS,
        *PLATE_WORDS,
        *(numeral(n) for n in range(100)),
        *(f"{numeral(n)}月" for n in range(1, 13)),
        *(f"{numeral(n)}日" for n in range(1, 32)),
        *(f"{numeral(n)}点" for n in range(24)),
        *(f"{numeral(n)}分" for n in range(1, 60)),
    ]
    return tuple(dict.fromkeys(words))


def joined(parts: Iterable[str]) -> tuple[str, ...]:
    """Phrases without a pause at either end or two in a row."""
    phrases = [part for part in parts if part]
    kept = [here for here, after in pairwise([*phrases, PAUSE]) if (here, after) != (PAUSE, PAUSE)]
    return tuple(kept[1:] if kept[:1] == [PAUSE] else kept)
