"""Waiting for a condition with a deadline."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], within: float = 20.0) -> None:
    """Returns when `condition()` is true; fails when it is not within `within` seconds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 (any condition, not only an event)
            await asyncio.sleep(0.01)
