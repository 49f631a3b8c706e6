"""A signed-in person as the API sees them: cookie, CSRF token, JSON."""

import http.cookiejar
import json
import urllib.error
import urllib.request
from typing import Any

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
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
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
