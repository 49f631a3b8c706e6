"""What to do about a recording's file as it looks now: a pure rule, so that every case is tested.

A header that tells the sizes was written by Asterisk when it closed the file. Any other file may
still be growing while its call lasts; it is taken as cut by a crash only when the call is over and
nothing was written for a while.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ticketing.recordings.wav import Look, Shape

STILL: Final = timedelta(seconds=15)
"""Asterisk writes every two seconds of sound; a party who is silent longer has hung up by then."""
EMPTY_AFTER: Final = timedelta(seconds=2)
ABSENT_AFTER: Final = timedelta(seconds=10)


class Verdict(StrEnum):
    """What a file is."""

    GROWING = "growing"
    WHOLE = "whole"
    CUT = "cut"  # all there is, but Asterisk died before it closed the file
    EMPTY = "empty"
    ABSENT = "absent"


REASONS: Final = {
    Verdict.EMPTY: "录音文件为空：通话中没有收到该方的声音",
    Verdict.ABSENT: "没有找到录音文件：电话系统未生成或文件已丢失",
}


def judge(look: Look, call_ended_at: datetime | None, now: datetime) -> Verdict:
    """`call_ended_at`: None while the call lasts."""
    if look.shape is Shape.CLOSED:
        return Verdict.WHOLE
    if call_ended_at is None:
        return Verdict.GROWING
    over_for = now - call_ended_at
    still_for = timedelta(seconds=now.timestamp() - look.modified)
    if look.shape is Shape.OPEN and over_for > EMPTY_AFTER and still_for > STILL:
        return Verdict.CUT
    if look.shape is Shape.EMPTY and min(over_for, still_for) > EMPTY_AFTER:
        return Verdict.EMPTY
    if look.shape is Shape.ABSENT and over_for > ABSENT_AFTER:
        return Verdict.ABSENT
    return Verdict.GROWING
