"""What browsers and programs should never send, and what they get for it: a clear refusal."""

import asyncio
import json
from pathlib import Path

from agent_desk.web.desk import Limits
from agent_desk.web.limits import Rate
from tests.desk import RunningDesk, running_desk
from tests.fakes.clock import MovableClock
from ticketing.database import Database

_JSON = {"Content-Type": "application/json"}

_HALF_A_BODY = (
    b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100\r\n\r\n{"
)

NOT_JSON = [b"", b"{", b"\xff\xfe", b"nul", b'{"login": "\xed\xa0\x80"}', b"[" * 100_000]
WRONG = [
    b"[]",
    b"null",
    b'"x"',
    b"{}",
    b'{"login": 1, "password": 2}',
    b'{"login": "a", "password": "b", "role": "admin"}',
    b'{"login": "a\\u0000b", "password": "b"}',
    b'{"login": "a\\u001bb", "password": "b"}',
    json.dumps({"login": "x" * 10_000, "password": "b"}).encode(),
    json.dumps({"login": {"$ne": ""}, "password": "b"}).encode(),
]


QUERIES = [
    "limit=0",
    "limit=1000000",
    "limit=ten",
    "after=-1",
    "after=99999999999999999999999",
    "unknown=1",
    "limit=1&limit=2",
    "from=yesterday",
    "from=2026-11-25T10:00:00",
    "caller_number=%00",
    "caller_number=' OR 1=1 --",
    "outcome=%ED%A0%80%00",
    "outcome=" + "x" * 3000,
]
KEYS = ["%00", "'", "..%2f..%2fetc%2fpasswd", "${EXTEN}", "🚕", "x" * 4000, "%ED%A0%80", "%ff%fe"]


async def test_what_is_no_json_is_a_bad_request(desk: RunningDesk) -> None:
    """400 with a Chinese word, never 500."""
    for raw in NOT_JSON:
        answer = await desk.browser().ask("POST", "/session", data=raw, headers=_JSON)
        assert answer.status == 400, raw[:50]
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert "JSON" in answer.body["detail"]


async def test_json_of_the_wrong_form_is_refused_field_by_field(desk: RunningDesk) -> None:
    """422 that names each field; unknown fields are refused, not ignored."""
    for raw in WRONG:
        answer = await desk.browser().ask("POST", "/session", data=raw, headers=_JSON)
        assert answer.status == 422, raw[:50]
        assert answer.body["findings"]
        assert all(finding["message"] for finding in answer.body["findings"])


async def test_a_lone_surrogate_never_reaches_the_database(desk: RunningDesk) -> None:
    """Escaped halves of a character are no text."""
    raw = b'{"login": "\\ud800", "password": "b"}'
    answer = await desk.browser().ask("POST", "/session", data=raw, headers=_JSON)
    assert answer.status in (400, 422)


async def test_forms_and_other_types_are_not_read(desk: RunningDesk) -> None:
    """A foreign page's form can only send these."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = await desk.browser().ask(
            "POST",
            "/session",
            data=b'{"login": "a", "password": "b"}',
            headers={"Content-Type": kind},
        )
        assert answer.status == 415


async def test_a_body_beyond_the_limit_is_cut_off(desk: RunningDesk) -> None:
    """413 with a problem; a megabyte is no work order."""
    raw = b'{"login": "' + b"x" * 1_000_000 + b'"}'
    answer = await desk.browser().ask("POST", "/session", data=raw, headers=_JSON)
    assert answer.status == 413
    assert answer.body["title"] == "内容过大"


async def test_a_query_that_means_nothing_is_refused(desk: RunningDesk) -> None:
    """422 that names the parameter."""
    agent = await desk.signed_in("agent1")
    for query in QUERIES:
        answer = await agent.get(f"/calls?{query}")
        assert (answer.status, bool(answer.body["findings"])) == (422, True), query


async def test_a_key_that_names_nothing_is_not_found(desk: RunningDesk) -> None:
    """On both makes of database, whatever the characters."""
    agent = await desk.signed_in("leader")
    for key in KEYS:
        for thing in ("calls", "work-orders"):
            answer = await agent.get(f"/{thing}/{key}")
            assert answer.status in (400, 404), (key, answer.body)


async def test_numbers_beyond_any_key_are_not_found(desk: RunningDesk) -> None:
    """No overflow in the database."""
    leader = await desk.signed_in("leader")
    assert (await leader.get(f"/recordings/{'9' * 30}")).status == 404
    assert (await leader.get(f"/recordings/{2**62}/audio")).status == 404


async def test_unknown_paths_and_methods_answer_in_the_same_form(desk: RunningDesk) -> None:
    """Problems, in Chinese, with the security headers."""
    browser = desk.browser()
    missing = await browser.get("/nothing")
    assert (missing.status, missing.body["status"]) == (404, 404)
    assert "default-src 'self'" in missing.headers["Content-Security-Policy"]
    wrong = await browser.ask("PUT", "/session")
    assert (wrong.status, wrong.body["title"]) == (405, "不支持这种操作")
    assert missing.headers["X-Content-Type-Options"] == "nosniff"
    assert missing.headers["Cache-Control"] == "no-store"


async def test_headers_of_ten_thousand_characters_do_not_reach_a_row(desk: RunningDesk) -> None:
    """The browser's name is cut to what the column holds."""
    browser = desk.browser()
    browser.headers["User-Agent"] = "🚕" + "x" * 5000
    assert (await browser.sign_in("agent1")).status == 200


async def test_too_many_requests_are_told_when_to_come_back(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    """Per session: the flood of one page does not stop the others."""
    limits = Limits(requests=Rate(per_second=10, burst=20))
    async with running_desk(database, clock, tmp_path, limits=limits) as desk:
        flooding, other = await desk.signed_in("agent1"), await desk.signed_in("agent2")
        answers = [await flooding.get("/session") for _ in range(21)]
        assert [answer.status for answer in answers] == [200] * 20 + [429]
        assert answers[-1].headers["Retry-After"] == "1"
        assert (await other.get("/session")).status == 200
        clock.pass_time(seconds=5)
        assert (await flooding.get("/session")).status == 200


async def test_peers_that_stop_half_way_do_not_stop_the_server(desk: RunningDesk) -> None:
    """A cut request line, a body that never comes, bytes that are no HTTP."""
    port = int(desk.base.rpartition(":")[2])
    for sent in (
        b"",
        b"GET /api",
        b"\x16\x03\x01\x02\x00",
        _HALF_A_BODY,
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        await writer.drain()
        writer.transport.abort()
    assert (await desk.browser().get("/openapi.json")).status == 200


async def test_a_database_that_is_away_is_said_and_the_desk_recovers(
    clock: MovableClock, tmp_path: Path, database: Database
) -> None:
    """503 in Chinese and a health answer that names it."""
    async with running_desk(database, clock, tmp_path) as desk:
        browser = await desk.signed_in("agent1")
        away = Database("postgresql://nobody@127.0.0.1:9/none")
        whole = desk.desk.database.engine
        desk.desk.database.engine = away.engine  # type: ignore[misc]  # what a dead server looks like
        refused = await browser.get("/calls")
        assert (refused.status, refused.body["type"]) == (503, "/problems/database-away")
        health = await browser.get("/health")
        assert (health.status, health.body["ok"]) == (503, False)
        desk.desk.database.engine = whole  # type: ignore[misc]
        assert (await browser.get("/calls")).status == 200
        away.close()
