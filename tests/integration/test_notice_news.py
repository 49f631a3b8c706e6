"""Open pages hear at once that a notice was shown or that a message went on. Both databases."""

from agent_desk.live.hub import Hub
from agent_desk.live.newstail import NewsTail
from agent_desk.live.shapes import Viewer
from tests.centre import Centre
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway
from tests.notices import drain, notices, one
from ticketing.database import Database
from ticketing.notices.sending import Sender


async def test_a_page_hears_of_a_shown_notice_and_of_a_sent_message(
    database: Database, clock: MovableClock
) -> None:
    """Both name the order; what was written before the page came is no news."""
    hub = Hub(first_seq=1)
    tail = NewsTail(database, hub, on_people=lambda: None)
    viewer = Viewer(7, "unit1", "陈承办", None)
    feed = hub.open(viewer, None, lambda _: {"calls": []}, lambda: None)
    assert (await feed.next()).type == "snapshot"
    with database.transaction() as session:
        earlier = Centre(session, clock.now()).dispatched().order_no
    await tail.read_on()
    with database.transaction() as session:
        order_no = Centre(session, clock.now()).dispatched().order_no
    drain(Sender(database, clock, FakeGateway()))
    await tail.read_on()
    shown = one(database, kind="new_order", means="in_app", order_no=order_no)
    sent = {row.order_no: row for row in notices(database, kind="accepted", state="sent")}
    heard = []
    while len(heard) < 3:
        message = await feed.next()
        if message.type == "order_notice":
            heard.append(message.data)
    assert heard == [
        {"id": shown.id, "order_no": order_no, "state": "shown"},
        {"id": sent[earlier].id, "order_no": earlier, "state": "sent"},
        {"id": sent[order_no].id, "order_no": order_no, "state": "sent"},
    ]
