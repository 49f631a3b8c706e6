"""The public window over HTTP: no session, small bodies, limits, no caller's data given away."""

import logging
import re
from typing import Any

import pytest

from tests.centre import AGENT, ANSWER, CONTENT, PHONE, Centre
from tests.desk import Browser, RunningDesk
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway
from ticketing.orders import intake
from ticketing.window.sending import CodeSender

MATTER = {
    "key": "0123456789abcdef",
    "kind": "complaint",
    "content": CONTENT,
    "phone": PHONE,
    "object": "辽A12345",
    "reason": "请求退还多收的费用",
}


def closed_order(desk: RunningDesk, clock: MovableClock) -> str:
    with desk.database.transaction() as session:
        order_no = Centre(session, clock.now()).drafted().order_no
        intake.answer_instantly(session, clock.now(), AGENT, order_no, ANSWER)
    clock.pass_time(hours=8)
    return order_no


async def entered(desk: RunningDesk, clock: MovableClock, public: Browser, order_no: str) -> Any:
    asked = await public.post("/public/codes", {"order_no": order_no, "phone": PHONE})
    assert asked.status == 200, asked.body
    gateway = FakeGateway()
    CodeSender(desk.database, clock, gateway).tick()
    (code,) = re.findall(r"验证码(\d{6})", gateway.sent[0].text)
    answer = await public.post("/public/entries", {"ticket": asked.body["ticket"], "code": code})
    assert answer.status == 200, answer.body
    return answer.body


async def test_somebody_without_a_session_files_a_matter_and_an_agent_finds_it(
    desk: RunningDesk,
) -> None:
    filed = await desk.browser().post("/public/matters", MATTER)
    assert filed.status == 201, filed.body
    assert "Set-Cookie" not in filed.headers
    agent = await desk.signed_in("agent1")
    order = await agent.get(f"/work-orders/{filed.body['order_no']}")
    assert order.status == 200
    assert "draft" in str(order.body["state"])


async def test_a_poor_matter_comes_back_with_findings_for_its_fields(desk: RunningDesk) -> None:
    answer = await desk.browser().post("/public/matters", {**MATTER, "content": "短", "object": ""})
    assert answer.status == 422
    assert {one["field"] for one in answer.body["findings"]} == {"content", "object"}


async def test_with_the_code_the_result_is_read_and_rated_once(
    desk: RunningDesk, clock: MovableClock
) -> None:
    order_no, public = closed_order(desk, clock), desk.browser()
    opened = await entered(desk, clock, public, order_no)
    assert opened["progress"]["stage"]["value"] == "closed"
    assert opened["progress"]["reply"] == ANSWER
    assert PHONE not in str(opened)
    body = {"key": opened["key"], "rating": "satisfied", "channel": "miniapp"}
    rated = await public.post("/public/ratings", body)
    assert (rated.status, rated.body["rating"]["label"]) == (200, "满意")
    assert not rated.body["may_rate"]
    assert (await public.post("/public/ratings", body)).status == 403
    assert (await public.post("/public/ratings", body | {"rating": "unrated"})).status == 422


async def test_a_right_and_a_wrong_pair_get_answers_of_one_form(
    desk: RunningDesk, clock: MovableClock
) -> None:
    order_no, public = closed_order(desk, clock), desk.browser()
    right = await public.post("/public/codes", {"order_no": order_no, "phone": PHONE})
    wrong = await public.post("/public/codes", {"order_no": order_no, "phone": "13900000000"})
    none = await public.post("/public/codes", {"order_no": "JT0", "phone": "13900000001"})
    shapes = {(a.status, tuple(sorted(a.body)), len(str(a.body))) for a in (right, wrong, none)}
    assert len(shapes) == 1
    refused = [
        await public.post("/public/entries", {"ticket": one.body["ticket"], "code": "000000"})
        for one in (wrong, none)
    ]
    made_up = await public.post("/public/entries", {"ticket": "x" * 32, "code": "000000"})
    assert len({(one.status, str(one.body)) for one in (*refused, made_up)}) == 1
    assert made_up.status == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/public/matters", {**MATTER, "key": "' OR 1=1 --------"}),
        ("/public/matters", {**MATTER, "content": "\u0000" * 30}),
        ("/public/matters", {**MATTER, "channel": "phone"}),
        ("/public/matters", {**MATTER, "source_no": "1"}),
        ("/public/matters", {**MATTER, "content": ["a"]}),
        ("/public/codes", {"order_no": "JT%_", "phone": "🙂" * 20}),
        ("/public/codes", {"order_no": "x" * 41, "phone": PHONE}),
        ("/public/entries", {"ticket": "x" * 32, "code": "１２３４５６"}),
        ("/public/progress", {"key": "x"}),
        ("/public/ratings", {"key": "x" * 32, "rating": "unreachable"}),
    ],
)
async def test_hostile_words_are_refused_without_being_said_again(
    desk: RunningDesk, path: str, body: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = await desk.browser().post(path, body)
    assert answer.status == 422
    assert PHONE not in str(answer.body) + caplog.text
    assert CONTENT not in str(answer.body) + caplog.text


async def test_large_bodies_and_those_without_a_length_are_not_read(desk: RunningDesk) -> None:
    public = desk.browser()
    large = await public.post("/public/codes", {"order_no": "x" * 20_000, "phone": PHONE})
    assert large.status == 413

    async def pieces() -> Any:
        yield b'{"order_no": "x", "phone": "1"}'

    headers = {"Content-Type": "application/json"}
    chunked = await public.ask("POST", "/public/codes", data=pieces(), headers=headers)
    assert chunked.status == 413


async def test_another_sites_page_cannot_use_a_visitors_browser(desk: RunningDesk) -> None:
    headers = {"Origin": "https://evil.example"}
    answer = await desk.browser().post("/public/matters", MATTER, headers=headers)
    assert answer.status == 403


async def test_one_address_is_slowed_down(desk: RunningDesk) -> None:
    public, poor = desk.browser(), {**MATTER, "object": ""}
    statuses = [(await public.post("/public/matters", poor)).status for _ in range(21)]
    assert statuses == [422] * 20 + [429]
    body = {"key": "x" * 32}
    looks = [(await public.post("/public/progress", body)).status for _ in range(61)]
    assert looks == [400] * 60 + [429]


async def test_a_pass_opens_nothing_but_its_order(desk: RunningDesk, clock: MovableClock) -> None:
    opened = await entered(desk, clock, desk.browser(), closed_order(desk, clock))
    program = desk.program(opened["key"])
    assert (await program.get("/work-orders")).status == 401
    clock.pass_time(minutes=31)
    late = await desk.browser().post("/public/progress", {"key": opened["key"]})
    assert late.status == 400
