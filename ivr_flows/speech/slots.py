"""The parts of a phrase that vary: which words may stand there, and what they mean.

Closed slots (a road, yes or no, words of the author) are written out into whole phrases; open
ones (digits, a plate, a day) are too many for that: their words are listened for one by one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Final

import yaml

from ivr_flows.speech import numerals
from ivr_flows.speech.grammar import spoken
from ivr_flows.values import LETTERS, ReadAs, Value


class SlotKind(StrEnum):
    """What a flow may leave open in a phrase."""

    ROAD = "road"
    PLATE = "plate"
    DIGITS = "digits"
    DATE = "date"
    YES_NO = "yes_no"
    WORD = "word"


YES: Final = ("是", "是的", "对", "对的", "好", "好的", "没错", "可以", "确认")
NO: Final = ("不是", "不对", "不", "没有", "错了", "取消", "不是的")
PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE: Final = re.compile(rf"[{PROVINCES}][A-HJ-Z][A-HJ-NP-Z0-9]{{5,6}}")
_NUMBER: Final = re.compile(r"[A-Z]+([0-9]+)", re.ASCII)
_ROADS: Final = Path(__file__).with_name("roads.yaml")


@dataclass(frozen=True)
class Slot:
    """One varying part, with what its author narrowed it to."""

    kind: SlotKind
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of words and further roads: value -> other ways to say it."""
    least: int = 1
    most: int = 32
    """Digits of an entry."""

    @property
    def is_open(self) -> bool:
        return self.kind in {SlotKind.PLATE, SlotKind.DIGITS, SlotKind.DATE}

    def variables(self, name: str) -> dict[str, ReadAs]:
        """What a slot of this name sets; a road its number's digits too."""
        number = {f"{name}_no": ReadAs.DIGITS} if self.kind is SlotKind.ROAD else {}
        return {name: _READ_AS.get(self.kind, ReadAs.TEXT), **number}

    def values_of(self, name: str, text: str) -> dict[str, Value]:
        """The variables with what was said."""
        told = {name: text, f"{name}_no": _road_digits(text)}
        return {one: Value(told[one], way) for one, way in self.variables(name).items()}

    def wordings(self) -> Mapping[str, str]:
        """Of a closed slot: everything that may be said -> its value."""
        said = {way: value for value, ways in self.values.items() for way in (value, *ways)}
        if self.kind is SlotKind.YES_NO:
            said |= dict.fromkeys(YES, "是") | dict.fromkeys(NO, "否")
        if self.kind is SlotKind.ROAD:
            said = {**_road_wordings(), **said}
        return said

    def words(self) -> tuple[str, ...]:
        """Of an open slot: the words it is made of."""
        match self.kind:
            case SlotKind.DIGITS:
                return numerals.DIGIT_WORDS
            case SlotKind.PLATE:
                return (*PROVINCES, *LETTERS, *numerals.DIGIT_WORDS)
            case SlotKind.DATE:
                return numerals.DAY_WORDS
        return ()

    def read(self, text: str, today: date) -> str | None:
        """What was said in an open slot, as its value; None when it is none."""
        match self.kind:
            case SlotKind.DIGITS:
                entry = numerals.digits(text)
                return entry if entry and self.least <= len(entry) <= self.most else None
            case SlotKind.PLATE:
                return plate(text)
            case SlotKind.DATE:
                found = numerals.day(text, today)
                return found.isoformat() if found else None
        return None


_READ_AS: Final = {
    SlotKind.PLATE: ReadAs.PLATE,
    SlotKind.DIGITS: ReadAs.DIGITS,
    SlotKind.DATE: ReadAs.DATE,
}


def plate(text: str) -> str | None:
    """辽A一二三四五 -> 辽A12345; None when no plate of a province looks like that."""
    written = "".join(numerals.digits(char) or char for char in text.upper())
    return written if _PLATE.fullmatch(written) else None


def roads() -> Mapping[str, str]:
    """National expressways, number -> name."""
    return _read_roads()


@lru_cache(maxsize=1)
def _read_roads() -> Mapping[str, str]:
    told: dict[str, str] = yaml.load(_ROADS.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 plain strings
    return told


def _road_digits(name: str) -> str:
    """京哈高速 -> 1, S26沈康高速 -> 26; empty for a road without a number."""
    number = next((number for number, road in roads().items() if road == name), name)
    match = _NUMBER.match(number)
    return match[1] if match else ""


@lru_cache(maxsize=1)
def _road_wordings() -> Mapping[str, str]:
    """京哈高速, 京哈, G1, G幺高速 …"""
    said: dict[str, str] = {}
    for number, name in roads().items():
        ways = [name, name.removesuffix("高速"), number, f"{number}高速"]
        ways += [way.replace("一", "幺") for way in map(spoken, ways[2:]) if "一" in way]
        said |= dict.fromkeys(ways, name)
    return said


@dataclass(frozen=True)
class Wording:
    """One way to say an intent: fixed text with at most one open slot in it."""

    before: str
    slot: str = ""
    """Name of the open slot, empty when all is fixed."""
    after: str = ""
    filled: tuple[tuple[str, str], ...] = ()
    """Closed slots, already chosen: name and value."""


_PLACE: Final = re.compile(r"\{([^{}]*)\}")


def wordings(phrase: str, slots: Mapping[str, Slot]) -> list[Wording]:
    """A phrase with `{slot}` places, written out. Raises LookupError for a slot not there."""
    parts = _PLACE.split(phrase)
    closed = [name for name in parts[1::2] if not slots[name].is_open]
    found = []
    for choice in product(*(slots[name].wordings().items() for name in closed)):
        chosen = dict(zip(closed, choice, strict=True))
        text, slot, before = "", "", ""
        for index, part in enumerate(parts):
            if index % 2 == 0:
                text += spoken(part)
            elif part in chosen:
                text += spoken(chosen[part][0])
            else:
                before, slot, text = text, part, ""
        filled = tuple((name, value) for name, (_, value) in chosen.items())
        fixed = Wording(before, slot, text, filled) if slot else Wording(text, filled=filled)
        found.append(fixed)
    return found
