"""What the sender and screens ask again and again has its index, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests.centre import AUTHORITY, DISPATCHER, Centre
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway
from tests.integration.recordings.test_plans import plan, watched
from ticketing.clock import SystemClock
from ticketing.database import Database
from ticketing.notices.receiving import InboundSms, receive_sms
from ticketing.notices.sending import Sender
from ticketing.notices.views import notices_for, unsettled
from ticketing.orders.jobs import OrderJobs


def test_a_turn_of_the_sender_never_reads_the_whole_table(database: Database) -> None:
    with watched(database) as seen:
        Sender(database, SystemClock(), FakeGateway()).tick()
    plans = [plan(database, statement, values) for statement, values in seen]
    assert len(plans) == 2
    assert "ix_notice_sending" in plans[0]
    assert "ix_notice_waiting" in plans[1]


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda s: notices_for(s, AUTHORITY, after=1000), "ix_notice_screen"),
        (lambda s: unsettled(s, DISPATCHER), "ix_notice_unsettled"),
    ],
)
def test_a_screens_question_uses_its_index(
    database: Database, ask: Callable[[Session], object], index: str
) -> None:
    with watched(database) as seen, database.reading() as session:
        ask(session)
    (found,) = [plan(database, statement, values) for statement, values in seen]
    assert index in found
    assert "TEMP B-TREE" not in found, found


def test_reminders_and_replies_find_their_notices_by_index(
    database: Database, clock: MovableClock
) -> None:
    with database.transaction() as session:
        Centre(session, clock.now()).dispatched()
    with watched(database) as seen:
        OrderJobs(database, clock).remind_due_soon()
    asked = [one for one in seen if "EXISTS" in one[0]]
    (reminder,) = [plan(database, statement, values) for statement, values in asked]
    assert "ix_notice_work_order_id_kind_due_at" in reminder
    assert "ix_work_order_" in reminder
    with watched(database) as seen, database.reading() as session:
        receive_sms(session, clock.now(), InboundSms("in-1", "13812345678", "5"))
    asked = [one for one in seen if "FROM notice" in one[0]]
    assert asked
    for statement, values in asked:
        assert "ix_notice_number_id" in plan(database, statement, values)
