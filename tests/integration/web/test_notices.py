"""Notices over the API: to whom they are shown, which need a person, and sending one again."""

from tests.centre import LEADER, PHONE, Centre
from tests.desk import Browser, RunningDesk, cheap_passwords
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway
from tests.notices import accepted, drain, notices, one
from ticketing import catalogues
from ticketing.demo import PASSWORD
from ticketing.notices.sending import NotSent, Sender, Uncertain
from ticketing.orders.supervision import Demand, SupervisionType, supervise
from ticketing.people.person import process
from ticketing.people.users import NewUser, add_user
from ticketing.rules.permissions import Role

WHY = "网关已修复，市民没有收到"


async def _bus_company(desk: RunningDesk) -> Browser:
    """Somebody of a unit that has none of the orders."""
    moment, hashed = desk.desk.clock.now(), cheap_passwords().hash(PASSWORD)
    with desk.database.transaction() as session:
        unit = catalogues.unit(session, "SY-BUS").id
        new = NewUser("bus1", "冯公交", (Role.UNIT_HANDLER,), handling_unit_id=unit)
        add_user(session, moment, process("test"), new, hashed, must_change_password=False)
    return await desk.signed_in("bus1")


def _dispatched(desk: RunningDesk, count: int = 1) -> list[str]:
    """Orders that unit1's unit was given."""
    with desk.database.transaction() as session:
        centre = Centre(session, desk.desk.clock.now())
        return [centre.dispatched(unit="SY-TAXI").order_no for _ in range(count)]


async def test_a_unit_reads_what_it_was_told_and_nobody_elses(desk: RunningDesk) -> None:
    """Its new order stands there with a link's number; another unit and an agent have none."""
    (order_no,) = _dispatched(desk)
    handler = await desk.signed_in("unit1")
    (told,) = (await handler.get("/notices")).body["items"]
    assert (told["order_no"], told["kind"], told["state"]) == (order_no, "新工单", "shown")
    assert (told["means"], told["state_label"]) == ("系统内", "已在系统内通知")
    assert told["unit"] == "市出租汽车管理处"
    stranger = await _bus_company(desk)
    assert (await stranger.get("/notices")).body == {"items": [], "next": None}
    agent = await desk.signed_in("agent1")
    assert (await agent.get("/notices")).body["items"] == []


async def test_my_notices_come_newest_first_page_by_page(desk: RunningDesk) -> None:
    numbers = _dispatched(desk, 3)
    handler = await desk.signed_in("unit1")
    seen, after = [], ""
    for _ in range(3):
        page = (await handler.get(f"/notices?limit=1{after}")).body
        seen += [told["order_no"] for told in page["items"]]
        after = f"&after={page['next']}"
    assert seen == numbers[::-1]
    assert page["next"] is None
    assert (await handler.get("/notices?limit=101")).status == 422


async def test_an_orders_notices_tell_whom_how_and_why_not(desk: RunningDesk) -> None:
    """The caller's number is hidden; a unit sees what was said to itself alone."""
    (order_no,) = _dispatched(desk)
    drain(Sender(desk.database, desk.desk.clock, FakeGateway()))
    dispatcher = await desk.signed_in("dispatcher")
    path = f"/work-orders/{order_no}/notices"
    answer = await dispatcher.get(path)
    shown = {(told["recipient"], told["means"]): told for told in answer.body["items"]}
    caller = shown["来电人", "短信"]
    assert (caller["state_label"], caller["number"]) == ("已发送", "138****5678")
    assert PHONE not in str(answer.body)
    skipped = [told for told in answer.body["items"] if told["state"] == "skipped"]
    assert all(told["reason"] for told in skipped)
    handler = await desk.signed_in("unit1")
    recipients = {told["recipient"] for told in (await handler.get(path)).body["items"]}
    assert recipients == {"承办单位"}
    stranger = await _bus_company(desk)
    assert (await stranger.get(path)).status == 404
    assert (await dispatcher.get("/work-orders/999/notices")).status == 404


async def test_an_authority_reads_what_is_told_to_it_alone(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """督办 tells the authority, not the centre that did it."""
    with desk.database.transaction() as session:
        centre = Centre(session, clock.now())
        order_no = centre.dispatched(unit="SY-TAXI").order_no
        demand = Demand(SupervisionType.ORDER, "市出租汽车管理处", "三日内反馈")
        supervise(session, centre.now, LEADER, order_no, demand)
    reader = await desk.signed_in("authority")
    (told,) = (await reader.get("/notices")).body["items"]
    assert (told["order_no"], told["kind"], told["recipient"]) == (order_no, "督办", "主管部门")
    centre_person = await desk.signed_in("dispatcher")
    assert (await centre_person.get("/notices")).body["items"] == []


async def test_a_doubtful_message_is_listed_and_sent_again_with_a_reason(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """On the audit with who and why; a second click is told that it waits already."""
    accepted(desk.database, clock.now(), 2)
    gateway = FakeGateway(Uncertain("没有答复"), NotSent("号码无效", final=True))
    drain(Sender(desk.database, clock, gateway))
    leader = await desk.signed_in("leader")
    page = (await leader.get("/notices/unsettled")).body
    assert [told["state"] for told in page["items"]] == ["failed", "unknown"]
    assert all(told["may_send_again"] and told["reason"] for told in page["items"])
    path = f"/notices/{page['items'][1]['id']}/send-again"
    assert (await leader.post(path, {"reason": " "})).status == 422
    again = await leader.post(path, {"reason": WHY})
    assert (again.status, again.body["state"]) == (200, "waiting")
    twice = await leader.post(path, {"reason": WHY})
    assert (twice.status, twice.body["detail"]) == (403, "这条通知待发送")
    drain(Sender(desk.database, clock, gateway))
    assert [told["state"] for told in (await leader.get("/notices/unsettled")).body["items"]] == [
        "failed"
    ]
    assert len(notices(desk.database, state="sent")) == 1
    admin = await desk.signed_in("admin")
    (entry,) = (await admin.get("/audit", params={"what": "notice.send_again"})).body["items"]
    assert (entry["reason"], entry["subject_key"]) == (WHY, path.split("/")[2])
    assert (await leader.post("/notices/999/send-again", {"reason": WHY})).status == 404


async def test_the_administrator_who_mended_the_gateway_sends_again_but_an_agent_does_not(
    desk: RunningDesk, clock: MovableClock
) -> None:
    accepted(desk.database, clock.now())
    drain(Sender(desk.database, clock, FakeGateway(Uncertain("没有答复"))))
    path = f"/notices/{one(desk.database).id}/send-again"
    agent, admin = await desk.signed_in("agent1"), await desk.signed_in("admin")
    assert (await agent.post(path, {"reason": WHY})).status == 403
    assert (await agent.get("/notices/unsettled")).status == 403
    assert (await admin.post(path, {"reason": WHY})).status == 200
