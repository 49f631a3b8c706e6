"""Waiting by condition, never by sleeping and hoping; deadlines are generous for a busy host."""

import asyncio
import random
import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MANY_PORTS = 500


def wait_for(
    what: str, look: Callable[[], T | None], seconds: float = 20, pause: float = 0.03
) -> T:
    """The first result of `look` that is not None or False; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(pause)


def wait_until(condition: Callable[[], object], seconds: float = 30.0, what: str = "") -> None:
    """Returns when the condition holds; fails the test when it does not in time."""
    wait_for(what or str(condition), lambda: bool(condition()), seconds)


async def until(condition: Callable[[], object], within: float = 30.0) -> None:
    """The same for tests on the event loop."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 (any condition, not only an event)
            await asyncio.sleep(0.01)


def free_ports(count: int) -> int:
    """The first of `count` ports in a row that are free for TCP and UDP on every loopback.

    They stay ours against other test processes as long as this one lives. A whole house asks for
    its RTP range too and gets ports where nobody else takes single ones.
    """
    lowest, highest = (11_000, 19_000) if count > MANY_PORTS else (21_000, 31_000)
    for _ in range(200):
        base = random.randrange(lowest, highest, 20)
        if all(_is_free(port) for port in range(base, base + count)):
            try:
                for port in range(base, base + count, 20):
                    _reserve(port)
            except OSError:
                continue
            return base
    raise AssertionError(f"no {count} free ports in a row")


def _reserve(port: int) -> None:
    """Hold the port on an address nobody uses, until this process ends."""
    guard = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    guard.bind(("127.0.0.9", port))
    guard.detach()


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:  # a connection that just ended takes nothing away
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", port))
            except OSError:
                return False
    return True
