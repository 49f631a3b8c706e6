"""The desk's real server on a free port with a fake live side, and browsers that talk to it."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from aiohttp import ClientResponse, ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from agent_desk.live.shapes import Seat
from agent_desk.menu.kept_tests import case_texts
from agent_desk.menu.reporting import Reports
from agent_desk.menu.sounding import MenuSounds
from agent_desk.menu.studio import Studio
from agent_desk.menu.surroundings import surroundings
from agent_desk.settings import Settings
from agent_desk.web.application import application
from agent_desk.web.desk import Desk, Limits, MenuWork, PasswordThreads
from agent_desk.web.forwarded import networks
from agent_desk.web.speech import Speech
from asterisk_conf.site_file import DEFAULT_SITE, load_site
from ivr_flows.cases.file import SHIPPED_TESTS, cases_in
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import Recordings
from ivr_flows.store import SHIPPED, read_texts
from tests.fakes.clock import MovableClock
from tests.fakes.live_desk import FakeLiveDesk
from tests.fakes.voice import ToneVoice
from ticketing.database import Database
from ticketing.demo import PASSWORD, load_demo
from ticketing.menu import install_flow_tests, install_menu
from ticketing.notices.gateways import HttpSettings
from ticketing.people.passwords import Passwords
from ticketing.rules.policy import Policy
from ticketing.setup import install

SECRET = "5" * 64
QUEUES = {"common": "综合", "complaint": "投诉举报"}


def settings(
    folder: Path, *, demo: bool = False, asterisk_http_port: int = 9, secret: str = SECRET
) -> Settings:
    return Settings(
        state=folder,
        demo=demo,
        bind="127.0.0.1",
        systemname="t",
        database="",
        web_port=0,
        asterisk_http_port=asterisk_http_port,
        ami_port=9,
        installation_secret=secret,
        ami_secret="",
        site=folder / "site.yaml",
        vault=folder / "vault",
        prompts=folder / "prompts",
        flows=folder / "flows",
        tls=None,
    )


def cheap_passwords() -> Passwords:
    """argon2id with the smallest costs: tests are about rules, not about CPU."""
    return Passwords(PasswordHasher.from_parameters(CHEAPEST))


def seat(extension: str, moment: datetime) -> Seat:
    return Seat(
        extension=extension,
        user_id=1,
        name="李小红",
        state="signed_out",
        reason="",
        since=moment,
        call_key=None,
        queues=[],
        registered=False,
        wrap_up_until=None,
        phone="browser",
    )


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @classmethod
    async def of(cls, response: ClientResponse) -> Self:
        raw = await response.read()
        is_json = "json" in response.content_type and raw
        return cls(response.status, response.headers, await response.json() if is_json else raw)


class Browser:
    """A person's browser: cookies, and the CSRF token once signed in."""

    def __init__(self, base: str) -> None:
        self._session = ClientSession(base, cookie_jar=CookieJar(unsafe=True))
        self.headers: dict[str, str] = {}

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.ask("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return await self.ask("POST", path, json=body if body is not None else {}, **options)

    async def put(self, path: str, body: Any) -> Answer:
        return await self.ask("PUT", path, json=body)

    async def patch(self, path: str, body: Any) -> Answer:
        return await self.ask("PATCH", path, json=body)

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        headers = {**self.headers, **options.pop("headers", {})}
        where = path if options.pop("root", False) else f"/api/v1{path}"
        async with self._session.request(method, where, headers=headers, **options) as response:
            return await Answer.of(response)

    async def sign_in(self, login: str, password: str = PASSWORD) -> Answer:
        answer = await self.post("/session", {"login": login, "password": password})
        if answer.status == 200:
            self.headers["X-CSRF-Token"] = answer.body["csrf_token"]
        return answer

    def cookie(self) -> str:
        """As a request header carries it."""
        return "; ".join(f"{one.key}={one.value}" for one in self._session.cookie_jar)

    @property
    def session(self) -> ClientSession:
        return self._session

    async def close(self) -> None:
        await self._session.close()


class RunningDesk:
    """The server and what stands behind it."""

    def __init__(self, desk: Desk, server: TestServer, live: FakeLiveDesk) -> None:
        self.desk = desk
        self.live = live
        self._server = server
        self._browsers: list[Browser] = []

    @property
    def database(self) -> Database:
        return self.desk.database

    @property
    def base(self) -> str:
        return str(self._server.make_url(""))

    def browser(self) -> Browser:
        browser = Browser(self.base)
        self._browsers.append(browser)
        return browser

    async def signed_in(self, login: str) -> Browser:
        browser = self.browser()
        answer = await browser.sign_in(login)
        assert answer.status == 200, answer.body
        return browser

    def program(self, token: str) -> Browser:
        browser = self.browser()
        browser.headers["Authorization"] = f"Bearer {token}"
        return browser

    async def stop_serving(self) -> None:
        await self._server.close()

    async def close(self) -> None:
        for browser in self._browsers:
            await browser.close()
        await self._server.close()


@asynccontextmanager
async def running_desk(
    database: Database,
    clock: MovableClock,
    folder: Path,
    *,
    demo: bool = False,
    asterisk_http_port: int = 9,
    limits: Limits | None = None,
    secret: str = SECRET,
    sms: HttpSettings | None = None,
    proxies: tuple[str, ...] = (),
) -> AsyncIterator[RunningDesk]:
    """A desk with the demo's people in its database."""
    passwords = cheap_passwords()
    with database.transaction() as session:
        install(session, clock.now(), Policy())
        install_menu(session, clock.now(), read_texts(SHIPPED), {}, own_fit=True)
        install_flow_tests(session, clock.now(), case_texts(cases_in(SHIPPED_TESTS)))
        load_demo(session, clock.now(), passwords.hash(PASSWORD))
    live = FakeLiveDesk(seat("1001", clock.now()), seat("1002", clock.now()))
    threads = PasswordThreads(passwords)
    async with ClientSession() as http:
        chosen = settings(folder, demo=demo, asterisk_http_port=asterisk_http_port, secret=secret)
        chosen = replace(chosen, sms=sms, proxies=networks(proxies))
        if not chosen.site.exists():
            shutil.copy(DEFAULT_SITE, chosen.site)
        sounds = Library(chosen.prompts, ToneVoice(), Recordings(chosen.flows))
        around = surroundings(load_site(DEFAULT_SITE), sounds, chosen.menu_limits)
        reports = Reports(database, around)
        speech, menu = Speech(sounds), MenuWork(MenuSounds(sounds), Studio(sounds), reports)
        limited = limits or Limits()
        desk = Desk(chosen, database, clock, threads, live, limited, QUEUES, http, speech, menu)
        server = TestServer(application(desk, "test", folder / "static"))
        await server.start_server()
        running = RunningDesk(desk, server, live)
        try:
            yield running
        finally:
            await running.close()
            desk.pictures.close()
            threads.close()
            menu.sounds.close()
            menu.studio.close()
            speech.close()
