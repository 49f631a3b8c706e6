"""Signing in and out, and who is signed in."""

from aiohttp import web
from pydantic import SecretStr

from agent_desk.web.desk import Desk
from agent_desk.web.routing import AnyRoute, Ask, Everybody, delete, get, post
from agent_desk.web.serving import COOKIE, shaped
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.people import Me, NewPassword, SignIn, UnitName
from agent_desk.web.sockets import OPEN_SOCKETS
from ticketing.errors import Finding, InvalidInput, NotAllowed, TooMany
from ticketing.people.passwords import check_policy
from ticketing.people.person import Person
from ticketing.people.sessions import (
    SESSION_LASTS,
    Refused,
    SignedIn,
    WrongPassword,
    change_password,
    end_session,
    sign_in,
    stored_password,
)
from ticketing.units import unit_names


async def begin_session(ask: Ask[Nothing, SignIn]) -> web.Response:
    signed_in = await _sign_in(ask)
    answer = shaped(await _me(ask.desk, signed_in.person, signed_in.csrf_token))
    answer.set_cookie(
        COOKIE,
        signed_in.token,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        httponly=True,
        secure=ask.secure,
        samesite="Strict",
    )
    return answer


async def show_session(ask: Ask[Nothing, Nothing]) -> Me:
    return await _me(ask.desk, ask.person, ask.csrf_token)


async def finish_session(ask: Ask[Nothing, Nothing]) -> web.Response:
    token = ask.request.cookies.get(COOKIE, "")
    await ask.desk.database.write(end_session, ask.desk.clock.now(), ask.person, token)
    if ask.session_hash:
        await ask.request.app[OPEN_SOCKETS].close_session(ask.session_hash)
    answer = web.Response(status=204)
    answer.del_cookie(COOKIE, path="/", secure=ask.secure, httponly=True, samesite="Strict")
    return answer


async def replace_password(ask: Ask[Nothing, NewPassword]) -> None:
    desk, login = ask.desk, ask.person.login
    if ask.person.user_id is None:
        raise NotAllowed("password", "程序令牌没有密码")
    new = ask.body.new.get_secret_value()
    check_policy(new, login, "new")
    await _verify_old(ask, login, ask.body.old)
    password_hash = await desk.passwords.hash(new)
    await desk.database.write(
        change_password, desk.clock.now(), ask.person, password_hash, ask.session_hash
    )


async def _sign_in(ask: Ask[Nothing, SignIn]) -> SignedIn:
    """The same work and the same answers for logins that exist and that do not."""
    desk, moment = ask.desk, ask.desk.clock.now()
    login, limits = ask.body.login, ask.desk.limits
    limits.sign_ins.take(ask.address, moment)
    limits.address_failures.check(ask.address, moment)
    limits.login_failures.check(login, moment)
    stored = await desk.database.read(stored_password, login)
    right = await desk.passwords.verify(stored, ask.body.password.get_secret_value())
    agent = ask.request.headers.get("User-Agent", "")
    outcome = await desk.database.write(sign_in, moment, login, right, ask.address, agent)
    if isinstance(outcome, Refused):
        limits.address_failures.add(ask.address, moment)
        limits.login_failures.add(login, moment)
        limits.login_failures.check(login, moment)
        if outcome.locked_until is not None:
            raise TooMany("sign-in", (outcome.locked_until - moment).total_seconds())
        raise WrongPassword
    limits.login_failures.clear(login)
    return outcome


async def _verify_old(ask: Ask[Nothing, NewPassword], login: str, old: SecretStr) -> None:
    desk, moment = ask.desk, ask.desk.clock.now()
    desk.limits.login_failures.check(login, moment)
    stored = await desk.database.read(stored_password, login)
    if not await desk.passwords.verify(stored, old.get_secret_value()):
        desk.limits.login_failures.add(login, moment)
        raise InvalidInput((Finding("old", "原密码不正确"),))


async def _me(desk: Desk, person: Person, csrf_token: str) -> Me:
    unit = person.unit_id
    names = await desk.database.read(unit_names, [unit])
    return Me(
        id=person.user_id,
        login=person.login,
        name=person.name,
        staff_no=person.staff_no,
        roles=sorted(role.value for role in person.roles),
        rights=sorted(right.value for right in person.rights),
        extension=person.extension,
        queues=list(person.queues),
        region_code=person.region_code,
        handling_unit=UnitName(id=unit, name=names.get(unit, "")) if unit else None,
        must_change_password=person.must_change_password,
        csrf_token=csrf_token,
        demo=desk.settings.demo,
    )


ROUTES: tuple[AnyRoute, ...] = (
    post("/session", begin_session, Everybody.OPEN, SignIn, Me, "登录"),
    get("/session", show_session, Everybody.SIGNED_IN, Nothing, Me, "当前登录者"),
    delete("/session", finish_session, Everybody.SIGNED_IN, type(None), "退出登录"),
    post(
        "/session/password",
        replace_password,
        Everybody.SIGNED_IN,
        NewPassword,
        type(None),
        "修改密码",
        status=204,
    ),
)
