"""The OpenAPI document says what the server does, no more and no less."""

import re
from datetime import timedelta
from typing import Any

from agent_desk.web.openapi import document
from agent_desk.web.routes import all_routes
from tests.desk import RunningDesk
from tests.fakes.clock import MovableClock
from tests.json_schema import problems_with
from tests.sample import one_call
from ticketing.information import add_to_group, post_announcement
from ticketing.people.person import process


def _whole() -> dict[str, Any]:
    return document(all_routes(), "test")


def _tidy(path: str) -> str:
    """A pattern of a part may have braces of its own."""
    return re.sub(r"\{(\w+)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}", r"{\1}", path)


def test_every_route_is_in_the_document_under_its_own_name() -> None:
    """No handler without a description, no name used twice."""
    paths = _whole()["paths"]
    names = []
    for route in all_routes():
        operation = paths[_tidy(route.full_path)][route.method.lower()]
        assert operation["summary"]
        names.append(operation["operationId"])
    assert len(names) == len(set(names))
    assert sum(len(path) for path in paths.values()) == len(all_routes())


def test_every_reference_leads_somewhere() -> None:
    """Generators stop at a dangling reference."""
    whole = _whole()
    text = str(whole)
    wanted = set(re.findall(r"#/components/schemas/([\w.-]+)", text))
    assert wanted <= set(whole["components"]["schemas"])
    assert not [name for name in wanted if name.endswith(("-Input", "-Output"))]


async def test_the_server_serves_the_same_document(desk: RunningDesk) -> None:
    """Programs find it where the README says."""
    answer = await desk.browser().get("/openapi.json")
    assert answer.status == 200
    assert answer.body["openapi"] == "3.1.0"
    assert answer.body["paths"] == _whole()["paths"]


async def test_real_answers_have_the_form_the_document_promises(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """Every readable route with something to read, and a problem, checked against its schema."""
    with desk.database.transaction() as session:
        call, recording_id = one_call(session, clock.now())
        until = clock.now() + timedelta(hours=1)
        post_announcement(session, clock.now(), process("test"), "大雪", until)
        add_to_group(session, clock.now(), process("test"), "13800001234", "direct")
    readable = {
        "agent1": [
            "/session",
            "/agents",
            "/agents/me",
            "/agents/me/phone",
            "/queues",
            "/road-notices",
            "/announcements",
            "/switches",
            "/knowledge",
        ],
        "leader": [
            "/caller-groups",
            "/calls",
            f"/calls/{call.key}",
            f"/calls/{call.key}/past",
            "/recordings",
            f"/recordings/{recording_id}",
        ],
        "admin": ["/users", "/audit", "/audit/check"],
    }
    whole = _whole()
    for login, paths in readable.items():
        browser = await desk.signed_in(login)
        for path in paths:
            answer = await browser.get(path)
            assert answer.status == 200, (path, answer.body)
            schema = _schema(whole, path, call.key, recording_id)
            assert problems_with(answer.body, schema, whole) == [], path
    refused = await desk.browser().get("/users")
    problem = whole["components"]["schemas"]["Problem"]
    assert problems_with(refused.body, {**problem, "required": []}, whole) == []


def _schema(whole: dict[str, Any], path: str, key: str, recording_id: int) -> dict[str, Any]:
    path = path.replace(key, "{key}").replace(f"/{recording_id}", "/{id}")
    answer = whole["paths"][f"/api/v1{path}"]["get"]["responses"]["200"]
    schema: dict[str, Any] = answer["content"]["application/json"]["schema"]
    return schema
