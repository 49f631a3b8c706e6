"""Reads the table `news` as it grows and tells browsers what other processes made true.

The database is the bus between processes; only while somebody listens is it asked.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
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
LOOK_BACK: Final = 200
"""Ids are given when a row is written, not when it is committed: a later id may be seen first. So
many ids behind the newest one are looked at again."""


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
        self._seen: set[int] | None = None

    async def run(self) -> None:
        while True:
            if not self._hub.is_heard():
                self._seen = None  # whoever comes gets a snapshot; old news is no news
            else:
                try:
                    await self.read_on()
                except DatabaseAway as error:
                    log.warning("news not read: %s", error)
            await asyncio.sleep(EVERY_SECONDS)

    async def read_on(self) -> None:
        """Tells what is new since the last time; the first time only notes where news begins."""
        if self._seen is None:
            self._seen = await self._database.read(_newest)
            return
        self._seen, told = await self._database.read(_after, self._seen)
        for one in told:
            if one.kind:
                self._hub.publish(one.kind, lambda _, data=one.data: data)  # type: ignore[misc]  # default argument binds now
            else:
                self._on_people()


def _newest(session: Session) -> set[int]:
    """The ids that a listener who comes now has missed rightly."""
    return set(session.scalars(select(News.id).order_by(News.id.desc()).limit(LOOK_BACK)))


def _after(session: Session, seen: set[int]) -> tuple[set[int], list[Told]]:
    """What is told now, and the ids to remember: the newest that were seen."""
    since = max(seen, default=0) - LOOK_BACK
    query = select(News).where(News.id > since).order_by(News.id).limit(AT_ONCE)
    fresh = [news for news in session.scalars(query) if news.id not in seen]
    told = [one for news in fresh if (one := _told(session, news)) is not None]
    known = seen | {news.id for news in fresh}
    return {one for one in known if one > max(known, default=0) - LOOK_BACK}, told


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
        case "notice":
            state, order_no = news.topic.partition(".")[2], news.detail["order_no"]
            data = {"id": int(news.subject), "order_no": order_no, "state": state}
            return Told("order_notice", data)
        case "user" | "seat":
            return Told("", {})
        case _:
            return None
