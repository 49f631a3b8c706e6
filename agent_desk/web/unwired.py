"""Stands in for the live side until its branch is merged; says so to whoever asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from agent_desk.telephony.errors import TelephoneAway


class Unwired:
    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield

    trouble = "实时模块尚未接通"

    def seats(self) -> list[Any]:
        return []

    def queues(self, _viewer: object) -> list[Any]:
        return []

    def calls(self, _viewer: object) -> list[Any]:
        return []

    def my_seat(self, _viewer: object) -> None:
        return None

    def __getattr__(self, name: str) -> NoReturn:
        raise TelephoneAway(self.trouble)
