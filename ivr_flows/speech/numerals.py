"""Spoken Chinese numbers back to figures: digit by digit, as a quantity, as a day."""

import re
from datetime import date, timedelta
from typing import Final

_DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    "〇": "0",
    "幺": "1",
    "两": "2",
}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_QUANTITY: Final = re.compile(
    r"(?:(?P<千>[一二两三四五六七八九])千零?)?(?:(?P<百>[一二两三四五六七八九])百零?)?"
    r"(?:(?P<十>[一二三四五六七八九]?)十)?(?P<one>[零一二三四五六七八九])?"
)
_DAYS: Final = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2}
DAY_WORDS: Final = (*_DAYS, *"一二三四五六七八九十", "月", "日", "号")
DIGIT_WORDS: Final = (*"零一二三四五六七八九", "幺", "两")


def digits(text: str) -> str | None:
    """一三八零零 -> 13800; None when anything in it is no digit."""
    found = [_DIGITS.get(char, char if char.isascii() and char.isdigit() else "") for char in text]
    return "".join(found) if found and all(found) else None


def quantity(text: str) -> int | None:
    """二十八 -> 28, 一百零五 -> 105; below ten thousand."""
    match = _QUANTITY.fullmatch(text)
    if not text or match is None:
        return None
    number = int(_DIGITS[match["one"]]) if match["one"] else 0
    for unit, worth in _UNITS.items():
        if (said := match[unit]) is not None:
            number += worth * int(_DIGITS[said] if said else "1")
    return number


def day(text: str, today: date) -> date | None:
    """今天, 二十八号, 十一月二十八日: the nearest such day, past or coming within half a year."""
    if text in _DAYS:
        return today + timedelta(days=_DAYS[text])
    match = re.fullmatch(r"(?:(.{1,3})月)?(.{1,3})[日号]", text)
    if match is None:
        return None
    month = quantity(match[1]) if match[1] else None
    number = quantity(match[2])
    if number is None or (match[1] and month is None):
        return None
    near = (
        date(year, month or one, number)
        for year, one in _months(today)
        if _is_day(year, month or one, number)
    )
    return min(near, key=lambda found: (abs(found - today), found), default=None)


def _months(today: date) -> list[tuple[int, int]]:
    """Every month within a year of today."""
    index = today.year * 12 + today.month - 1
    return [(there // 12, there % 12 + 1) for there in range(index - 12, index + 13)]


def _is_day(year: int, month: int, number: int) -> bool:
    try:
        date(year, month, number)
    except ValueError:
        return False
    return True
