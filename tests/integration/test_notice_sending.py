"""Short messages are sent at most once, whatever dies in between, and settled by receipts."""

import signal
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.centre import (
    DISPATCHER,
    PHONE,
)
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway, running_gateway
from tests.notices import accepted, drain, notices, one
from tests.waiting import wait_until
from tests.worker import PATIENCE, Worker
from ticketing.database import Database
from ticketing.errors import NotFound
from ticketing.notices.gateways import HttpSettings
from ticketing.notices.receiving import Receipt, note_receipt
from ticketing.notices.sending import PAUSES, UNCERTAIN_AFTER, NotSent, Sender, Sms, Uncertain
from ticketing.notices.views import unsettled
from ticketing.records.calls import News


def test_a_message_is_sent_once_and_its_receipt_kept(
    database: Database, clock: MovableClock
) -> None:
    accepted(database, clock.now())
    gateway = FakeGateway()
    sender = Sender(database, clock, gateway)
    drain(sender)
    drain(sender)
    sent = one(database)
    assert gateway.sent == [Sms(f"notice-{sent.id}", PHONE, sent.text)]
    assert (sent.state, sent.gateway_key, sent.sent_at) == (
        "sent",
        f"gw-notice-{sent.id}",
        clock.now(),
    )
    receipt = Receipt(delivered=True, gateway_key=sent.gateway_key)
    with database.transaction() as session:
        note_receipt(session, clock.now() + timedelta(seconds=5), receipt)
    with database.transaction() as session:
        note_receipt(session, clock.now() + timedelta(hours=1), receipt)
        late = Receipt(delivered=False, gateway_key=sent.gateway_key, reason="空号")
        note_receipt(session, clock.now() + timedelta(hours=2), late)
    settled = one(database)
    assert (settled.state, settled.receipt_at) == ("delivered", clock.now() + timedelta(seconds=5))


def test_a_message_that_did_not_arrive_says_why(database: Database, clock: MovableClock) -> None:
    accepted(database, clock.now())
    drain(Sender(database, clock, FakeGateway()))
    with database.transaction() as session:
        reference = f"notice-{one(database).id}"
        note_receipt(session, clock.now(), Receipt(False, reference=reference, reason="空号"))
        assert [(view.state, view.reason) for view in unsettled(session, DISPATCHER)] == [
            ("未送达", "空号")
        ]


@pytest.mark.parametrize("reference", ["notice-99", "notice-x", "other", ""])
def test_a_receipt_for_what_was_never_sent_is_refused(
    database: Database, moment: datetime, reference: str
) -> None:
    with pytest.raises(NotFound), database.transaction() as session:
        note_receipt(session, moment, Receipt(True, reference=reference))


def test_a_receipt_faster_than_the_gateways_answer_stays_the_last_word(
    database: Database, clock: MovableClock
) -> None:
    accepted(database, clock.now())
    gateway = FakeGateway()

    def receipt_first(message: Sms) -> None:
        with database.transaction() as session:
            note_receipt(session, clock.now(), Receipt(True, reference=message.reference))

    gateway.before_answer = receipt_first
    drain(Sender(database, clock, gateway))
    notice = one(database)
    assert (notice.state, notice.gateway_key) == ("delivered", f"gw-notice-{notice.id}")


def test_what_certainly_failed_is_tried_again_later_and_later_then_given_up(
    database: Database, clock: MovableClock
) -> None:
    accepted(database, clock.now())
    away = [NotSent("短信网关连接不上") for _ in range(len(PAUSES) + 1)]
    gateway = FakeGateway(*away)
    sender = Sender(database, clock, gateway)
    for number, pause in enumerate(PAUSES, 1):
        assert not sender.tick(), "a gateway that is away is not pressed"
        waiting = one(database)
        assert (waiting.state, waiting.tries) == ("waiting", number)
        assert waiting.next_try_at == clock.now() + pause
        clock.pass_time(seconds=pause.total_seconds() - 1)
        sender.tick()
        assert one(database).tries == number, "not before its time"
        clock.pass_time(seconds=1)
    sender.tick()
    given_up = one(database)
    assert (given_up.state, given_up.reason) == (
        "failed",
        "短信网关连接不上；已试6次，不再重试",
    )
    clock.pass_time(days=30)
    drain(sender)
    assert gateway.sent == []


def test_a_gateway_that_is_back_gets_the_message(database: Database, clock: MovableClock) -> None:
    accepted(database, clock.now())
    gateway = FakeGateway(NotSent("短信网关忙"))
    sender = Sender(database, clock, gateway)
    sender.tick()
    clock.pass_time(minutes=1)
    drain(sender)
    assert len(gateway.sent) == 1
    assert (one(database).state, one(database).tries) == ("sent", 2)


def test_a_message_the_gateway_never_takes_is_given_up_at_once(
    database: Database, clock: MovableClock
) -> None:
    accepted(database, clock.now(), 2)
    gateway = FakeGateway(NotSent("含敏感词", final=True))
    drain(Sender(database, clock, gateway))
    assert [(row.state, row.reason) for row in notices(database)] == [
        ("failed", "含敏感词"),
        ("sent", ""),
    ]


@pytest.mark.parametrize("fault", [Uncertain("短信网关没有答复"), ZeroDivisionError()])
def test_nobody_sends_again_what_may_have_gone_out(
    database: Database, clock: MovableClock, fault: Exception
) -> None:
    accepted(database, clock.now())
    gateway = FakeGateway(fault)
    sender = Sender(database, clock, gateway)
    drain(sender)
    clock.pass_time(days=2)
    drain(sender)
    assert one(database).state == "unknown"
    assert gateway.sent == []
    with database.reading() as session:
        (shown,) = unsettled(session, DISPATCHER)
        assert shown.state == "不能确认是否发出"
        news = session.scalars(select(News).where(News.topic == "notice.unknown")).one()
        assert news.detail["order_no"] == shown.order_no


def test_workers_side_by_side_send_each_message_once(
    database: Database, clock: MovableClock
) -> None:
    accepted(database, clock.now(), 12)
    gateways = [FakeGateway() for _ in range(3)]
    threads = [
        threading.Thread(target=drain, args=[Sender(database, clock, gateway)])
        for gateway in gateways
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    sent = [message.reference for gateway in gateways for message in gateway.sent]
    drain(Sender(database, clock, gateways[0]))
    assert len(sent) == len(set(sent)) == 12
    assert {row.state for row in notices(database)} == {"sent"}


@pytest.fixture
def worker(tmp_path: Path, database_url: str) -> Iterator[Worker]:
    worker = Worker(tmp_path / "state", database_url)
    yield worker
    worker.close()


def test_kill_9_between_sending_and_the_answer_never_sends_twice(
    worker: Worker, database: Database, clock: MovableClock
) -> None:
    """The gateway took it, the worker died before it could write that down."""
    accepted(database, clock.now())
    with running_gateway() as side:
        side.go_on.clear()
        worker.use_gateway(HttpSettings(side.url, "centre", "s3cret"))
        worker.start()
        wait_until(lambda: side.requests, PATIENCE, "the gateway has the message")
        worker.kill(signal.SIGKILL)
        assert one(database, kind="accepted").state == "sending"
        side.go_on.set()
        worker.start()
        worker.kill(signal.SIGTERM)
        clock = MovableClock(one(database, kind="accepted").sending_since or clock.now())
        clock.pass_time(seconds=UNCERTAIN_AFTER.total_seconds() + 1)
        gateway = FakeGateway()
        drain(Sender(database, clock, gateway))
        assert gateway.sent == []
        assert len(side.requests) == 1
        reference = side.bodies[0]["reference"]
    lost = one(database, kind="accepted")
    assert (lost.state, lost.reason) == ("unknown", "发送时程序中断，无法确认是否发出")
    with database.transaction() as session:
        note_receipt(session, clock.now(), Receipt(True, reference=reference))
    assert one(database, kind="accepted").state == "delivered"


def test_without_a_gateway_the_worker_writes_messages_to_the_log(
    worker: Worker, database: Database, moment: datetime
) -> None:
    accepted(database, moment)
    worker.start()
    wait_until(
        lambda: one(database, kind="accepted").state == "sent", PATIENCE, "the message is sent"
    )
    log = (worker.state / "log" / "sms.log").read_text(encoding="utf-8")
    assert "138****5678" in log
    assert PHONE not in log + worker.said()
