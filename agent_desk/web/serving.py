"""From a request to a handler and back: who asks, may they, what do they ask, what do they get."""

import hmac
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, ValidationError

from agent_desk.web.desk import DESK, Desk
from agent_desk.web.forwarded import Arrival, arrival
from agent_desk.web.problems import BadRequest, ForeignPage, findings_of
from agent_desk.web.routing import AnyRoute, Ask, Everybody
from agent_desk.web.shapes.base import Input, Nothing
from ticketing.errors import Finding, InvalidInput, NotAllowed, NotFound
from ticketing.people.person import Person, process
from ticketing.people.sessions import SignedOut, find_session, touch_session
from ticketing.people.tokens import USED_EVERY, find_program, touch_token

COOKIE: Final = "hotline_session"
CSRF_HEADER: Final = "X-CSRF-Token"
_READING: Final = frozenset({"GET", "HEAD"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is behind a request and how they proved it."""

    person: Person
    by_cookie: bool
    session_hash: str = ""
    csrf_token: str = ""


_NOBODY: Final = Identity(process("nobody"), by_cookie=False)


def serve(route: AnyRoute) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler of one line of the table."""

    async def answer(request: web.Request) -> web.StreamResponse:
        desk = request.app[DESK]
        moment = desk.clock.now()
        arrived = arrival_of(request)
        address = arrived.address
        identity = await _identify(route, request, desk, moment, address)
        _check_origin(route, request, identity, arrived.host)
        _check_access(route, identity.person)
        _check_path(request)
        ask: Ask[Any, Any] = Ask(
            desk=desk,
            person=identity.person,
            query=_query(route.query, request),
            body=await _body(route, request),
            path=request.match_info,
            address=address,
            request=request,
            session_hash=identity.session_hash,
            csrf_token=identity.csrf_token,
            secure=arrived.secure,
        )
        return _shaped(route, await route.handler(ask))

    return answer


def arrival_of(request: web.Request) -> Arrival:
    """Where it came from, by the house's own settings."""
    settings = request.app[DESK].settings
    return arrival(request, settings.proxies, own_tls=settings.tls is not None)


async def _identify(
    route: AnyRoute, request: web.Request, desk: Desk, moment: datetime, address: str
) -> Identity:
    if route.access is Everybody.OPEN:
        desk.limits.requests.take(f"address:{address}", moment)
        return _NOBODY
    try:
        authorization = request.headers.get("Authorization", "")
        if authorization:
            return await _program(authorization, desk, moment, address)
        return await _browser(request.cookies.get(COOKIE, ""), desk, moment, address)
    except SignedOut:
        if route.access is Everybody.OPEN_IN_DEMO and desk.settings.demo:
            return _NOBODY
        raise


async def _browser(token: str, desk: Desk, moment: datetime, address: str) -> Identity:
    if not token:
        desk.limits.requests.take(f"address:{address}", moment)
        raise SignedOut
    opened = await desk.database.read(find_session, moment, token)
    desk.limits.requests.take(f"session:{opened.token_hash}", moment)
    if opened.seen_long_ago:
        await desk.database.write(touch_session, moment, opened.token_hash)
    return Identity(opened.person, True, opened.token_hash, opened.csrf_token)


async def _program(authorization: str, desk: Desk, moment: datetime, address: str) -> Identity:
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise SignedOut
    desk.limits.address_failures.check(f"token:{address}", moment)
    try:
        person, last_used = await desk.database.read(find_program, key.strip())
    except SignedOut:
        desk.limits.address_failures.add(f"token:{address}", moment)
        raise
    desk.limits.requests.take(person.login, moment)
    if last_used is None or last_used + USED_EVERY <= moment:
        await desk.database.write(touch_token, moment, key.strip())
    return Identity(person, by_cookie=False)


def _check_origin(route: AnyRoute, request: web.Request, identity: Identity, host: str) -> None:
    """A change or a socket must come from our own page; a cookie alone proves nothing."""
    changes = request.method not in _READING
    origin = request.headers.get("Origin")
    if (changes or route.status == 101) and origin is not None:
        parts = urlsplit(origin)
        if parts.netloc.lower() != host.lower() or parts.scheme not in ("http", "https"):
            raise ForeignPage
    if route.status == 101 and origin is None and identity.person.user_id is not None:
        raise ForeignPage  # a browser always says where a socket comes from
    if changes and identity.by_cookie:
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), identity.csrf_token.encode()):
            raise ForeignPage


def _check_access(route: AnyRoute, person: Person) -> None:
    if isinstance(route.access, Everybody):
        return
    if person.must_change_password:
        raise NotAllowed(route.name, "请先修改初始密码")
    if not route.access & person.rights:
        raise NotAllowed(route.name, "您没有此项权限")


def _check_path(request: web.Request) -> None:
    """No key of ours has a control character or half a character; PostgreSQL cannot even ask."""
    for name, value in request.match_info.items():
        if not value.isprintable():
            raise NotFound(name, value)


def _query(shape: type[Input], request: web.Request) -> Input:
    values: dict[str, str] = {}
    for name, value in request.query.items():
        if name in values:
            raise InvalidInput((Finding(name, "重复出现"),))
        values[name] = value
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        raise findings_of(error) from error


async def _body(route: AnyRoute, request: web.Request) -> Input:
    shape: type[Input] = route.body
    if request.method in _READING or (shape is Nothing and not request.can_read_body):
        return Nothing()
    if route.body_type != "application/json":
        return Nothing()  # the handler reads it, with limits of its own
    if request.content_type != "application/json":
        raise BadRequest("请以 application/json 提交", 415)
    if route.body_limit is not None:
        said = request.content_length
        if said is None or said > route.body_limit:
            raise BadRequest("提交的内容过大或没有说明长度", 413)
        request = request.clone(client_max_size=route.body_limit)
    raw = await request.read()
    try:
        return shape.model_validate_json(raw)
    except ValidationError as error:
        if any(one["type"] == "json_invalid" for one in error.errors(include_url=False)):
            raise BadRequest("提交的内容不是有效的JSON") from error
        raise findings_of(error) from error


def _shaped(route: AnyRoute, answer: BaseModel | web.StreamResponse | None) -> web.StreamResponse:
    if isinstance(answer, web.StreamResponse):
        return answer
    if answer is None:
        return web.Response(status=204)
    return shaped(answer, route.status)


def shaped(answer: BaseModel, status: int = 200) -> web.Response:
    return web.Response(
        status=status,
        body=answer.model_dump_json(by_alias=True).encode(),
        content_type="application/json",
        charset="utf-8",
    )
