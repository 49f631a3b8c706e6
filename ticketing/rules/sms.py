"""What a short message is: how many parts it takes, and which numbers it can reach."""

import re
from typing import Final

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_ABROAD: Final = ("+86", "0086", "86")

ALONE: Final = 70
"""Characters (UTF-16 units) of a message in one part …"""
JOINED: Final = 67
"""… and of each part of a longer one, whose header takes the room of three."""


def parts(text: str) -> int:
    """How many parts (条) the carriers will count: Chinese text is sent as UCS-2."""
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= ALONE else -(-length // JOINED)


def mobile_number(number: str) -> str:
    """The eleven digits of a mainland mobile number, however it was shown; empty: it is none."""
    plain = number.replace(" ", "").replace("-", "")
    for prefix in _ABROAD:
        if plain.startswith(prefix) and len(plain) == len(prefix) + 11:
            plain = plain.removeprefix(prefix)
    if len(plain) == 12:
        plain = plain.removeprefix("0")  # as the trunk shows a mobile phone of another city
    return plain if _MOBILE.fullmatch(plain) else ""
