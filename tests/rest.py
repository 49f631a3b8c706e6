"""A signed-in person as the API sees them: cookie, CSRF token, JSON, an open page."""

import asyncio
import http.cookiejar
import json
import threading
import urllib.error
import urllib.request
from types import TracebackType
from typing import Any, Self

import aiohttp

from ticketing.demo import PASSWORD


class Refused(AssertionError):
    """The API answered with a problem."""

    def __init__(self, status: int, problem: Any) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem


class ApiPerson:
    """Talks to a running house in somebody's name."""

    def __init__(self, web: str, login: str, password: str = PASSWORD) -> None:
        self._base = f"{web}/api/v1"
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._cookies)
        )
        self._csrf = ""
        self.me = self.post("/session", {"login": login, "password": password})
        self._csrf = self.me["csrf_token"]

    def get(self, path: str) -> Any:
        return json.loads(self.fetch(path))

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._ask("POST", path, json.dumps(body or {}).encode())
        return json.loads(answer) if answer else None

    def fetch(self, path: str, **headers: str) -> bytes:
        """Raw bytes, e.g. a recording's sound."""
        return self._ask("GET", path, None, **headers)

    @property
    def cookie(self) -> str:
        """What a browser sends."""
        return "; ".join(f"{one.name}={one.value}" for one in self._cookies)

    def _ask(self, method: str, path: str, body: bytes | None, **headers: str) -> bytes:
        request = urllib.request.Request(  # noqa: S310 (our own loopback server)
            self._base + path,
            body,
            {"Content-Type": "application/json", "X-CSRF-Token": self._csrf, **headers},
            method=method,
        )
        try:
            with self._opener.open(request, timeout=30) as answer:
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read() or b"null")) from None


class OpenPage:
    """The desk's page left open: its live socket, connected again whenever it breaks.

    A seat is reachable only while its page is.
    """

    def __init__(self, web: str, person: ApiPerson) -> None:
        self._web = web
        self._person = person
        self._closed = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._stay()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        self._thread.join(20)

    async def _stay(self) -> None:
        headers = {"Cookie": self._person.cookie, "Origin": self._web}
        async with aiohttp.ClientSession(headers=headers) as session:
            while not self._closed.is_set():
                try:
                    await self._listen(session)
                except (aiohttp.ClientError, OSError):
                    await asyncio.sleep(0.5)

    async def _listen(self, session: aiohttp.ClientSession) -> None:
        async with session.ws_connect(f"{self._web}/live", heartbeat=10) as socket:
            await socket.send_json({"resume": None})
            while not self._closed.is_set():
                try:
                    message = await socket.receive(timeout=0.5)
                except TimeoutError:
                    continue
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
