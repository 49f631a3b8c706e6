"""Order numbers: `JT` + region + day + 8-digit sequence, as printed in Liaoning's report.

The sequence is shared by all cities of a deployment and never starts again, so gaps say nothing and
must not be counted. Numbers of other systems are kept as they came.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

PREFIX: Final = "JT"
LAST_SEQUENCE: Final = 99_999_999
_PATTERN: Final = re.compile(r"JT(\d{6})(\d{4})(\d{2})(\d{2})(\d{8})", re.ASCII)
_FOREIGN: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/#()-]{0,63}")


@dataclass(frozen=True)
class OrderNo:
    """The parts of one of our numbers; `day` is the day of creation."""

    region_code: str
    day: date
    sequence: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{6}", self.region_code, re.ASCII):
            raise ValueError(f"a region code has six digits: {self.region_code!r}")
        if not 0 <= self.sequence <= LAST_SEQUENCE:
            raise ValueError(f"a sequence has at most eight digits: {self.sequence}")

    def __str__(self) -> str:
        return f"{PREFIX}{self.region_code}{self.day:%Y%m%d}{self.sequence:08d}"


def parse(text: str) -> OrderNo | None:
    """The parts of a number of our pattern; None when it is another system's or none at all."""
    match = _PATTERN.fullmatch(text.strip().upper())
    if match is None:
        return None
    region, year, month, day, sequence = match.groups()
    try:
        return OrderNo(region, date(int(year), int(month), int(day)), int(sequence))
    except ValueError:
        return None


def foreign_no(text: str) -> str:
    """Another system's number, unchanged but for blanks around it; ValueError when it is none."""
    number = text.strip()
    if not _FOREIGN.fullmatch(number):
        raise ValueError(f"来源工单编号“{number[:80]}”含有不能识别的字符")
    return number
