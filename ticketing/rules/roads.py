"""Roads by number and name: what duty staff choose from and what a caller types on keys.

A telephone has no letters, so a caller types the digits alone; G1 and S1 then both answer. An
entry that begins with 0 is the area code of a city (区号).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = re.compile(r"([GSXYZ])0*(\d{1,5})([A-Z]?)", re.ASCII)
_ORDER: Final = "GSXYZ"
"""National roads before those of the province."""


@dataclass(frozen=True, slots=True)
class Road:
    """One road of the catalogue."""

    number: str
    """G1, S10 …"""
    name: str
    """京哈高速."""

    @property
    def spoken(self) -> str:
        return f"{self.number}{self.name}"


@dataclass(frozen=True, slots=True)
class Roads:
    """One version of the catalogue."""

    version: str
    roads: tuple[Road, ...]
    area_codes: Mapping[str, str]
    """区号 → region code."""

    def by_keys(self, digits: str) -> tuple[Road, ...]:
        """Roads whose number has these digits, G before S; 0111 finds G0111 as well."""
        wanted = digits.lstrip("0")
        found = [road for road in self.roads if digits_of(road.number).lstrip("0") == wanted]
        return tuple(sorted(found, key=lambda road: (_ORDER.find(road.number[:1]), road.number)))

    def named(self, number: str) -> Road | None:
        return next((road for road in self.roads if road.number == number), None)


def digits_of(number: str) -> str:
    """G1113 → 1113."""
    return "".join(sign for sign in number if sign.isdigit())


def is_number(text: str) -> bool:
    """Whether it is a road's number as the catalogue writes it."""
    return _NUMBER.fullmatch(text) is not None


def problems(roads: Iterable[Road]) -> list[tuple[int, str, str]]:
    """What is wrong with a catalogue: row (from 0), field, Chinese words."""
    found, seen = [], set()
    for row, road in enumerate(roads):
        if not is_number(road.number):
            found.append((row, "number", f"编号“{road.number}”应写作 G1、S10 这样"))
        if road.number in seen:
            found.append((row, "number", f"编号“{road.number}”重复出现"))
        if not road.name:
            found.append((row, "name", "请填写道路名称"))
        seen.add(road.number)
    return found
