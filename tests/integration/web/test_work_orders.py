"""The life of a work order through the API: opened in a call, sent on, answered, closed."""

from typing import Any

from tests.desk import Answer, Browser, RunningDesk
from tests.fakes.clock import MovableClock
from tests.sample import NUMBER, one_call
from ticketing.recordings.ledger import Stretch, announce
from ticketing.records.people import AuditEntry

COMPLAINT: dict[str, Any] = {
    "kind": "complaint",
    "domain": "城市客运",
    "topic": "巡游出租汽车",
    "sub_item": "计价议价",
    "region_code": "210100",
    "caller_number": NUMBER,
    "caller_name": "王小明",
    "caller_title": "先生",
    "place": "沈阳站东广场",
    "object": "辽A12345",
    "content": "乘客反映昨日晚间在火车站乘坐出租汽车时司机拒绝使用计价器并索要高价",
    "reason": "司机违反规定，请求退还多收的费用并处理",
    "then": "handle",
}
REPLY = {
    "result": "经核实司机未使用计价器属实，已退还多收费用并对其停运培训三日",
    "process": "调取录像并约谈司机",
    "basis": "《出租汽车经营服务管理规定》",
    "told_by": "phone",
    "caller_opinion": "satisfied",
}


FILTERS: list[tuple[dict[str, str], int]] = [
    ({"state": "pending_review,draft"}, 1),
    ({"state": "closed"}, 0),
    ({"kind": "complaint", "domain": "城市客运", "topic": "巡游出租汽车"}, 1),
    ({"kind": "consult"}, 0),
    ({"caller_number": NUMBER}, 1),
    ({"q": "计价器"}, 1),
    ({"q": "轮渡"}, 0),
    ({"overdue": "true"}, 0),
    ({"region": "210100"}, 1),
    ({"unit": "1"}, 0),
]


async def _opened(browser: Browser, **changes: Any) -> dict[str, Any]:
    answer = await browser.post("/work-orders", COMPLAINT | changes)
    assert answer.status == 201, answer.body
    order: dict[str, Any] = answer.body
    return order


async def _move(browser: Browser, order: dict[str, Any], event: str, **fields: Any) -> Answer:
    body = {"event": event, "version": order["version"], "fields": fields}
    return await browser.post(f"/work-orders/{order['order_no']}/moves", body)


async def _moved(
    browser: Browser, order: dict[str, Any], event: str, **fields: Any
) -> dict[str, Any]:
    answer = await _move(browser, order, event, **fields)
    assert answer.status == 200, answer.body
    moved: dict[str, Any] = answer.body
    return moved


def _events(order: dict[str, Any]) -> set[str]:
    return {move["event"] for move in order["moves"]}


async def test_a_complaint_goes_from_the_call_to_the_return_visit(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """Agent, dispatcher, unit, dispatcher: each sees the moves that are theirs and no other."""
    with desk.database.transaction() as session:
        call, recording_id = one_call(session, clock.now())
        call_key = call.key
    agent, dispatcher = await desk.signed_in("agent1"), await desk.signed_in("dispatcher")
    unit, leader = await desk.signed_in("unit1"), await desk.signed_in("leader")

    order = await _opened(agent, call_key=call_key)
    assert order["order_no"].startswith("JT21010020261125")
    assert (order["state"], order["state_label"]) == ("pending_review", "待审核转办")
    assert [one["id"] for one in order["recordings"]] == [recording_id]
    assert order["call"]["key"] == call_key
    assert "dispatch" not in _events(order)
    path = f"/work-orders/{order['order_no']}"
    assert (await unit.get(path)).status == 404

    order = (await dispatcher.get(path)).body
    form = next(move for move in order["moves"] if move["event"] == "dispatch")
    suggested = next(field for field in form["fields"] if field["name"] == "unit")
    assert (suggested["type"], suggested["required"]) == ("unit", True)
    order = await _moved(dispatcher, order, "dispatch", unit=suggested["value"])
    assert (order["state"], order["lead_unit"]) == ("dispatched", "市出租汽车管理处")
    assert order["due"]["basis"]
    assert len([day for day in order["due"]["explanation"] if day["counts"]]) == 10

    seen = (await unit.get(path)).body
    assert (seen["call"], seen["recordings"]) == (None, [])
    assert {"sign", "request_return"} <= _events(seen)
    order = await _moved(unit, seen, "sign")
    order = await _moved(unit, order, "reply", **REPLY)
    assert order["state"] == "replied"

    order = (await leader.get(path)).body
    order = await _moved(leader, order, "confirm")
    assert (order["state"], order["closed_at"] is not None) == ("revisit_pending", True)
    labels = [entry["label"] for entry in order["history"]]
    assert labels[:6] == ["登记", "提交审核", "转办", "签收", "回复", "程序性确认"]
    assert order["history"][2]["who_name"] == "孙派单"


async def test_an_order_answered_at_once_is_closed_and_told_so(desk: RunningDesk) -> None:
    """即时答复: one request, closed; its text is checked like the law's form demands."""
    agent = await desk.signed_in("agent1")
    consult = {
        "kind": "consult",
        "domain": "高速公路",
        "topic": "高速公路路况咨询",
        "sub_item": "临时管制",
        "content": "来电人咨询沈阳至大连高速公路今天上午是否因为大雾临时封闭",
        "then": "instant",
    }
    body = COMPLAINT | consult
    order = await _opened(
        agent, **(consult | {"result": "经查询沈大高速公路目前全线畅通，没有因为大雾封闭"})
    )
    assert (order["state"], order["answered_instantly"]) == ("closed", True)
    refused = await agent.post("/work-orders", body | {"result": "已转办相关部门处理"})
    assert refused.status == 422
    assert refused.body["findings"][0]["field"] == "result"
    listed = (await agent.get("/work-orders", params={"mine": "true"})).body["items"]
    assert [one["order_no"] for one in listed] == [order["order_no"]]


async def test_a_refused_first_move_leaves_no_order_behind(desk: RunningDesk) -> None:
    """不予受理 without telling the caller: nothing is saved, the form keeps its text."""
    agent = await desk.signed_in("agent1")
    refusal = {"then": "reject", "reject_code": "R4", "reject_reason": "已进入信访渠道"}
    refused = await agent.post("/work-orders", COMPLAINT | refusal | {"told": False})
    assert refused.status == 403
    assert "告知" in refused.body["detail"]
    assert (await agent.get("/work-orders")).body["items"] == []
    told = await agent.post("/work-orders", COMPLAINT | refusal | {"told": True})
    assert (told.status, told.body["state"]) == (201, "rejected")


async def test_the_second_of_two_hands_learns_what_the_first_did(desk: RunningDesk) -> None:
    """409 with who, when and what."""
    agent, dispatcher = await desk.signed_in("agent1"), await desk.signed_in("dispatcher")
    leader = await desk.signed_in("leader")
    order = await _opened(agent)
    both = (await dispatcher.get(f"/work-orders/{order['order_no']}")).body
    unit = (await dispatcher.get("/handling-units")).body["items"][0]["id"]
    await _moved(dispatcher, both, "dispatch", unit=unit)
    late = await _move(leader, both, "dispatch", unit=unit)
    assert (late.status, late.body["by"]) == (409, "孙派单")
    assert "转办" in late.body["change"]
    assert late.body["at"].endswith("+08:00")


async def test_a_form_that_is_not_filled_in_says_which_field(desk: RunningDesk) -> None:
    """Missing, unknown and impossible values, each by its name; unknown moves too."""
    agent, dispatcher = await desk.signed_in("agent1"), await desk.signed_in("dispatcher")
    order = await _opened(agent)
    order = (await dispatcher.get(f"/work-orders/{order['order_no']}")).body

    async def findings(event: str, **fields: Any) -> dict[str, str]:
        answer = await _move(dispatcher, order, event, **fields)
        assert answer.status == 422, answer.body
        return {one["field"]: one["message"] for one in answer.body["findings"]}

    assert await findings("dispatch") == {"fields.unit": "请填写承办单位"}
    assert await findings("dispatch", unit="x") == {"fields.unit": "请选择承办单位"}
    assert "fields.nix" in await findings("dispatch", unit=1, nix="1")
    assert "fields.code" in await findings("reject", code="R9", reason="x", told=True)
    assert await findings("fly") == {"event": "没有这种操作"}
    assert "fields.reason" in await findings("escalate", target="省中心", reason="字" * 5001)
    nowhere = await _move(dispatcher, order, "dispatch", unit=99999)
    assert nowhere.status == 404


async def test_a_move_of_another_role_is_refused_with_whose_it_is(desk: RunningDesk) -> None:
    """The life cycle's own table decides, whatever the page offers."""
    agent = await desk.signed_in("agent1")
    order = await _opened(agent)
    refused = await _move(agent, order, "dispatch", unit=1)
    assert refused.status == 403
    assert "派单员" in refused.body["detail"]


async def test_a_draft_is_corrected_and_nothing_else_is(desk: RunningDesk) -> None:
    """PATCH with the version on screen; a submitted order takes supplements only."""
    agent = await desk.signed_in("agent1")
    draft = await _opened(agent, then="draft")
    path = f"/work-orders/{draft['order_no']}"
    changed = await agent.patch(path, {"version": draft["version"], "place": "沈阳北站"})
    assert (changed.status, changed.body["place"]) == (200, "沈阳北站")
    assert changed.body["content"] == draft["content"]
    stale = await agent.patch(path, {"version": draft["version"], "place": "别处"})
    assert stale.status == 409
    order = await _moved(agent, changed.body, "submit")
    late = await agent.patch(path, {"version": order["version"], "place": "别处"})
    assert late.status == 422
    more = await _moved(agent, order, "supplement", text="来电人补充：车内还有一个黑色背包")
    assert "黑色背包" in more["content"]


async def test_a_confidential_callers_seal_is_broken_only_with_a_reason(
    desk: RunningDesk,
) -> None:
    """Masked for everybody who handles it; the leader who looks stands in the history."""
    agent, leader = await desk.signed_in("agent1"), await desk.signed_in("leader")
    order = await _opened(agent, confidential=True)
    path = f"/work-orders/{order['order_no']}"
    for browser in (agent, leader):
        seen = (await browser.get(path)).body
        assert (seen["caller_number"], seen["caller_masked"]) == ("138****5678", True)
    assert "reveal_caller" not in _events((await agent.get(path)).body)
    opened = await _moved(leader, (await leader.get(path)).body, "reveal_caller", reason="核查报复")
    assert (opened["caller_number"], opened["caller_masked"]) == (NUMBER, False)
    again = (await leader.get(path)).body
    assert again["caller_number"] == "138****5678"
    assert again["history"][-1]["reason"] == "核查报复"


async def test_who_sees_no_numbers_sees_none_in_orders_either(desk: RunningDesk) -> None:
    """Neither in the field nor in the text; who sees them stands in the audit."""
    agent = await desk.signed_in("agent1")
    order = await _opened(agent, content=f"{COMPLAINT['content']}，联系电话{NUMBER}")
    auditor = await desk.signed_in("auditor")
    for path in ("/work-orders", f"/work-orders/{order['order_no']}"):
        assert NUMBER not in str((await auditor.get(path)).body)
    await agent.get(f"/work-orders/{order['order_no']}")
    with desk.database.reading() as session:
        rows = session.query(AuditEntry).filter_by(what="number.see").all()
    assert ("agent1", order["order_no"]) in {(row.who, row.subject_key) for row in rows}


async def test_the_list_is_narrowed_by_what_is_asked(desk: RunningDesk) -> None:
    """Each filter of the contract."""
    agent = await desk.signed_in("agent1")
    await _opened(agent)
    for query, found in FILTERS:
        answer = await agent.get("/work-orders", params=query)
        assert answer.status == 200, answer.body
        assert len(answer.body["items"]) == found, query


async def test_recordings_that_come_later_belong_to_the_order_too(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """The order is opened while the call is still being recorded."""
    agent = await desk.signed_in("agent1")
    order = await _opened(agent, call_key="t-7.1")
    assert order["recordings"] == []
    with desk.database.transaction() as session:
        announce(session, Stretch("t-7.1-caller", "t-7.1", "voice", "a.wav"), clock.now())
    later = (await agent.get(f"/work-orders/{order['order_no']}")).body
    assert [one["state"] for one in later["recordings"]] == ["announced"]


async def test_the_catalogue_holds_what_the_forms_need(desk: RunningDesk) -> None:
    """Kinds, tree, channels, regions, refusals, states, queues."""
    agent = await desk.signed_in("agent1")
    catalogue = (await agent.get("/catalogue")).body
    assert [kind["label"] for kind in catalogue["kinds"]] == ["信息咨询", "投诉举报", "意见建议"]
    taxi = next(one for one in catalogue["domains"] if one["name"] == "城市客运")
    topic = next(one for one in taxi["topics"] if one["name"] == "巡游出租汽车")
    assert "计价议价" in [one["name"] for one in topic["sub_items"]]
    assert len(catalogue["reject_codes"]) == 6
    assert {"value": "common", "label": "综合"} in catalogue["queues"]


async def test_a_manager_keeps_units_and_routes(desk: RunningDesk) -> None:
    """Added, changed, disabled, routed to; a unit cannot stand below itself."""
    admin, agent = await desk.signed_in("admin"), await desk.signed_in("agent1")
    made = await admin.post("/handling-units", {"name": "市轨道交通公司", "kind": "enterprise"})
    assert (made.status, made.body["kind_label"]) == (201, "企事业单位")
    path = f"/handling-units/{made.body['id']}"
    ring = await admin.patch(path, {"parent_id": made.body["id"]})
    assert ring.status == 422
    assert (await admin.patch(path, {"duty_person": "韩轨道"})).body["duty_person"] == "韩轨道"
    route = await admin.post(
        "/routing", {"domain": "城市客运", "topic": "轨道交通", "unit_id": made.body["id"]}
    )
    assert (route.status, route.body["unit"]) == (201, "市轨道交通公司")
    assert (await admin.ask("DELETE", f"/routing/{route.body['id']}")).status == 204
    listed = (await admin.get("/routing")).body["items"]
    assert route.body["id"] not in {one["id"] for one in listed}
    assert (await admin.patch(path, {"active": False})).body["active"] is False
    assert (await agent.post("/handling-units", {"name": "xx", "kind": "enterprise"})).status == 403
