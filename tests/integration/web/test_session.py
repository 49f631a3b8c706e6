"""Who may come in, how long, and what happens to those who guess."""

from pathlib import Path

from agent_desk.web.desk import Limits
from agent_desk.web.limits import Rate
from tests.desk import RunningDesk, running_desk
from tests.fakes.clock import MovableClock
from ticketing.database import Database
from ticketing.people.sessions import FAILURES_TO_LOCK
from ticketing.records.people import User, UserSession


async def test_a_person_signs_in_is_known_and_signs_out(desk: RunningDesk) -> None:
    """The page learns name, seat and rights; after signing out the cookie opens nothing."""
    browser = desk.browser()
    assert (await browser.get("/session")).status == 401
    me = await browser.sign_in("agent1")
    assert me.status == 200
    assert (me.body["name"], me.body["extension"]) == ("李小红", "1001")
    assert "take_calls" in me.body["rights"]
    assert (await browser.get("/session")).body["login"] == "agent1"
    assert (await browser.ask("DELETE", "/session")).status == 204
    assert (await browser.get("/session")).status == 401


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(desk: RunningDesk) -> None:
    """HttpOnly, SameSite=Strict; the value itself is nowhere in the database."""
    browser = desk.browser()
    answer = await browser.sign_in("agent1")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    value = cookie.split(";")[0].partition("=")[2]
    with desk.database.reading() as session:
        stored = session.query(UserSession).one()
    assert value not in (stored.token_hash, stored.csrf_token)


async def test_unknown_logins_and_wrong_passwords_get_the_same_answer(desk: RunningDesk) -> None:
    """Nobody learns which logins exist, not even by being locked out."""
    browser = desk.browser()
    for _ in range(FAILURES_TO_LOCK + 1):
        known = await browser.sign_in("agent1", "wrong-password-1")
        unknown = await browser.sign_in("nobody1", "wrong-password-1")
        assert known.status == unknown.status
        assert known.body["title"] == unknown.body["title"]
    assert known.status == 429


async def test_a_locked_login_opens_again_by_itself(desk: RunningDesk, clock: MovableClock) -> None:
    """The right password is refused while locked, and taken a quarter of an hour later."""
    browser = desk.browser()
    for _ in range(FAILURES_TO_LOCK):
        assert (await browser.sign_in("agent1", "wrong-password-1")).status in (401, 429)
    refused = await browser.sign_in("agent1")
    assert refused.status == 429
    assert refused.body["retry_after"] > 600
    assert "Retry-After" in refused.headers
    clock.pass_time(minutes=16)
    assert (await browser.sign_in("agent1")).status == 200


async def test_the_lock_outlives_a_restart_and_an_administrator_lifts_it(
    desk: RunningDesk,
) -> None:
    """The count is in the user's row; lifting is in the audit."""
    browser = desk.browser()
    for _ in range(FAILURES_TO_LOCK):
        await browser.sign_in("agent1", "wrong-password-1")
    desk.desk.limits.login_failures.clear("agent1")  # what a restart forgets
    assert (await browser.sign_in("agent1")).status == 429
    admin = await desk.signed_in("admin")
    with desk.database.reading() as session:
        user_id = session.query(User.id).filter_by(login="agent1").scalar()
    assert (await admin.patch(f"/users/{user_id}", {"unlock": True})).status == 200
    assert (await browser.sign_in("agent1")).status == 200


async def test_one_address_cannot_try_login_after_login(desk: RunningDesk) -> None:
    """Thirty failures from one address stop it, whatever logins it names."""
    browser = desk.browser()
    statuses = [(await browser.sign_in(f"guess{n}", "wrong-password-1")).status for n in range(31)]
    assert statuses[:30] == [401] * 30
    assert statuses[30] == 429


async def test_a_flood_of_sign_ins_does_not_reach_argon2(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    """Tries are limited per address before anything is hashed, and again allowed in time."""
    limits = Limits(sign_ins=Rate(per_second=1, burst=3))
    async with running_desk(database, clock, tmp_path, limits=limits) as desk:
        browser = desk.browser()
        tries = [(await browser.sign_in("agent1")).status for _ in range(4)]
        assert tries == [200, 200, 200, 429]
        clock.pass_time(seconds=1)
        assert (await browser.sign_in("agent1")).status == 200


async def test_a_change_without_the_csrf_token_is_refused(desk: RunningDesk) -> None:
    """A cookie alone proves nothing; a foreign Origin neither."""
    browser = await desk.signed_in("agent1")
    token = browser.headers.pop("X-CSRF-Token")
    refused = await browser.post("/agents/me/state", {"state": "busy", "reason": "小休"})
    assert (refused.status, refused.body["type"]) == (403, "/problems/foreign-page")
    browser.headers["X-CSRF-Token"] = "x" * len(token)
    assert (await browser.post("/agents/me/state", {"state": "busy"})).status == 403
    browser.headers["X-CSRF-Token"] = token
    foreign = await browser.post(
        "/agents/me/state", {"state": "busy"}, headers={"Origin": "http://evil.example"}
    )
    assert foreign.status == 403
    assert desk.live.done == []
    assert (await browser.post("/agents/me/state", {"state": "busy"})).status == 200


async def test_a_session_ends_after_four_idle_hours_and_after_fourteen_in_all(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """Whoever works stays signed in; whoever left does not."""
    browser = await desk.signed_in("agent1")
    for _ in range(4):
        clock.pass_time(hours=3)
        assert (await browser.get("/session")).status == 200
    clock.pass_time(hours=2, minutes=1)
    assert (await browser.get("/session")).status == 401
    idle = await desk.signed_in("agent2")
    clock.pass_time(hours=4)
    assert (await idle.get("/session")).status == 401


async def test_a_new_password_ends_the_other_sessions(desk: RunningDesk) -> None:
    """The browser that changed it stays, every other one must sign in anew."""
    here, elsewhere = await desk.signed_in("agent1"), await desk.signed_in("agent1")
    wrong = await here.post("/session/password", {"old": "wrong-one-123", "new": "correct-horse-9"})
    assert (wrong.status, wrong.body["findings"][0]["field"]) == (422, "old")
    weak = await here.post("/session/password", {"old": "demo-12328", "new": "agent1"})
    assert weak.status == 422
    assert {finding["field"] for finding in weak.body["findings"]} == {"new"}
    changed = await here.post("/session/password", {"old": "demo-12328", "new": "correct-horse-9"})
    assert changed.status == 204
    assert (await here.get("/session")).status == 200
    assert (await elsewhere.get("/session")).status == 401
    assert (await desk.browser().sign_in("agent1", "correct-horse-9")).status == 200


async def test_a_given_password_must_be_changed_before_anything_else(desk: RunningDesk) -> None:
    """A new user gets a generated password, may change it, and nothing more until then."""
    admin = await desk.signed_in("admin")
    made = await admin.post("/users", {"login": "new1", "name": "新人", "roles": ["agent"]})
    assert made.status == 201
    newcomer = desk.browser()
    me = await newcomer.sign_in("new1", made.body["password"])
    assert (me.body["must_change_password"], me.body["rights"]) == (True, [])
    assert (await newcomer.get("/calls")).status == 403
    body = {"old": made.body["password"], "new": "correct-horse-9"}
    assert (await newcomer.post("/session/password", body)).status == 204
    assert (await newcomer.get("/calls")).status == 200


async def test_a_disabled_person_is_out_at_once(desk: RunningDesk) -> None:
    """Open sessions end; signing in again looks like a wrong password."""
    agent, admin = await desk.signed_in("agent2"), await desk.signed_in("admin")
    users = (await admin.get("/users")).body["items"]
    user_id = next(user["id"] for user in users if user["login"] == "agent2")
    assert (await admin.patch(f"/users/{user_id}", {"disabled": True})).status == 200
    assert (await agent.get("/session")).status == 401
    assert (await desk.browser().sign_in("agent2")).status == 401


async def test_nobody_changes_his_own_roles(desk: RunningDesk) -> None:
    """An administrator can neither widen his own rights nor lock himself out."""
    admin = await desk.signed_in("admin")
    me = (await admin.get("/session")).body
    refused = await admin.patch(f"/users/{me['id']}", {"roles": ["admin", "leader"]})
    assert refused.status == 403
    assert (await admin.patch(f"/users/{me['id']}", {"disabled": True})).status == 403


async def test_two_people_cannot_have_one_seat(desk: RunningDesk) -> None:
    """The form says who sits there."""
    admin = await desk.signed_in("admin")
    body = {"login": "new2", "name": "新人", "roles": ["agent"], "extension": "1001"}
    refused = await admin.post("/users", body)
    assert refused.status == 422
    assert refused.body["findings"] == [{"field": "extension", "message": "座席1001已分配给李小红"}]
