"""The worker's lanes: a failing job stops nobody, a missing database is waited for."""

import logging
import threading
from collections.abc import Iterator

import pytest

from tests.waiting import wait_until
from ticketing.errors import DatabaseAway
from ticketing.worker.lanes import Job, Lane


class Runs:
    """Counts its runs; raises what it is told to."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.count = 0
        self._outcomes: Iterator[Exception | None] = iter(outcomes)

    def __call__(self) -> None:
        self.count += 1
        outcome = next(self._outcomes, None)
        if outcome is not None:
            raise outcome


def test_a_failing_job_is_tried_again_and_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    failing = Runs(*[ValueError("broken")] * 2)
    sound = Runs()
    lane = Lane("test", [Job("failing", 0.01, failing), Job("sound", 0.01, sound)], patience=60)
    with caplog.at_level(logging.INFO):
        lane.start()
        wait_until(lambda: failing.count >= 3 and sound.count >= 20, 60, "both went on")
        lane.stop()
        assert lane.join(20)
    assert sum("failing failed" in line for line in caplog.messages) == 1, (
        "said once, not each time"
    )
    assert "failing works again" in caplog.messages


def test_the_database_away_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    job = Runs(DatabaseAway("no route"))
    lane = Lane("test", [Job("job", 0.01, job)], patience=60)
    lane.start()
    wait_until(lambda: lane.has_worked, 60, "it worked in the end")
    lane.stop()
    assert lane.join(20)
    assert job.count >= 2
    assert any("the database is away" in line for line in caplog.messages)


def test_a_lane_in_too_long_a_job_counts_as_hung() -> None:
    """The supervisor is then told nothing, and replaces the process."""
    release = threading.Event()
    lane = Lane("test", [Job("slow", 0.01, release.wait)], patience=0.2)
    lane.start()
    wait_until(lambda: not lane.is_alive, 60, "it is called hung")
    release.set()
    wait_until(lambda: lane.is_alive, 60, "it is well again")
    lane.stop()
    assert lane.join(20)
    assert not lane.is_alive


def test_a_job_with_more_to_do_comes_back_at_once() -> None:
    left = 50
    lefts: list[int] = []

    def piece() -> bool:
        lefts.append(left - len(lefts))
        return len(lefts) < left

    lane = Lane("test", [Job("pieces", 3600, piece)], patience=60)
    lane.start()
    wait_until(lambda: len(lefts) == left, 60, "all pieces are done")
    lane.stop()
    assert lane.join(20)
