"""The front end's files, the demo's open corners, TLS, and one's own telephone."""

import asyncio
from pathlib import Path

import pytest

from agent_desk.telephony.errors import TelephoneAway
from asterisk_conf.secrets import seat_password
from tests.desk import SECRET, RunningDesk, running_desk
from tests.fakes.clock import MovableClock
from ticketing.database import Database


@pytest.fixture
def built(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>12328</title>")
    (static / "window.html").write_text("<!doctype html><title>window</title>")
    (static / "assets" / "app-1a2b.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    (static / "link.txt").symlink_to(tmp_path / "secret.txt")
    return static


@pytest.mark.usefixtures("built")
async def test_every_page_of_the_front_end_is_the_one_page(desk: RunningDesk) -> None:
    """Its router knows the path, the public has its own; pages are never cached, files for ever."""
    browser = desk.browser()
    for path in ("/", "/orders/JT123", "/desk"):
        page = await browser.get(path, root=True)
        assert (page.status, b"12328" in page.body) == (200, True)
        assert page.headers["Cache-Control"] == "no-cache"
    for path in ("/public", "/public/follow"):
        assert b"window" in (await browser.get(path, root=True)).body
    script = await browser.get("/assets/app-1a2b.js", root=True)
    assert "immutable" in script.headers["Cache-Control"]
    assert "javascript" in script.headers["Content-Type"]
    assert (await browser.get("/assets/gone-3c4d.js", root=True)).status == 404
    assert (await browser.get("/api/v1/gone", root=True)).status == 404


@pytest.mark.usefixtures("built")
async def test_nothing_outside_the_folder_is_served(desk: RunningDesk) -> None:
    """Neither by dots nor by a link that leads out."""
    port = int(desk.base.rpartition(":")[2])
    for path in (
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/link.txt",
        "/assets/..%2f..%2fsecret.txt",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 ")
        assert not answer.endswith(b"secret")


async def test_a_desk_without_its_pages_says_how_to_build_them(desk: RunningDesk) -> None:
    """In Chinese; the API works all the same."""
    page = await desk.browser().get("/", root=True)
    assert page.status == 503
    assert "npm run build" in page.body.decode()
    assert (await desk.browser().get("/openapi.json")).status == 200


async def test_the_headers_let_the_softphone_live_and_nothing_foreign_in(
    desk: RunningDesk,
) -> None:
    """Microphone for ourselves, no frames, no foreign scripts."""
    headers = (await desk.browser().get("/", root=True)).headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "microphone=(self)" in headers["Permissions-Policy"]
    assert "Server" not in headers


async def test_a_person_gets_the_telephone_of_his_own_seat_only(desk: RunningDesk) -> None:
    """Derived from the installation's secret; without a seat there is none."""
    agent = await desk.signed_in("agent2")
    phone = (await agent.get("/agents/me/phone")).body
    assert (phone["extension"], phone["ws_url"]) == ("1002", "/sip")
    assert phone["password"] == seat_password(SECRET, "1002")
    assert phone["uri"].startswith("sip:1002@")
    assert (await (await desk.signed_in("unit1")).get("/agents/me/phone")).status == 403


async def test_the_public_test_phone_exists_in_a_demo_only(
    database: Database, clock: MovableClock, tmp_path: Path, desk: RunningDesk
) -> None:
    """Without signing in; outside a demo there is no such thing."""
    assert (await desk.browser().get("/test-phone")).status == 404
    async with running_desk(database, clock, tmp_path, demo=True) as demo:
        phone = await demo.browser().get("/test-phone")
        assert (phone.status, phone.body["number"]) == (200, "12328")
        assert phone.body["password"] == seat_password(SECRET, "public")


async def test_what_an_agent_does_with_a_call_reaches_the_live_side(desk: RunningDesk) -> None:
    """Each button, with whose seat it is; a leader's listening is in the audit first."""
    agent, leader = await desk.signed_in("agent1"), await desk.signed_in("leader")
    target = {"to": "seat", "target": "1002"}
    for path, body in (
        ("/agents/me/sign-in", {"queues": ["common"], "phone": "browser"}),
        ("/agents/me/state", {"state": "busy", "reason": "小休"}),
        ("/agents/me/state", {"state": "ready"}),
        ("/calls/t-1.1/transfer", target),
        ("/calls/t-1.1/consult", target),
        ("/calls/t-1.1/consult/complete", None),
        ("/calls/t-1.1/consult/cancel", None),
        ("/calls/t-1.1/consult/conference", None),
        ("/calls/t-1.1/distress", None),
        ("/calls/t-1.1/hang-up", None),
        ("/agents/me/sign-out", None),
    ):
        answer = await agent.post(path, body)
        assert answer.status in (200, 204), (path, answer.body)
    assert [verb for verb, *_ in desk.live.done] == [
        "sign_in",
        "set_busy",
        "set_ready",
        "transfer",
        "consult",
        "complete_consult",
        "cancel_consult",
        "conference",
        "distress",
        "hang_up",
        "sign_out",
    ]
    assert desk.live.done[3] == ("transfer", "agent1", "t-1.1", "seat", "1002")
    assert (await leader.post("/calls/t-1.1/listen", {"mode": "whisper"})).status == 204
    called = await agent.post("/calls", {"number": "13812345678", "purpose": "回访"})
    assert (called.status, called.body) == (202, {"call_key": "t-99.1"})
    auditor = await desk.signed_in("auditor")
    rows = (await auditor.get("/audit", params={"subject_type": "call"})).body["items"]
    assert [(row["who"], row["what"]) for row in rows] == [
        ("agent1", "call.out"),
        ("leader", "call.whisper"),
    ]


async def test_a_telephone_that_is_away_is_said_in_words(desk: RunningDesk) -> None:
    """503 with the live side's own reason."""
    agent = await desk.signed_in("agent1")
    desk.live.refusal = TelephoneAway("电话系统正在重启")
    refused = await agent.post("/calls/t-1.1/hang-up")
    assert (refused.status, refused.body["detail"]) == (503, "电话系统正在重启")


async def test_targets_that_are_no_numbers_never_reach_the_telephone(desk: RunningDesk) -> None:
    """Nothing that a dialplan could read as its own."""
    agent = await desk.signed_in("agent1")
    for target in ("${EXTEN}", "1002,s,1", "a&b", "x" * 40, ""):
        body = {"to": "outside", "target": target}
        assert (await agent.post("/calls/t-1.1/transfer", body)).status == 422, target
        assert (await agent.post("/calls", {"number": target})).status == 422, target
    assert desk.live.done == []
