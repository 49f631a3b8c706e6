"""Waiting by condition with a deadline, on the event loop."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def wait_until(what: str, look: Callable[[], T], seconds: float = 20) -> T:
    """The first truthy result of `look`; AssertionError after the deadline."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        await asyncio.sleep(0.01)
    return found
