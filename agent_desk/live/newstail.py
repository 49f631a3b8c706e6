"""Reads the table `news` as it grows and tells browsers what other processes made true.

The database is the bus between processes; only while somebody listens is it asked.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent_desk.live.hub import Hub
from ticketing.database import Database
from ticketing.errors import DatabaseAway
from ticketing.records.calls import News
from ticketing.records.recordings import Recording
from ticketing.records.work_orders import WorkOrder

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 0.3
AT_ONCE: Final = 500
"""News read in one go; a longer row of them is read in the next."""


@dataclass(frozen=True, slots=True)
class Told:
    """One live message that news gave rise to; `kind` empty: people or seats were changed."""

    kind: str
    data: dict[str, Any]


class NewsTail:
    """One task; `run` until cancelled."""

    def __init__(self, database: Database, hub: Hub, on_people: Callable[[], None]) -> None:
        """`on_people`: an administrator changed people, their seats or skills."""
        self._database = database
        self._hub = hub
        self._on_people = on_people
        self._last: int | None = None

    async def run(self) -> None:
        while True:
            if not self._hub.is_heard():
                self._last = None  # whoever comes gets a snapshot; old news is no news
            else:
                try:
                    await self.read_on()
                except DatabaseAway as error:
                    log.warning("news not read: %s", error)
            await asyncio.sleep(EVERY_SECONDS)

    async def read_on(self) -> None:
        """Tells what is new since the last time; the first time only notes where news begins."""
        if self._last is None:
            self._last = await self._database.read(_newest)
            return
        self._last, told = await self._database.read(_after, self._last)
        for one in told:
            if one.kind:
                self._hub.publish(one.kind, lambda _, data=one.data: data)  # type: ignore[misc]  # default argument binds now
            else:
                self._on_people()


def _newest(session: Session) -> int:
    return session.scalar(select(func.max(News.id))) or 0


def _after(session: Session, last: int) -> tuple[int, list[Told]]:
    query = select(News).where(News.id > last).order_by(News.id).limit(AT_ONCE)
    told = []
    for news in session.scalars(query):
        last = news.id
        one = _told(session, news)
        if one is not None:
            told.append(one)
    return last, told


def _told(session: Session, news: News) -> Told | None:
    match news.topic.partition(".")[0]:
        case "recording":
            recording = session.scalars(
                select(Recording).where(Recording.stretch == news.subject)
            ).one_or_none()
            if recording is None:
                return None
            data = {"id": recording.id, "call_key": recording.call_key, "state": recording.state}
            return Told("recording", data)
        case "work_order":
            order = session.scalars(
                select(WorkOrder).where(WorkOrder.order_no == news.subject)
            ).one_or_none()
            if order is None:
                return None
            data = {"order_no": order.order_no, "state": order.state, "version": order.version}
            return Told("work_order", data)
        case "user" | "seat":
            return Told("", {})
        case _:
            return None
