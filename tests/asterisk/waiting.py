"""Waiting by condition, never by sleeping and hoping; deadlines are generous for a busy host."""

import random
import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


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


def free_ports(count: int) -> int:
    """The first of `count` ports in a row that are free for TCP and UDP on every loopback."""
    for _ in range(200):
        base = random.randrange(21000, 31000, 20)
        if all(_is_free(port) for port in range(base, base + count)):
            return base
    raise AssertionError(f"no {count} free ports in a row")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("", port))
            except OSError:
                return False
    return True
