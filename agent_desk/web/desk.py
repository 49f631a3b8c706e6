"""The graph of objects a handler works with, built once by the composition root."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from aiohttp import ClientSession, web

from agent_desk.live.desk import LiveDesk
from agent_desk.menu.reporting import Reports
from agent_desk.menu.sounding import MenuSounds
from agent_desk.menu.studio import Studio
from agent_desk.settings import Settings
from agent_desk.web.limits import Failures, LockOut, Rate
from agent_desk.web.speech import Speech
from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.people.passwords import Passwords
from ticketing.people.sessions import FAILURES_TO_LOCK, LOCKED_FOR
from ticketing.photos.picture import Picture, picture_of

HASHING_THREADS: Final = 2
"""At most this many argon2 runs (64 MiB each) at once."""


class PasswordThreads:
    """Hashing off the event loop, a few at a time; whoever comes when the line is long waits."""

    def __init__(self, passwords: Passwords) -> None:
        self._passwords: Final = passwords
        self._threads: Final = ThreadPoolExecutor(HASHING_THREADS, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._passwords.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._passwords.verify, stored, password)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class PictureThread:
    """Opens strangers' photos off the event loop, one at a time: each takes memory and CPU."""

    def __init__(self) -> None:
        self._thread: Final = ThreadPoolExecutor(1, thread_name_prefix="picture")

    async def make(self, raw: bytes) -> Picture:
        """Raises InvalidInput."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, picture_of, raw)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often is too often."""

    requests: Rate = field(default_factory=lambda: Rate(per_second=100, burst=500))
    """Per session, token or address."""
    sign_ins: Rate = field(default_factory=lambda: Rate(per_second=2, burst=60))
    """Tries per address, right or wrong: each costs argon2's CPU and memory."""
    login_failures: LockOut = field(default_factory=lambda: LockOut(FAILURES_TO_LOCK, LOCKED_FOR))
    """Per login, existing or not."""
    address_failures: Failures = field(default_factory=lambda: Failures(30, 900))
    """Per address; a whole centre may share one."""
    public_requests: Rate = field(default_factory=lambda: Rate(per_second=0.5, burst=60))
    """Per address at the public window: codes, tries, looks."""
    public_photos: Rate = field(default_factory=lambda: Rate(per_second=1 / 10, burst=40))
    """Per address: photos sent, a refused one counts too; opening one costs CPU."""
    public_filings: Rate = field(default_factory=lambda: Rate(per_second=1 / 60, burst=20))
    """Per address: matters filed, a refused form counts too."""


@dataclass(frozen=True, slots=True)
class MenuWork:
    """What editing and publishing the voice menu needs beside the database."""

    sounds: MenuSounds
    studio: Studio
    reports: Reports


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a handler may ask."""

    settings: Settings
    database: Database
    clock: Clock
    passwords: PasswordThreads
    live: LiveDesk
    limits: Limits
    queues: Mapping[str, str]
    """The site's queues by name with their Chinese titles."""
    http: ClientSession
    """For Asterisk's own HTTP port only."""
    speech: Speech
    menu: MenuWork
    pictures: PictureThread = field(default_factory=PictureThread)


DESK: Final = web.AppKey("DESK", Desk)
