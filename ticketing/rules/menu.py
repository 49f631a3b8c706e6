"""Which calls hear the version on trial: listed callers, and a share chosen by the call's key."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trial:
    """A version some calls get before everybody does."""

    number: int
    share: int = 0
    """Per cent of the calls."""
    callers: tuple[str, ...] = ()


def takes_trial(trial: Trial, call_key: str, caller_number: str) -> bool:
    """The same for the same call, whoever asks; a larger share keeps the calls of a smaller one."""
    return caller_number in trial.callers or place_of_call(call_key) < trial.share


def place_of_call(call_key: str) -> float:
    """Where a call stands from 0 to below 100, spread evenly."""
    digest = hashlib.sha256(call_key.encode(errors="replace")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 * 100
