"""Proofs of the voice menu over the API: unsaved checks, simulated calls, tests, the shadow run."""

from datetime import datetime, timedelta
from typing import Any

from ivr_flows.shadow.journal import PastStep
from tests.desk import Browser, RunningDesk
from ticketing.calls import facts
from ticketing.information import RoadNoticeText, post_road_notice
from ticketing.people.person import process

COMPLAINT = {
    "name": "投诉",
    "flow": "12328",
    "acts": [{"key": "3"}],
    "expects": [{"ends": "queue", "target": "complaint"}],
}


async def text_of(browser: Browser, name: str) -> str:
    text: str = (await browser.get(f"/flows/{name}")).body["text"]
    return text


async def test_the_shipped_cases_are_there_at_the_first_start_and_pass(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    report = (await admin.post("/flows/check", {})).body
    assert report["fit"]
    assert len(report["tests"]) >= 10
    assert all(one["passed"] for one in report["tests"])
    main = next(one for one in report["main"] if one["name"] == "12328")
    assert 0 < main["longest_seconds_to_person"] <= 180
    assert 0 < main["keys_to_person"] <= 12


async def test_unsaved_texts_are_checked_in_place_of_the_drafts(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    text = (await text_of(admin, "12328")).replace("skill: driver", "skill: drivers")
    report = (await admin.post("/flows/check", {"texts": {"12328": text}})).body
    (mistake,) = [one for one in report["findings"] if one["severity"] == "mistake"]
    assert (mistake["flow"], mistake["file"]) == ("12328", "12328.yaml")
    assert mistake["place"].endswith(".skill")
    assert text.splitlines()[mistake["line"] - 1].strip() == "skill: drivers"
    gone = (await admin.post("/flows/check", {"texts": {"survey": None}})).body
    assert any("缺少满意度评价" in one["message"] for one in gone["findings"])
    assert (await admin.post("/flows/check", {})).body["fit"]


async def test_a_call_is_simulated_act_by_act(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    first = (await admin.post("/flows/simulate", {})).body
    assert first["ending"] is None
    assert first["waiting"]["step"] == "main"
    assert {"key": "0", "label": "人工服务"} in first["waiting"]["keys"]
    assert first["transcript"][-1]["did"] == "said"
    then = (await admin.post("/flows/simulate", {"acts": [{"key": "0"}]})).body
    assert then["transcript"][: len(first["transcript"])] == first["transcript"]
    assert (then["ending"]["ends"], then["ending"]["target"]) == ("queue", "common")
    assert then["waiting"] is None


async def test_a_simulated_call_may_meet_the_world_as_it_is(
    desk: RunningDesk, moment: datetime
) -> None:
    admin = await desk.signed_in("admin")
    texts = {
        "roads": "flow: roads\ntitle: 路\nsteps:\n  a: {do: lookup, what: road_notices}\n"
        "  b: {do: hang_up}\n"
    }
    until = moment + timedelta(hours=1)
    notice = RoadNoticeText(
        "closure", "G1", "京哈高速", "沈阳至四平", "210100", "大雪。", moment, until
    )
    with desk.database.transaction() as session:
        post_road_notice(session, moment, process("duty"), notice)
    ask = {"flow": "roads", "texts": texts}
    made_up = (await admin.post("/flows/simulate", ask)).body
    real = (await admin.post("/flows/simulate", {**ask, "real": True})).body
    assert "京哈" not in str(made_up["transcript"])
    assert "京哈" in str(real["transcript"])


async def test_a_draft_that_cannot_be_read_is_told_with_its_line(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    answer = await admin.post(
        "/flows/simulate", {"flow": "x", "texts": {"x": "flow: x\ntitle: x\nsteps: ["}}
    )
    assert answer.status == 422
    assert answer.body["findings"][0]["field"].startswith("x.yaml:")
    assert (await admin.post("/flows/simulate", {"flow": "nothing"})).status == 422
    assert (await admin.post("/flows/simulate", {"version": 99})).status == 404
    assert (await admin.post("/flows/simulate", {"acts": [{"key": "A"}]})).status == 422
    assert (await admin.post("/flows/simulate", {"facts": {"caller": "\x00"}})).status == 422


async def test_a_test_is_kept_changed_removed_and_run_on_every_save(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    made = await admin.post("/flows/tests", {**COMPLAINT, "name": "按3"})
    assert made.status == 201
    assert (await admin.post("/flows/tests", {**COMPLAINT, "name": "按3"})).status == 422
    path = f"/flows/tests/{made.body['id']}"
    assert (await admin.get("/flows/tests")).body["items"][0]["name"] == "按3"
    wrong = {**COMPLAINT, "name": "按3", "expects": [{"ends": "queue", "target": "etc"}]}
    assert (await admin.put(path, wrong)).body["expects"][0]["target"] == "etc"
    flow = (await admin.get("/flows/survey")).body
    body = {"text": flow["text"] + "# x\n", "revision": flow["revision"]}
    saved = (await admin.put("/flows/survey", body)).body["report"]
    (failed,) = [one for one in saved["tests"] if not one["passed"]]
    assert failed["name"] == "按3"
    assert "队列 complaint" in failed["failures"][0]
    refused = await admin.post("/flows/versions", {"reason": "试"})
    assert refused.status == 422
    assert "测试用例" in refused.body["detail"]
    assert (await admin.ask("DELETE", path)).status == 204
    assert (await admin.ask("DELETE", path)).status == 404
    assert (await admin.post("/flows/versions", {"reason": "试"})).status == 201


async def test_a_simulated_call_is_recorded_as_a_test(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    body = {"name": "录下来", "acts": [{"key": "7"}], "every_word": True}
    made = await admin.post("/flows/tests/record", body)
    assert made.status == 201
    assert made.body["expects"][-1]["waits_at"] == "other_services.which"
    report = (await admin.post("/flows/check", {})).body
    assert next(one for one in report["tests"] if one["name"] == "录下来")["passed"]


async def test_only_editors_keep_tests(desk: RunningDesk) -> None:
    manager = await desk.signed_in("manager")
    assert (await manager.get("/flows/tests")).status == 200
    assert (await manager.post("/flows/tests", COMPLAINT)).status == 403
    agent = await desk.signed_in("agent1")
    assert (await agent.post("/flows/simulate", {})).status == 403


def _called(desk: RunningDesk, key: str, at: datetime, steps: list[PastStep]) -> None:
    with desk.database.transaction() as session:
        facts.call_began(
            session,
            key,
            at,
            callref="",
            caller_number="13900001111",
            dialled="12328",
            entry="main",
        )
        for seq, one in enumerate(steps, 1):
            step = facts.Step(
                script=f"run-{key}",
                seq=seq,
                flow=one.flow,
                flow_version="1",
                step=one.step,
                kind=one.kind,
                label="",
                pressed=one.pressed,
                outcome=one.outcome,
            )
            facts.step_taken(session, key, at, step)
        facts.flow_ended(session, key, at, flow="12328", flow_version="1", ending="queue")


async def _walked(admin: Browser, keys: str) -> list[PastStep]:
    """The journal of a call, from a simulated one."""
    acts = [{"key": key} for key in keys]
    went = (await admin.post("/flows/simulate", {"acts": acts})).body
    assert went["ending"], went["waiting"]
    path: list[dict[str, Any]] = went["path"]
    return [
        PastStep(one["flow"], one["step"], one["kind"], one["key"], one["outcome"]) for one in path
    ]


async def test_yesterdays_calls_are_walked_through_the_draft(
    desk: RunningDesk, moment: datetime
) -> None:
    admin = await desk.signed_in("admin")
    yesterday = moment - timedelta(days=1)
    for number, keys in enumerate(("3", "3", "0", "4")):
        _called(desk, f"k{number}", yesterday, await _walked(admin, keys))
    _called(desk, "today", moment, await _walked(admin, "3"))
    same = (await admin.post("/flows/shadow", {})).body
    assert (same["calls"], same["same"], same["differing"], same["unclear"]) == (4, 4, 0, 0)
    text = (await text_of(admin, "12328")).replace('"4": suggestion', '"4": complaint')
    made = (await admin.post("/flows/shadow", {"texts": {"12328": text}})).body
    assert (made["calls"], made["differing"]) == (4, 1)
    example = made["examples"][0]
    assert example["acts"] == ["按 4"]
    assert "队列 complaint" in example["draft_ending"]
    assert (await admin.post("/flows/shadow", {"day": "2199-01-01"})).status == 422
    empty = (await admin.post("/flows/shadow", {"day": "2020-01-01"})).body
    assert (empty["calls"], empty["examples"]) == (0, [])


async def test_the_side_panel_gets_its_schema(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    schema = (await admin.get("/flows/schema")).body
    kinds = {one["kind"]: one for one in schema["kinds"]}
    assert kinds["menu"]["title"] == "按键菜单"
    assert kinds["menu"]["properties"]["keys"]["title"] == "按键"
    assert schema["head"]["properties"]["mistakes"]["title"] == "容错次数"
