"""The live desk in a test's hand: a real Exchange on a thread of its own, and its browsers."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from agent_desk.live.derive import FloorRules
from agent_desk.live.exchange import Exchange, Site
from agent_desk.live.hub import Feed
from agent_desk.live.shapes import LiveCall, Message, Seat, Viewer
from agent_desk.telephony.link import Address, Patience
from asterisk_conf import names
from asterisk_conf.render import outbound_trunk
from tests.asterisk.pbx import HotlinePbx
from tests.waiting import wait_for
from ticketing import migrations
from ticketing.clock import SystemClock
from ticketing.database import Database
from ticketing.records.people import User

T = TypeVar("T")

WRAP_UP = 2.0


class Browser:
    """A signed-in person's page: what it was told, newest last."""

    def __init__(self, desk: "LiveDeskThread", viewer: Viewer) -> None:
        self.viewer = viewer
        self.messages: list[Message] = []
        self._desk = desk
        self._feed: Feed = desk.call(lambda: desk.exchange.open_feed(viewer, None))
        self._task = asyncio.run_coroutine_threadsafe(self._read(), desk.loop)

    def close(self) -> None:
        """The tab is closed."""
        self._desk.call(self._feed.close)
        self._task.cancel()
        with contextlib.suppress(CancelledError):
            self._task.result(10)

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [message.data for message in self.messages if message.type == kind]

    def waits_for(self, kind: str, since: int = 0) -> dict[str, Any]:
        """The first message of this kind after the first `since` of them."""
        return wait_for(f"message {kind}", lambda: (self.told(kind)[since:] or [None])[0])

    async def _read(self) -> None:
        while True:
            self.messages.append(await self._feed.next())


class LiveDeskThread:
    """Start it, command it, stop it; `kill` forgets everything but the database."""

    def __init__(self, pbx: HotlinePbx, folder: Path, seats: tuple[str, ...]) -> None:
        self._pbx = pbx
        self._url = f"sqlite:///{folder}/desk.db"
        self.loop = asyncio.new_event_loop()
        self.viewers: dict[str, Viewer] = {}
        self._browsers: list[Browser] = []
        database = Database(self._url)
        migrations.upgrade(database)
        with database.transaction() as session:
            for extension in seats:
                self.viewers[extension] = _person(session, extension, tuple(pbx.site.queues))
        database.close()

    def start(self) -> None:
        settings, site = self._pbx.settings, self._pbx.site
        self.database = Database(self._url)
        self.exchange = Exchange(
            Site(
                Address("127.0.0.1", settings.ami_port, names.AMI_USER, settings.ami_secret),
                settings.systemname,
                outbound_trunk(site.outbound, settings),
                {name: queue.title for name, queue in site.queues.items()},
                FloorRules(wrap_up=timedelta(seconds=WRAP_UP), browser_grace=timedelta(seconds=2)),
                Patience(ping_every=0.5, ping_answer=4),
            ),
            self.database,
            SystemClock(),
            _pop,
        )
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self._stack = contextlib.AsyncExitStack()
        self.do(self._stack.enter_async_context(self.exchange.running()))
        wait_for("the desk is connected", lambda: not self.exchange.trouble)

    def stop(self) -> None:
        for browser in self._browsers:
            browser.close()
        self._browsers.clear()
        self.do(self._stack.aclose())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()
        self.database.close()

    def restart(self) -> None:
        """The process dies and comes again; calls and queues go on in Asterisk."""
        self.stop()
        self.loop = asyncio.new_event_loop()
        self.start()

    def browser(self, extension: str) -> Browser:
        browser = Browser(self, self.viewers[extension])
        self._browsers.append(browser)
        return browser

    def signs_in(self, extension: str, *queues: str) -> Browser:
        """Opens a page, signs in, and waits until queues may ring the seat."""
        browser = self.browser(extension)
        self.do(self.exchange.sign_in(browser.viewer, list(queues), "desk"))
        self.is_in_state(extension, "ready")
        wait_for(
            f"{extension} is a member",
            lambda: all(
                extension in view.members
                for view in self.call(lambda: self.exchange.queues(browser.viewer))
                if view.name in queues
            ),
        )
        return browser

    def do(self, work: Coroutine[Any, Any, T], seconds: float = 20) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)

    def call(self, function: Any) -> Any:
        async def run() -> Any:
            return function()

        return self.do(run())

    def seat(self, extension: str) -> Seat:
        seats: list[Seat] = self.call(self.exchange.seats)
        return next(seat for seat in seats if seat.extension == extension)

    def is_in_state(self, extension: str, state: str, seconds: float = 20) -> Seat:
        def look() -> Seat | None:
            seat = self.seat(extension)
            return seat if seat.state == state else None

        return wait_for(f"{extension} is {state}", look, seconds)

    def calls(self) -> list[LiveCall]:
        everything = Viewer(0, "leader", "班长", None, sees_numbers=True, sees_floor=True)
        found: list[LiveCall] = self.call(lambda: self.exchange.calls(everything))
        return found

    def is_call_in_state(self, state: str, seconds: float = 20) -> LiveCall:
        return wait_for(
            f"a call is {state}",
            lambda: next((call for call in self.calls() if call.state == state), None),
            seconds,
        )


def _person(session: Session, extension: str, queues: tuple[str, ...]) -> Viewer:
    user = User(
        login=f"agent{extension}",
        name=f"座席{extension}",
        password_hash="-",
        roles=["agent"],
        extension=extension,
        queues=list(queues),
        created_at=datetime.now(UTC),
    )
    session.add(user)
    session.flush()
    leads = extension == "1043"
    return Viewer(user.id, user.login, user.name, extension, queues, sees_floor=leads)


def _pop(_session: Session, call_key: str, _viewer: Viewer) -> dict[str, Any]:
    return {"call": {"key": call_key}, "past": {"calls": [], "work_orders": []}}
