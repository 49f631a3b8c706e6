"""What callers left with the menu, as people at their screens see and settle it over the API."""

from datetime import datetime, timedelta

from sqlalchemy import select

from tests.desk import Browser, RunningDesk
from tests.fakes.clock import MovableClock
from ticketing.actors import SYSTEM
from ticketing.calls.callbacks import Wish, ask_callback
from ticketing.information import vote
from ticketing.orders.intake import Intake, open_work_order
from ticketing.orders.own import add_voice
from ticketing.people.person import process
from ticketing.people.tokens import add_token
from ticketing.recordings.ledger import Stretch, announce
from ticketing.records.catalogues import HandlingUnit
from ticketing.records.recordings import Recording
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.classification import Kind
from ticketing.rules.permissions import Role

HOUR = timedelta(hours=1)
PHONE = "13912340000"


def _feed(desk: RunningDesk) -> Browser:
    with desk.database.transaction() as session:
        moment = desk.desk.clock.now()
        key = add_token(session, moment, process("test"), "roads", [Role.ROAD_FEED])
    return desk.program(key)


async def test_a_road_feed_imports_csv_and_the_same_key_is_the_same_notice(
    desk: RunningDesk, clock: MovableClock
) -> None:
    feed = _feed(desk)
    until = (clock.now() + HOUR).isoformat()
    head = "key,kind,road_no,road_name,section,direction,text,valid_until\n"
    text = f"{head}k1,works,g15,沈海高速,鞍山至海城段,双向,占道施工。,{until}\n"
    first = await feed.post("/road-notices/import", {"csv": text})
    assert first.status == 201
    again = await feed.post("/road-notices/import", {"csv": text.replace("占道", "夜间")})
    (before,), (after,) = first.body["notices"], again.body["notices"]
    assert before["id"] == after["id"]
    assert after["sentence"] == "G15沈海高速，鞍山至海城段，双向，施工。夜间施工。"
    bad = await feed.post("/road-notices/import", {"csv": f"{head}k2,works,G15\n"})
    assert bad.status == 422
    assert (await feed.get("/calls")).status == 403
    assert (await feed.get("/knowledge")).status == 403


async def test_a_catalogue_of_roads_is_chosen_from_and_replaced_by_the_administrator(
    desk: RunningDesk,
) -> None:
    dispatcher, admin = await desk.signed_in("dispatcher"), await desk.signed_in("admin")
    roads = (await dispatcher.get("/roads")).body
    assert {"number": "G1", "name": "京哈高速"} in roads["items"]
    rows = "number,name\nG1,京哈高速\nS1,机场高速"
    assert (await dispatcher.post("/roads/import", {"csv": rows})).status == 403
    newer = await admin.post("/roads/import", {"csv": rows})
    assert newer.status == 200
    assert newer.body["version"] != roads["version"]
    assert [one["number"] for one in (await dispatcher.get("/roads")).body["items"]] == ["G1", "S1"]


async def test_a_sentence_is_heard_before_it_is_posted(desk: RunningDesk) -> None:
    dispatcher = await desk.signed_in("dispatcher")
    async with dispatcher.session.get(
        f"{desk.base}/api/v1/road-notices/preview", params={"text": "G1京哈高速，封闭。"}
    ) as answer:
        assert answer.status == 200
        assert (await answer.read()).startswith(b"RIFF")
    mute = await dispatcher.get("/road-notices/preview", params={"text": "说不出的话"})
    assert mute.status == 422
    assert (await dispatcher.get("/road-notices/preview")).status == 422


async def test_a_switch_is_planned_and_the_plan_is_shown_and_ended(
    desk: RunningDesk, clock: MovableClock
) -> None:
    leader = await desk.signed_in("leader")
    begin, end = clock.now() + HOUR, clock.now() + 2 * HOUR
    times = {"on_from": begin.isoformat(), "on_until": end.isoformat()}
    planned = await leader.put("/switches/emergency", {"is_on": True, **times})
    assert (planned.body["is_on"], planned.body["planned"]) == (False, True)
    clock.pass_time(minutes=61)
    (_, now) = (await leader.get("/switches")).body["items"]
    assert (now["name"], now["is_on"], now["planned"]) == ("emergency", True, False)
    assert datetime.fromisoformat(now["on_until"]) == end
    clock.pass_time(minutes=60)
    assert not (await leader.get("/switches")).body["items"][1]["is_on"]
    off = await leader.put("/switches/emergency", {"is_on": False})
    assert (off.body["is_on"], off.body["on_until"]) == (False, None)


async def test_agents_call_back_who_asked_for_it_one_agent_a_caller(
    desk: RunningDesk, clock: MovableClock
) -> None:
    with desk.database.transaction() as session:
        ask_callback(session, clock.now(), Wish("c1", PHONE, "complaint", HOUR))
    one, other = await desk.signed_in("agent1"), await desk.signed_in("agent2")
    (task,) = (await one.get("/callbacks")).body["items"]
    assert (task["number"], task["state"], task["overdue"]) == (PHONE, "waiting", False)
    clock.pass_time(minutes=61)
    taken = await one.post(f"/callbacks/{task['id']}/take")
    assert (taken.body["mine"], taken.body["overdue"]) == (True, True)
    assert (await other.post(f"/callbacks/{task['id']}/take")).status == 409
    done = await one.post(f"/callbacks/{task['id']}/finish", {"reached": True, "note": "已答复"})
    assert done.body["state"] == "done"
    assert (await one.get("/callbacks")).body["items"] == []
    assert (await one.post("/callbacks/999/take")).status == 404


def _spoken_draft(desk: RunningDesk, moment: datetime, key: str) -> str:
    with desk.database.transaction() as session:
        intake = Intake(Kind.COMPLAINT, "【语音菜单登记】语音投诉", call_key=key)
        order = open_work_order(session, moment, SYSTEM, intake)
        announce(session, Stretch(f"{key}-1-message", key, "message", "a.wav", "caller"), moment)
        return order.order_no


async def test_spoken_drafts_wait_for_a_person_oldest_first_with_their_recordings(
    desk: RunningDesk, clock: MovableClock
) -> None:
    numbers = [_spoken_draft(desk, clock.now(), f"pbx1-{one}.1") for one in (7, 8, 9)]
    dispatcher = await desk.signed_in("dispatcher")
    first = (await dispatcher.get("/voice-drafts", params={"limit": 2})).body
    assert [one["order_no"] for one in first["items"]] == numbers[:2]
    assert [one["kind"] for one in first["items"][0]["recordings"]] == ["message"]
    rest = (await dispatcher.get("/voice-drafts", params={"after": first["next"]})).body
    assert [one["order_no"] for one in rest["items"]] == numbers[2:]
    assert (await (await desk.signed_in("agent1")).get("/voice-drafts")).status == 403


async def test_a_unit_hears_what_the_caller_added_and_nothing_else(
    desk: RunningDesk, clock: MovableClock
) -> None:
    moment = clock.now()
    unit = await desk.signed_in("unit1")
    with desk.database.transaction() as session:
        taxi = select(HandlingUnit.id).where(HandlingUnit.code == "SY-TAXI")
        order = WorkOrder(
            order_no="JT2101002026112899999999",
            state="in_progress",
            kind="complaint",
            region_code="210100",
            channel="phone",
            call_key="pbx1-1.1",
            caller_number=PHONE,
            content="公交车到站不停",
            lead_unit_id=session.scalars(taxi).one(),
            accepted_at=moment,
            created_at=moment,
            updated_at=moment,
        )
        session.add(order)
        session.flush()
        announce(session, Stretch("t-agent", "pbx1-1.1", "voice", "b.wav", "agent"), moment)
        announce(session, Stretch("s-message", "pbx1-2.2", "message", "c.wav"), moment)
        add_voice(session, moment, order.order_no, "s-message", 8.0)
        ids = {row.stretch: row.id for row in session.scalars(select(Recording))}
    shown = (await unit.get(f"/work-orders/{order.order_no}")).body
    assert [one["id"] for one in shown["recordings"]] == [ids["s-message"]]
    assert "语音补充8秒" in shown["content"]
    heard = await unit.get(f"/recordings/{ids['s-message']}/audio")
    assert heard.status == 404, "allowed, but not stored yet"
    assert (await unit.get(f"/recordings/{ids['t-agent']}/audio")).status == 403
    with desk.database.transaction() as session:
        session.get_one(WorkOrder, order.id).confidential = True
    assert (await unit.get(f"/recordings/{ids['s-message']}/audio")).status == 403


async def test_an_editor_sees_what_callers_thought_of_an_answer(
    desk: RunningDesk, clock: MovableClock
) -> None:
    leader = await desk.signed_in("leader")
    body = {"topic": "etc_fees", "question": "发票", "answer": "票根网", "spoken": "票根网。"}
    await leader.post("/knowledge", body)
    with desk.database.transaction() as session:
        for useful in (True, False, True):
            vote(session, clock.now(), "etc_fees", "c1", useful=useful)
    found = (await leader.get("/knowledge", params={"topic": "etc_fees"})).body["items"][0]
    assert (found["useful"], found["useless"]) == (2, 1)
