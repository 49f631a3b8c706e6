"""Waiting for a condition, with a deadline generous enough for a stolen CPU."""

import asyncio
import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], seconds: float = 30.0, what: str = "") -> None:
    """Returns when the condition holds; fails the test when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what or condition}")
        time.sleep(0.02)


async def until(condition: Callable[[], object], within: float = 30.0) -> None:
    """The same for tests on the event loop."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 (any condition, not only an event)
            await asyncio.sleep(0.01)
