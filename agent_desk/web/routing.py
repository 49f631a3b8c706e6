"""The table of routes: each says who may, what it takes and what it gives.

The server, the OpenAPI document and the rights test are all made from this table, so none of them
can know less or more than the others.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Generic, TypeVar

from aiohttp import web
from pydantic import BaseModel

from agent_desk.web.desk import Desk
from agent_desk.web.shapes.base import Input, Nothing
from ticketing.errors import NotFound
from ticketing.people.person import Person
from ticketing.rules.permissions import Right

API: Final = "/api/v1"

Q = TypeVar("Q", bound=Input)
B = TypeVar("B", bound=Input)
A = TypeVar("A", bound=BaseModel | None)


class Everybody(Enum):
    """Access that is not by right."""

    OPEN = "open"
    """Without signing in."""
    OPEN_IN_DEMO = "open_in_demo"
    """Without signing in in a demo, else whoever is signed in."""
    SIGNED_IN = "signed_in"
    """Whoever is signed in, also with a password that must be changed."""


Access = Everybody | frozenset[Right]
"""A set of rights: any one of them opens the route."""


@dataclass(frozen=True, slots=True)
class Ask(Generic[Q, B]):
    """One request, checked: who asks for what."""

    desk: Desk
    person: Person
    query: Q
    body: B
    path: Mapping[str, str]
    address: str
    request: web.Request
    session_hash: str = ""
    csrf_token: str = ""
    secure: bool = False
    """It came over TLS, ours or a trusted proxy's."""

    def number(self, name: str) -> int:
        """A numeric part of the path. Raises NotFound when it cannot be a key."""
        value = int(self.path[name])
        if value >= 2**63:
            raise NotFound(name, value)
        return value


@dataclass(frozen=True, slots=True)
class Route(Generic[Q, B, A]):
    """One line of the table."""

    method: str
    path: str
    """Below API unless `root`; `{name:regex}` as aiohttp writes it."""
    handler: Callable[[Ask[Q, B]], Awaitable[A | web.StreamResponse]]
    access: Access
    query: type[Q]
    body: type[B]
    answer: type[A]
    summary: str
    """Chinese, for the API's readers."""
    status: int = 200
    media_type: str = "application/json"
    root: bool = False
    """The path stands at the origin's root (WebSockets)."""
    body_limit: int | None = None
    """Bytes, where the application's own limit does not fit."""
    body_type: str = "application/json"
    """Another type: the handler reads the bytes itself."""

    @property
    def full_path(self) -> str:
        return self.path if self.root else API + self.path

    @property
    def name(self) -> str:
        return getattr(self.handler, "__name__", self.path)


AnyAsk = Ask[Any, Any]
AnyRoute = Route[Any, Any, Any]


def get(
    path: str,
    handler: Callable[[Ask[Q, Nothing]], Awaitable[A | web.StreamResponse]],
    access: Access,
    query: type[Q],
    answer: type[A],
    summary: str,
    media_type: str = "application/json",
) -> AnyRoute:
    return Route(
        "GET", path, handler, access, query, Nothing, answer, summary, media_type=media_type
    )


def post(
    path: str,
    handler: Callable[[Ask[Nothing, B]], Awaitable[A | web.StreamResponse]],
    access: Access,
    body: type[B],
    answer: type[A],
    summary: str,
    status: int = 200,
) -> AnyRoute:
    return Route(
        "POST",
        path,
        handler,
        access,
        Nothing,
        body,
        answer,
        summary,
        status=status,
    )


def patch(
    path: str,
    handler: Callable[[Ask[Nothing, B]], Awaitable[A | web.StreamResponse]],
    access: Access,
    body: type[B],
    answer: type[A],
    summary: str,
) -> AnyRoute:
    return Route("PATCH", path, handler, access, Nothing, body, answer, summary)


def put(
    path: str,
    handler: Callable[[Ask[Nothing, B]], Awaitable[A | web.StreamResponse]],
    access: Access,
    body: type[B],
    answer: type[A],
    summary: str,
) -> AnyRoute:
    return Route("PUT", path, handler, access, Nothing, body, answer, summary)


def delete(
    path: str,
    handler: Callable[[Ask[Nothing, Nothing]], Awaitable[A | web.StreamResponse]],
    access: Access,
    answer: type[A],
    summary: str,
) -> AnyRoute:
    status = 204 if answer is type(None) else 200
    return Route("DELETE", path, handler, access, Nothing, Nothing, answer, summary, status=status)


def socket(
    path: str,
    handler: Callable[[Ask[Nothing, Nothing]], Awaitable[web.StreamResponse | None]],
    access: Access,
    summary: str,
) -> AnyRoute:
    """A WebSocket at the origin's root."""
    return Route(
        "GET",
        path,
        handler,
        access,
        Nothing,
        Nothing,
        type(None),
        summary,
        status=101,
        root=True,
    )


def any_of(*rights: Right) -> Access:
    return frozenset(rights)
