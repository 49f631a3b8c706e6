"""What dispatcher, inspector and administrator do beside single orders, through REST."""

import csv
import io
from datetime import timedelta
from typing import Any

from openpyxl import load_workbook

from tests.desk import Browser, RunningDesk
from tests.fakes.clock import MovableClock
from tests.integration.web.test_work_orders import COMPLAINT, REPLY
from tests.sample import NUMBER
from ticketing.imports.working import ImportWorker
from ticketing.records.calls import Call
from ticketing.records.people import AuditEntry

UNITS = "单位代码,单位名称,单位类型,上级单位代码\nSY-NEW,新设单位,直属单位,SY-JT\nX,,直属单位,\n"
BYTES = {"Content-Type": "application/octet-stream"}


async def _opened(browser: Browser, **changes: Any) -> dict[str, Any]:
    answer = await browser.post("/work-orders", COMPLAINT | changes)
    assert answer.status == 201, answer.body
    order: dict[str, Any] = answer.body
    return order


async def _bring(browser: Browser, content: bytes, **query: str) -> dict[str, Any]:
    params = {"kind": "units", "name": "单位.csv"} | query
    answer = await browser.ask("POST", "/imports", params=params, data=content, headers=BYTES)
    assert answer.status == 201, answer.body
    job: dict[str, Any] = answer.body
    return job


def _work(desk: RunningDesk, clock: MovableClock) -> None:
    worker = ImportWorker(desk.database, clock)
    while worker.tick():
        pass


async def test_a_file_is_brought_looked_at_and_its_good_rows_loaded(
    desk: RunningDesk, clock: MovableClock
) -> None:
    admin = await desk.signed_in("admin")
    job = await _bring(admin, UNITS.encode("gb18030"))
    assert job["state_label"] == "正在检查"
    _work(desk, clock)
    where = f"/imports/{job['id']}"
    looked = (await admin.get(where)).body
    assert (looked["state"], looked["rows"], looked["faulty"]) == ("checked", 2, 1)
    (fault,) = (await admin.get(f"{where}/faults")).body["items"]
    assert (fault["line"], fault["column"], fault["message"]) == (3, "单位名称", "缺少单位名称")
    strict = await admin.post(f"{where}/load", {"all_or_nothing": True})
    assert (strict.status, "一行也没有导入" in strict.body["detail"]) == (422, True)
    assert (await admin.post(f"{where}/load", {"all_or_nothing": False})).status == 200
    _work(desk, clock)
    assert (await admin.get(where)).body["loaded"] == 1
    units = (await admin.get("/handling-units")).body["items"]
    assert "新设单位" in [unit["name"] for unit in units]
    assert (await admin.post(f"{where}/cancel")).status == 403


async def test_odd_files_are_refused_in_a_sentence(desk: RunningDesk, clock: MovableClock) -> None:
    admin = await desk.signed_in("admin")
    ask = {"kind": "calendar", "name": "假.csv"}
    nameless = await admin.ask("POST", "/imports", params=ask, data=b"x", headers=BYTES)
    assert (nameless.status, nameless.body["findings"][0]["field"]) == (422, "year")
    empty = await admin.ask(
        "POST", "/imports", params={"kind": "units", "name": "a"}, headers=BYTES
    )
    assert empty.status == 422
    job = await _bring(admin, b"PK\x03\x04 no zip", name="坏.xlsx")
    _work(desk, clock)
    broken = (await admin.get(f"/imports/{job['id']}")).body
    assert (broken["state"], "已损坏" in broken["failure"]) == ("failed", True)
    shape = await admin.get("/imports/template", params={"kind": "history"})
    assert "工单编号" in shape.body.decode("utf-8-sig")
    agent = await desk.signed_in("agent1")
    refused = await agent.ask("POST", "/imports", params=ask, data=b"x", headers=BYTES)
    assert refused.status == 403


async def test_the_list_is_exported_masked_and_no_cell_is_a_formula(desk: RunningDesk) -> None:
    agent = await desk.signed_in("agent1")
    await _opened(agent, object="=HYPERLINK(1)", confidential=True)
    second = await _opened(agent)
    manager = await desk.signed_in("manager")
    ask = {"reason": "月度分析", "kind": "complaint"}
    told = await manager.get("/work-orders/export", params=ask)
    rows = list(csv.DictReader(io.StringIO(told.body.decode("utf-8-sig"))))
    assert rows[0]["工单编号"] == second["order_no"]
    assert [row["来电号码"] for row in rows] == [NUMBER, f"{NUMBER[:3]}****{NUMBER[-4:]}"]
    assert rows[1]["对象"] == "'=HYPERLINK(1)"
    sheet = await manager.get("/work-orders/export", params=ask | {"format": "xlsx"})
    cells = load_workbook(io.BytesIO(sheet.body)).worksheets[0]
    assert (cells.max_row, cells["M3"].value) == (3, "'=HYPERLINK(1)")
    with desk.database.reading() as session:
        noted = [row for row in session.query(AuditEntry) if row.what == "work_order.export"]
    assert [(row.who, row.reason, row.detail["filter"]) for row in noted] == [
        ("manager", "月度分析", {"kind": "complaint"})
    ] * 2
    assert (await manager.get("/work-orders/export", params={"kind": "consult"})).status == 422
    assert (await agent.get("/work-orders/export", params=ask)).status == 403


async def test_a_repeated_matter_shows_while_it_is_written_and_is_linked(desk: RunningDesk) -> None:
    agent = await desk.signed_in("agent1")
    first = await _opened(agent)
    told = {"caller_number": NUMBER, "object": "辽A12345", "content": COMPLAINT["content"]}
    (found,) = (await agent.post("/work-orders/similar", told)).body["items"]
    assert found["order"]["order_no"] == first["order_no"]
    assert found["why"][:2] == ["同一来电号码", "同一对象"]
    second = await _opened(agent)
    where = f"/work-orders/{second['order_no']}"
    alike = (await agent.get(f"{where}/alike")).body
    assert (alike["links"], len(alike["similar"])) == ([], 1)
    body = {"other": first["order_no"], "kind": "repeat", "why": "同一人再次来电"}
    linked = await agent.post(f"{where}/links", body)
    assert (linked.status, linked.body["similar"]) == (201, [])
    other = (await agent.get(f"/work-orders/{first['order_no']}/alike")).body
    assert [one["order"]["order_no"] for one in other["links"]] == [second["order_no"]]
    assert (await agent.post(f"{where}/links", body | {"other": "JT0"})).status == 404
    unit = await desk.signed_in("unit1")
    assert (await unit.get(f"{where}/alike")).status == 404


async def test_many_complaints_on_one_object_are_gathered_under_one_order(
    desk: RunningDesk,
) -> None:
    agent, dispatcher = await desk.signed_in("agent1"), await desk.signed_in("dispatcher")
    orders = [await _opened(agent) for _ in range(5)]
    spots = (await dispatcher.get("/hot-spots")).body
    (spot,) = spots["items"]
    assert (spot["object"], spot["count"], spot["parent_no"]) == ("辽A12345", 5, None)
    made = await dispatcher.post("/hot-spots/collect", {"object": "辽A12345"})
    assert made.status == 201, made.body
    child = (await agent.get(f"/work-orders/{orders[0]['order_no']}")).body
    assert (child["parent_no"], child["state"]) == (made.body["order_no"], "pending_review")
    (spot,) = (await dispatcher.get("/hot-spots")).body["items"]
    assert (spot["count"], spot["collected"]) == (5, 5)
    again = await dispatcher.post("/hot-spots/collect", {"object": "辽A12345"})
    assert again.status == 403
    assert (await dispatcher.post("/hot-spots/collect", {"object": "无"})).status == 404


async def test_what_waits_for_a_person_is_asked_of_the_server(desk: RunningDesk) -> None:
    agent, dispatcher = await desk.signed_in("agent1"), await desk.signed_in("dispatcher")
    await _opened(agent)
    draft = await _opened(agent, then="draft")
    for browser, expected in ((agent, ["draft"]), (dispatcher, ["pending_review"])):
        rows = (await browser.get("/work-orders", params={"waiting": "true"})).body["items"]
        assert [row["state"] for row in rows] == expected
    other = await desk.signed_in("agent2")
    assert (await other.get("/work-orders", params={"waiting": "true"})).body["items"] == []
    none = await agent.get("/work-orders", params={"review_state": "review_pending"})
    assert (none.body["items"], draft["state"]) == ([], "draft")


async def test_an_inspector_draws_calls_and_records_without_seeing_a_number(
    desk: RunningDesk, clock: MovableClock
) -> None:
    order = await _closed(desk, clock)
    inspector = await desk.signed_in("inspector")
    day = clock.now().date().isoformat()
    body = {"since": day, "until": day, "per_unit": 2, "seed": 7}
    drawn = await inspector.post("/spot-checks", body)
    assert drawn.status == 201, drawn.body
    (item,) = drawn.body["items"]
    assert item["order"]["order_no"] == order["order_no"]
    assert NUMBER not in str(drawn.body)
    called = await inspector.post(f"/spot-check-items/{item['id']}/call")
    assert called.status == 202, called.body
    assert desk.live.done[-1][0] == "call_out"
    assert NUMBER in desk.live.done[-1]
    said = {"call_key": "check-1", "revisited": False, "closed": True, "satisfied": False}
    where = f"/spot-check-items/{item['id']}/finding"
    unheard = await inspector.post(where, said)
    assert (unheard.status, unheard.body["findings"][0]["field"]) == (422, "call_key")
    _talked(desk, clock, "check-1")
    done = await inspector.post(where, said)
    assert done.status == 200, done.body
    (row,) = done.body["results"]
    assert (row["checked"], row["faulty"]) == (1, [])  # nobody had reported a visit
    assert (await inspector.post(where, said)).status == 403
    (listed,) = (await inspector.get("/spot-checks")).body["items"]
    assert (listed["seed"], listed["drawn_by"]) == (7, "inspector")
    dispatcher = await desk.signed_in("dispatcher")
    assert (await dispatcher.post("/spot-checks", body)).status == 403


async def test_closings_that_look_too_good_are_listed_with_the_reason(
    desk: RunningDesk, clock: MovableClock
) -> None:
    order = await _closed(desk, clock)
    inspector = await desk.signed_in("inspector")
    day = clock.now().date().isoformat()
    found = await inspector.get("/suspicious-closings", params={"since": day, "until": day})
    (row,) = found.body["items"]
    assert row["order_no"] == order["order_no"]
    assert row["why"] == "办结时长短于一次通话所需时间；称已电话回复，但没有呼叫记录"
    long = {"since": "2026-01-01", "until": "2026-12-31"}
    assert (await inspector.get("/suspicious-closings", params=long)).status == 422


async def test_an_administrator_publishes_a_catalogue_after_a_look(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    names = [one["name"] for one in (await admin.get("/catalogues")).body["items"]]
    assert {"taxonomy", "regions", "channels", "notice_templates", "text_rules"} <= set(names)
    for name in names:
        assert (await admin.get(f"/catalogues/{name}")).status == 200
    tree = (await admin.get("/catalogues/taxonomy")).body
    rows, seen = tree["rows"], tree["versions"][0]["version"]
    rows["entries"].append({"domain": "城市客运", "topic": "共享单车"})
    look = (await admin.post("/catalogues/taxonomy/preview", {"rows": rows})).body
    assert [change["kind"] for change in look["changes"]] == ["added"]
    body = {"rows": rows, "note": "新增共享单车", "seen": seen}
    made = await admin.post("/catalogues/taxonomy/versions", body)
    assert made.status == 201, made.body
    version = made.body["versions"][0]["version"]
    told = (await admin.get(f"/catalogues/taxonomy/versions/{version}")).body
    assert (told["version"]["note"], len(told["changes"])) == ("新增共享单车", 1)
    assert (await admin.post("/catalogues/taxonomy/versions", body)).status == 409
    forms = (await admin.get("/catalogue")).body
    topics = [topic["name"] for one in forms["domains"] for topic in one["topics"]]
    assert "共享单车" in topics
    gaps = (await admin.get("/routing/gaps")).body
    assert 0 < len(gaps["items"]) < gaps["matters"]
    rows["entries"][0]["topic"] = ""
    bad = (await admin.post("/catalogues/taxonomy/preview", {"rows": rows})).body
    assert bad["findings"][0]["field"] == "entries.0.topic"
    assert (await admin.get("/catalogues/none")).status == 404


async def test_a_plan_waits_and_may_be_taken_back(desk: RunningDesk, clock: MovableClock) -> None:
    admin = await desk.signed_in("admin")
    whole = (await admin.get("/catalogues/policy")).body
    whole["rows"]["policy"][0]["hot_spot_count"] = 9
    later = (clock.now() + timedelta(days=3)).isoformat()
    body = {"rows": whole["rows"], "note": "试行", "seen": whole["versions"][0]["version"]}
    made = await admin.post("/catalogues/policy/versions", body | {"valid_from": later})
    (plan,) = made.body["plans"]
    assert made.body["versions"][0]["version"] == body["seen"]
    assert (await admin.ask("DELETE", f"/catalogue-plans/{plan['id']}")).status == 204
    assert (await admin.ask("DELETE", f"/catalogue-plans/{plan['id']}")).status == 403
    past = await admin.post("/catalogues/policy/versions", body | {"valid_from": _yesterday(clock)})
    assert past.body["findings"][0]["field"] == "valid_from"


def _yesterday(clock: MovableClock) -> str:
    return (clock.now() - timedelta(days=1)).isoformat()


async def test_a_year_of_the_calendar_tells_its_days_and_whether_they_are_sure(
    desk: RunningDesk,
) -> None:
    agent = await desk.signed_in("agent1")
    year = (await agent.get("/calendar", params={"year": "2026"})).body
    assert (year["noticed"], year["alarm"]) == (True, "missing")
    made_up = [day["day"] for day in year["days"] if day["working"]]
    assert "2026-02-14" in made_up
    assert not (await agent.get("/calendar", params={"year": "2027"})).body["noticed"]


async def _closed(desk: RunningDesk, clock: MovableClock) -> dict[str, Any]:
    """Dispatched, answered by its unit within minutes, confirmed."""
    agent, dispatcher = await desk.signed_in("agent1"), await desk.signed_in("dispatcher")
    order = await _opened(agent)
    units = (await dispatcher.get("/handling-units")).body["items"]
    taxi = next(unit["id"] for unit in units if unit["code"] == "SY-TAXI")
    unit = await desk.signed_in("unit1")
    for browser, event, fields in (
        (dispatcher, "dispatch", {"unit": taxi, "responsible_person": "陈承办"}),
        (unit, "sign", {}),
        (unit, "reply", REPLY),
        (dispatcher, "confirm", {}),
    ):
        clock.pass_time(minutes=2)
        body = {"event": event, "version": order["version"], "fields": fields}
        answer = await browser.post(f"/work-orders/{order['order_no']}/moves", body)
        assert answer.status == 200, answer.body
        order = answer.body
    return order


def _talked(desk: RunningDesk, clock: MovableClock, key: str) -> None:
    now = clock.now()
    with desk.database.transaction() as session:
        call = Call(key=key, direction="out", caller_number=NUMBER, started_at=now)
        call.connected_at, call.ended_at = now, now + timedelta(minutes=1)
        session.add(call)
