"""Hiding what a reader need not know: phone numbers, identity numbers, names (第七条)."""

import re

_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)", re.ASCII)
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}-?)\d{4}(\d{3,4})(?!\d)", re.ASCII)
_IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)", re.ASCII)
_SPOKEN = re.compile(r"[0-9零〇一幺二两三四五六七八九]{4,}")


def masked_phone(number: str) -> str:
    """`13812345678` as `138****5678`; what is too short shows nothing."""
    if len(number) < 7:
        return "*" * len(number)
    head = 3 if len(number) >= 11 else len(number) - 7
    return f"{number[:head]}****{number[head + 4 :]}" if head else f"****{number[4:]}"


def masked_name(name: str) -> str:
    """`张三丰` as `张**`."""
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def masked_text(text: str) -> str:
    """A free text with the numbers in it hidden."""
    text = _IDENTITY.sub(r"\1********\2", text)
    text = _PHONE.sub(r"\1****\2", text)
    return _LANDLINE.sub(r"\1****\2", text)


def masked_speech(text: str) -> str:
    """Spoken words with every row of four or more figures hidden but for its last two."""
    return _SPOKEN.sub(lambda row: "*" * (len(row[0]) - 2) + row[0][-2:], text)
