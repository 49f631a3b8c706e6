"""Nobody gets what the table of rights does not give, on any route, with any role."""

import re
from pathlib import Path

from agent_desk.web.desk import Limits
from agent_desk.web.limits import Rate
from agent_desk.web.routes import all_routes
from agent_desk.web.routing import AnyRoute, Everybody
from tests.desk import Answer, Browser, RunningDesk, cheap_passwords, running_desk
from tests.fakes.clock import MovableClock
from ticketing.database import Database
from ticketing.demo import PASSWORD
from ticketing.people.person import process
from ticketing.people.tokens import add_token
from ticketing.people.users import NewUser, add_user
from ticketing.rules.permissions import RIGHTS, Right, Role

_UNLIMITED = Limits(requests=Rate(per_second=1e6, burst=1_000_000))


async def test_every_route_opens_to_exactly_the_roles_with_its_rights(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    """Generated from the route table and the rights table: a new line of either is tested."""
    async with running_desk(database, clock, tmp_path, limits=_UNLIMITED) as desk:
        _one_user_per_role(desk)
        wrong = []
        for role in Role:
            browser = await desk.signed_in(_login(role))
            for route in _but_signing_out(all_routes()):
                allowed = isinstance(route.access, Everybody) or bool(route.access & RIGHTS[role])
                answer = await _ask(browser, route)
                refused = _is_refusal_of_the_table(answer)
                if refused == allowed or answer.status >= 500:
                    wrong.append((role.value, route.method, route.path, answer.status))
        assert wrong == []


async def test_without_signing_in_only_open_routes_answer(desk: RunningDesk) -> None:
    """Everything else is 401, a bad token and a made-up cookie too."""
    stranger, forger = desk.browser(), desk.program("hl_made-up")
    forger.headers["Cookie"] = "hotline_session=made-up"
    for route in all_routes():
        if route.access is Everybody.OPEN:
            continue
        assert (await _ask(stranger, route)).status == 401, route
        assert (await _ask(forger, route)).status in (401, 429), route


async def test_a_program_has_its_tokens_roles_until_it_is_revoked(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """A bearer needs no CSRF token and gets nothing beyond its roles."""
    with desk.database.transaction() as session:
        key = add_token(session, clock.now(), process("test"), "12345", [Role.PROGRAM])
    program = desk.program(key)
    assert (await program.get("/calls")).status == 200
    assert (await program.get("/users")).status == 403
    assert (await program.post("/users", {})).status == 403
    admin = await desk.signed_in("admin")
    rows = (await admin.get("/audit", params={"what": "token.add"})).body["items"]
    assert rows[0]["subject_key"] == "12345"
    assert key not in str(rows)


def test_what_is_open_is_open_on_purpose() -> None:
    """The table itself: a route that slips out of its rights is seen here."""
    routes = {f"{route.method} {route.path}": route.access for route in all_routes()}
    everybody = {name for name, access in routes.items() if isinstance(access, Everybody)}
    assert everybody == {
        "POST /session",
        "GET /session",
        "DELETE /session",
        "POST /session/password",
        "GET /catalogue",
        "GET /health",
        "GET /test-phone",
        "GET /live",
        "GET /sip",
        "POST /public/photos",
        "POST /public/matters",
        "POST /public/codes",
        "POST /public/entries",
        "POST /public/progress",
        "POST /public/ratings",
    }
    assert {name for name in everybody if routes[name] is Everybody.OPEN} == {
        "POST /session",
        "GET /health",
        "GET /test-phone",
        "POST /public/photos",
        "POST /public/matters",
        "POST /public/codes",
        "POST /public/entries",
        "POST /public/progress",
        "POST /public/ratings",
    }
    for name, right in (
        ("GET /users", Right.EDIT_USERS),
        ("POST /users", Right.EDIT_USERS),
        (r"PATCH /users/{id:\d+}", Right.EDIT_USERS),
        ("GET /audit", Right.SEE_AUDIT),
        ("POST /calls/{key}/listen", Right.SUPERVISE_CALLS),
        ("POST /agents/{extension}/release", Right.SUPERVISE_CALLS),
        ("POST /handling-units", Right.EDIT_CATALOGUES),
        ("POST /routing", Right.EDIT_CATALOGUES),
        ("POST /road-notices", Right.POST_NOTICES),
        ("POST /road-notices/import", Right.POST_NOTICES),
        ("POST /announcements", Right.ANNOUNCE),
        (r"PUT /switches/{name}", Right.ANNOUNCE),
        ("GET /notices/unsettled", Right.SEND_NOTICES_AGAIN),
        (r"POST /notices/{id:\d+}/send-again", Right.SEND_NOTICES_AGAIN),
        (r"POST /flows/misheard/{id:\d+}/label", Right.LISTEN_RECORDINGS),
        ("GET /flows/misheard/export", Right.EXPORT),
        ("POST /sms/receipts", Right.REPORT_SMS),
        ("POST /sms/inbound", Right.REPORT_SMS),
        (r"POST /knowledge/{id:\d+}/publish", Right.EDIT_KNOWLEDGE),
    ):
        assert routes[name] == frozenset({right}), name


def _login(role: Role) -> str:
    return f"only-{role.value}"


def _one_user_per_role(desk: RunningDesk) -> None:
    hashed = cheap_passwords().hash(PASSWORD)
    with desk.database.transaction() as session:
        for role in Role:
            new = NewUser(_login(role), role.zh, (role,))
            moment = desk.desk.clock.now()
            add_user(session, moment, process("test"), new, hashed, must_change_password=False)


def _but_signing_out(routes: tuple[AnyRoute, ...]) -> list[AnyRoute]:
    """Signing in would count failures, signing out would end the test's own session."""
    return [route for route in routes if not route.path.startswith("/session")]


async def _ask(browser: Browser, route: AnyRoute) -> Answer:
    path = re.sub(r"\{(\w+)(:[^}]*\+)?\}", "999", route.path)
    body = {"json": {}} if route.method in ("POST", "PATCH", "PUT") else {}
    return await browser.ask(route.method, path, root=route.root, **body)


def _is_refusal_of_the_table(answer: Answer) -> bool:
    is_problem = answer.status == 403
    return is_problem and answer.body["detail"] == "您没有此项权限"
