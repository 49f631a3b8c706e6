"""Limits on how often: a token bucket for requests, a count of failures for log-ins.

In memory and bounded: a restart forgets them, the lock of a user's own account is in the database.
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Final, TypeVar

from ticketing.errors import TooMany

V = TypeVar("V")

_KEYS: Final = 20_000
"""How many different keys are remembered; the longest unused is forgotten first."""


class Rate:
    """A token bucket per key."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second: Final = per_second
        self._burst: Final = burst
        self._buckets: Final[OrderedDict[str, tuple[float, datetime]]] = OrderedDict()

    def take(self, key: str, moment: datetime) -> None:
        """Raises TooMany when the bucket is empty."""
        tokens, since = self._buckets.pop(key, (float(self._burst), moment))
        passed = max(0.0, (moment - since).total_seconds())
        tokens = min(float(self._burst), tokens + passed * self._per_second)
        enough = tokens >= 1
        self._buckets[key] = (tokens - 1 if enough else tokens, moment)
        _bound(self._buckets)
        if not enough:
            raise TooMany("request", (1 - tokens) / self._per_second)


class Failures:
    """Failures per key within a sliding time; at the limit the key is refused."""

    def __init__(self, most: int, within_seconds: float) -> None:
        self._most: Final = most
        self._within: Final = timedelta(seconds=within_seconds)
        self._failures: Final[OrderedDict[str, deque[datetime]]] = OrderedDict()

    def check(self, key: str, moment: datetime) -> None:
        """Raises TooMany while the limit is reached."""
        failures = self._failures.get(key)
        if not failures:
            return
        while failures and failures[0] + self._within <= moment:
            failures.popleft()
        if len(failures) >= self._most:
            wait = failures[-self._most] + self._within - moment
            raise TooMany("sign-in", wait.total_seconds())

    def add(self, key: str, moment: datetime) -> None:
        failures = self._failures.pop(key, None) or deque(maxlen=self._most)
        failures.append(moment)
        self._failures[key] = failures
        _bound(self._failures)


class LockOut:
    """Locks a key after so many failures in a row, as a user's own row does.

    It also holds for logins that do not exist, so that being locked out tells nobody which do.
    """

    def __init__(self, most: int, lasts: timedelta) -> None:
        self._most: Final = most
        self._lasts: Final = lasts
        self._failures: Final[OrderedDict[str, int]] = OrderedDict()
        self._locked: Final[OrderedDict[str, datetime]] = OrderedDict()

    def check(self, key: str, moment: datetime) -> None:
        """Raises TooMany while the key is locked."""
        until = self._locked.get(key)
        if until is None:
            return
        if until <= moment:
            del self._locked[key]
            return
        raise TooMany("sign-in", (until - moment).total_seconds())

    def add(self, key: str, moment: datetime) -> None:
        count = self._failures.pop(key, 0) + 1
        if count >= self._most:
            self._locked[key] = moment + self._lasts
            _bound(self._locked)
        else:
            self._failures[key] = count
            _bound(self._failures)

    def clear(self, key: str) -> None:
        self._failures.pop(key, None)
        self._locked.pop(key, None)


def _bound(remembered: OrderedDict[str, V]) -> None:
    while len(remembered) > _KEYS:
        remembered.popitem(last=False)
