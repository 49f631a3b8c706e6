"""Limits hold exactly where they say, and forget in time."""

from datetime import datetime, timedelta

import pytest

from agent_desk.web.limits import Failures, LockOut, Rate
from ticketing.errors import TooMany


def test_a_bucket_gives_its_burst_and_then_its_rate(moment: datetime) -> None:
    """Ten at once, then two a second, per key."""
    rate = Rate(per_second=2, burst=10)
    for _ in range(10):
        rate.take("a", moment)
    with pytest.raises(TooMany) as refused:
        rate.take("a", moment)
    assert refused.value.retry_after == pytest.approx(0.5)
    rate.take("b", moment)
    rate.take("a", moment + timedelta(seconds=0.5))
    with pytest.raises(TooMany):
        rate.take("a", moment + timedelta(seconds=0.6))


def test_a_clock_that_goes_back_gives_nothing_extra(moment: datetime) -> None:
    """Nor does it break anything."""
    rate = Rate(per_second=1, burst=1)
    rate.take("a", moment)
    with pytest.raises(TooMany):
        rate.take("a", moment - timedelta(hours=1))


def test_failures_count_within_their_time_only(moment: datetime) -> None:
    """The third within a minute is refused until the first is a minute old."""
    failures = Failures(most=3, within_seconds=60)
    for second in (0, 10, 20):
        failures.check("a", moment + timedelta(seconds=second))
        failures.add("a", moment + timedelta(seconds=second))
    with pytest.raises(TooMany) as refused:
        failures.check("a", moment + timedelta(seconds=30))
    assert refused.value.retry_after == pytest.approx(30)
    failures.check("a", moment + timedelta(seconds=60))


def test_a_lock_out_counts_failures_in_a_row(moment: datetime) -> None:
    """A success in between begins anew; the lock ends by itself and the count with it."""
    locks = LockOut(3, timedelta(minutes=15))
    for _ in range(2):
        locks.add("a", moment)
    locks.clear("a")
    for _ in range(2):
        locks.add("a", moment)
    locks.check("a", moment)
    locks.add("a", moment)
    with pytest.raises(TooMany):
        locks.check("a", moment + timedelta(minutes=14))
    locks.check("a", moment + timedelta(minutes=15))
    locks.add("a", moment + timedelta(minutes=15))
    locks.check("a", moment + timedelta(minutes=15))


def test_made_up_keys_do_not_fill_the_memory(moment: datetime) -> None:
    """Whoever invents a hundred thousand logins makes old ones forgotten, not the server fall."""
    locks, rate = LockOut(2, timedelta(minutes=15)), Rate(per_second=1, burst=2)
    for n in range(100_000):
        locks.add(f"login{n}", moment)
        rate.take(f"address{n}", moment)
    assert len(locks._failures) <= 20_000
    assert len(rate._buckets) <= 20_000
