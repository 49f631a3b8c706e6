"""Notices: written once with the move, sent at most once, settled by receipts. Both databases."""

import signal
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.centre import (
    AGENT,
    AUTHORITY,
    COMPLAINT,
    DISPATCHER,
    FOUR_ANSWERS,
    PHONE,
    REVISITOR,
    SUGGESTION,
    Centre,
)
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway, running_gateway
from tests.waiting import wait_until
from tests.worker import PATIENCE, Worker
from ticketing import catalogues
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed, NotFound
from ticketing.notices.gateways import HttpSettings
from ticketing.notices.receiving import InboundSms, Receipt, note_receipt, receive_sms
from ticketing.notices.sending import PAUSES, UNCERTAIN_AFTER, NotSent, Sender, Sms, Uncertain
from ticketing.notices.views import NoticeView, notices_for, notices_of_order, unsettled
from ticketing.orders import closing, dispatch, handling, return_visits, views
from ticketing.orders.intake import Intake
from ticketing.orders.jobs import OrderJobs
from ticketing.orders.return_visits import Visit
from ticketing.records.calls import News
from ticketing.records.notices import Notice, ReceivedSms
from ticketing.records.order_life import ServiceRating
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.guards import ExtensionGround
from ticketing.rules.notices import Means, NoticeKind, Recipient, Template
from ticketing.rules.ratings import Question, Rating

FORGOTTEN = RuntimeError("the process that moved the order died before it committed")


@pytest.fixture
def clock(moment: datetime) -> MovableClock:
    return MovableClock(moment)


def notices(database: Database, **wanted: str) -> Sequence[Notice]:
    with database.reading() as session:
        query = select(Notice).order_by(Notice.id)
        for name, value in wanted.items():
            query = query.where(getattr(Notice, name) == value)
        return session.scalars(query).all()


def one(database: Database, **wanted: str) -> Notice:
    (found,) = notices(database, **wanted)
    return found


def accepted(database: Database, moment: datetime, count: int = 1) -> list[str]:
    """Orders whose callers are to be told that they were accepted."""
    with database.transaction() as session:
        centre = Centre(session, moment)
        return [centre.submitted().order_no for _ in range(count)]


def drain(sender: Sender) -> None:
    while sender.tick():
        pass


# --- written with the move ---


def test_a_notice_is_written_with_the_move_and_names_text_parts_and_template(
    database: Database, moment: datetime
) -> None:
    (order_no,) = accepted(database, moment)
    notice = one(database)
    assert (notice.kind, notice.recipient, notice.means) == ("accepted", "caller", "sms")
    assert (notice.number, notice.state, notice.occasion) == (PHONE, "waiting", "2")
    assert order_no in notice.text
    assert notice.parts == 1
    assert notice.template_version == "2026.1"


def test_a_move_that_is_rolled_back_tells_nobody(database: Database, moment: datetime) -> None:
    def dies() -> None:
        with database.transaction() as session:
            Centre(session, moment).dispatched()
            assert session.scalars(select(Notice.id)).all()
            raise FORGOTTEN

    with pytest.raises(RuntimeError):
        dies()
    assert notices(database) == []


def test_the_database_refuses_the_same_notice_twice(database: Database, moment: datetime) -> None:
    accepted(database, moment)
    first = one(database)
    names = {column.name for column in Notice.__table__.columns} - {"id"}
    columns = {name: getattr(first, name) for name in names}
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(insert(Notice).values(**columns))


def test_what_was_told_is_never_erased(database: Database, moment: datetime) -> None:
    accepted(database, moment)
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(delete(Notice))


@pytest.mark.parametrize(
    ("caller", "why"),
    [
        (replace(COMPLAINT, confidential=True), "诉求人要求保密，不发短信"),
        (replace(COMPLAINT, caller_number="02423456789"), "来电人没有可收短信的手机号码"),
        (replace(COMPLAINT, caller_number=""), "来电人没有可收短信的手机号码"),
    ],
)
def test_who_is_sealed_or_has_no_mobile_phone_gets_no_message_and_the_reason_is_kept(
    database: Database, clock: MovableClock, caller: Intake, why: str
) -> None:
    with database.transaction() as session:
        Centre(session, clock.now()).submitted(caller)
    gateway = FakeGateway()
    drain(Sender(database, clock, gateway))
    notice = one(database)
    assert (notice.state, notice.reason, notice.number) == ("skipped", why, "")
    assert gateway.sent == []


def test_a_number_in_the_result_is_hidden_in_the_message(
    database: Database, moment: datetime
) -> None:
    result = "经核实已由车队长（电话13998765432）上门道歉并退还多收的全部费用"
    with database.transaction() as session:
        centre = Centre(session, moment)
        order = centre.signed(SUGGESTION, "BUS")
        reply = handling.Reply(result, "现场核实", "公交服务规范", "phone")
        handling.reply(session, moment, centre.handler("BUS"), order.order_no, reply)
        closing.confirm(session, moment, DISPATCHER, order.order_no)
    text = one(database, kind="closed").text
    assert "139****5432" in text
    assert "13998765432" not in text


def test_a_helping_unit_hears_of_a_new_order_too(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        centre = Centre(session, moment)
        centre.unit("BUS").duty_phone = "13900001111"
        order = centre.submitted()
        assignment = dispatch.Assignment("TAXI", co_unit_codes=("BUS",))
        dispatch.dispatch(session, moment, DISPATCHER, order.order_no, assignment)
        units = [centre.unit("TAXI").id, centre.unit("BUS").id]
    told = notices(database, kind="new_order", means="in_app")
    assert [notice.unit_id for notice in told] == units
    assert [
        (notice.state, notice.number) for notice in notices(database, kind="new_order", means="sms")
    ] == [("skipped", ""), ("waiting", "13900001111")]


def test_the_unit_an_order_is_taken_from_is_the_one_told(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        centre = Centre(session, moment)
        order = centre.dispatched()
        dispatch.recall(session, moment, DISPATCHER, order.order_no, "转办有误")
        taxi = centre.unit("TAXI").id
    told = one(database, kind="recalled")
    assert (told.unit_id, told.text.endswith("理由：转办有误。")) == (taxi, True)


def test_a_new_version_of_the_texts_holds_from_then_on_and_a_row_left_out_is_not_sent(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        Centre(session, moment)
        texts = [Template(NoticeKind.ACCEPTED, Recipient.CALLER, Means.SMS, "已收到{order_no}")]
        document = catalogues.notice_templates_document(texts)
        catalogues.publish(session, moment, "admin", "notice_templates", "2", document)
        order_no = Centre(session, moment).dispatched().order_no
    notice = one(database)
    assert (notice.text, notice.template_version) == (f"已收到{order_no}", "2")


def test_faulty_texts_are_refused_by_name() -> None:
    faulty = Template(NoticeKind.URGED, Recipient.UNIT, Means.SMS, "请{phone}回电")
    with pytest.raises(InvalidInput, match="催办"):
        catalogues.notice_templates_document([faulty])


# --- reminders ---


def test_an_order_near_its_limit_is_reminded_of_once_and_once_more_after_an_extension(
    database: Database, clock: MovableClock
) -> None:
    jobs = OrderJobs(database, clock)
    with database.transaction() as session:
        centre = Centre(session, clock.now())
        order_no = centre.signed().order_no
    assert jobs.remind_due_soon() == 0
    clock.pass_time(days=13)  # 12月8日; due on the 9th
    assert [jobs.remind_due_soon(), jobs.remind_due_soon()] == [2, 0]
    assert "2026年12月9日" in one(database, kind="due_soon", means="in_app").text
    with database.transaction() as session:
        centre = Centre(session, clock.now())
        ground = ExtensionGround.EVIDENCE
        handling.request_extension(
            session, centre.now, centre.handler(), order_no, ground, "取证困难", 5
        )
        handling.approve_extension(session, centre.now, AUTHORITY, order_no)
    assert jobs.remind_due_soon() == 0
    clock.pass_time(days=7)  # 12月15日; due on the 16th
    assert [jobs.remind_due_soon(), jobs.remind_due_soon()] == [2, 0]


def test_an_overdue_order_is_told_once_however_often_the_job_runs(
    database: Database, clock: MovableClock
) -> None:
    jobs = OrderJobs(database, clock)
    with database.transaction() as session:
        Centre(session, clock.now()).dispatched()
    clock.pass_time(days=30)
    assert [jobs.report_overdue(), jobs.report_overdue()] == [1, 0]
    told = [(one.recipient, one.means) for one in notices(database, kind="overdue")]
    assert sorted(told) == [
        ("authority", "in_app"),
        ("authority", "sms"),
        ("centre", "in_app"),
        ("unit", "in_app"),
        ("unit", "sms"),
    ]


# --- sent at most once ---


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


# --- received ---


def closed(database: Database, clock: MovableClock) -> str:
    with database.transaction() as session:
        centre = Centre(session, clock.now())
        order_no = centre.closed().order_no
    clock.pass_time(hours=6)
    drain(Sender(database, clock, FakeGateway()))
    return order_no


def received(database: Database, moment: datetime, text: str, key: str = "in-1") -> ReceivedSms:
    with database.transaction() as session:
        return receive_sms(session, moment, InboundSms(key, f"+86{PHONE}", text))


def test_a_digit_sent_back_is_the_callers_rating_once(
    database: Database, clock: MovableClock
) -> None:
    order_no = closed(database, clock)
    first = received(database, clock.now(), " 5 ")
    again = received(database, clock.now(), " 5 ")
    assert (first.id, first.taken_as) == (again.id, "rating")
    with database.reading() as session:
        rating = session.scalars(select(ServiceRating)).one()
        assert (rating.rating, rating.means) == (Rating.VERY_SATISFIED, "sms")
        order = views.work_order(session, AGENT, order_no)
        assert views.history(session, order)[-1].event == "rate"
        assert first.work_order_id == order.id
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(update(ReceivedSms).values(text="1"))


def test_a_bad_rating_is_followed_up_with_caller_and_unit(
    database: Database, clock: MovableClock
) -> None:
    order_no = closed(database, clock)
    received(database, clock.now(), "1")
    told = [(row.recipient, row.means) for row in notices(database, kind="bad_rating")]
    assert told == [("caller", "sms"), ("unit", "in_app")]
    with database.transaction() as session:
        centre = Centre(session, clock.now())
        result = "再次上门道歉并退费"
        return_visits.fix_bad_rating(session, centre.now, centre.handler(), order_no, result)
    assert result in one(database, kind="bad_rating_fixed").text
    clock.pass_time(days=1)
    drain(Sender(database, clock, FakeGateway()))
    received(database, clock.now(), "4", "in-2")
    with database.reading() as session:
        second = session.scalars(select(ServiceRating).order_by(ServiceRating.id.desc())).first()
        assert second is not None
        assert (second.rating, second.after_fix) == (Rating.SATISFIED, True)


def test_a_bad_rating_heard_in_a_visit_is_followed_up_too(
    database: Database, clock: MovableClock
) -> None:
    with database.transaction() as session:
        centre = Centre(session, clock.now())
        order = centre.closed()
        centre.later(hours=1)
        call = centre.call_out("call-1")
        answers = {**FOUR_ANSWERS, Question.SATISFACTION: Rating.DISSATISFIED}
        visit = Visit("phone", answers, "处理太慢", call.key)
        return_visits.record_visit(session, centre.now, REVISITOR, order.order_no, visit)
    assert len(notices(database, kind="bad_rating", recipient="caller")) == 1


def test_other_words_sent_back_are_kept_with_the_order_they_answer(
    database: Database, clock: MovableClock
) -> None:
    order_no = closed(database, clock)
    row = received(database, clock.now(), "谢谢，但是钱还没有退")
    assert row.taken_as == "answer"
    with database.reading() as session:
        assert session.scalars(select(WorkOrder)).one().id == row.work_order_id
        news = session.scalars(select(News).where(News.topic == "sms.received")).one()
        assert news.detail == {"order_no": order_no}


def test_a_message_out_of_the_blue_opens_a_draft_once(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        Centre(session, moment)
    text = "沈阳站出租车不打表"
    first, again = (received(database, moment, text) for _ in range(2))
    assert first.id == again.id
    with database.reading() as session:
        draft = session.scalars(select(WorkOrder)).one()
    assert (draft.state, draft.channel, draft.content) == ("draft", "sms", text)
    assert (draft.caller_number, first.taken_as) == (PHONE, "matter")


def test_a_digit_from_somebody_never_asked_is_no_rating(
    database: Database, moment: datetime
) -> None:
    accepted(database, moment)
    assert received(database, moment, "5").taken_as == "matter"  # nothing has gone out yet


# --- seen ---


def lines(found: list[NoticeView]) -> list[tuple[str, str]]:
    return [(view.kind, view.recipient) for view in found]


def test_people_see_the_notices_of_their_own_unit_authority_and_centre(
    database: Database, clock: MovableClock
) -> None:
    with database.transaction() as session:
        centre = Centre(session, clock.now())
        order = centre.dispatched()
        clock.pass_time(days=30)
        jobs = OrderJobs(database, clock)
        taxi, bus = centre.handler("TAXI"), centre.handler("BUS")
    jobs.report_overdue()
    with database.reading() as session:
        assert lines(notices_for(session, taxi)) == [("逾期", "承办单位"), ("新工单", "承办单位")]
        assert notices_for(session, bus) == []
        assert lines(notices_for(session, AUTHORITY)) == [("逾期", "主管部门")]
        assert lines(notices_for(session, DISPATCHER)) == [("逾期", "12328热线中心")]
        assert notices_for(session, AGENT) == []
        newest = notices_for(session, taxi, limit=1)
        assert lines(notices_for(session, taxi, after=newest[0].id)) == [("新工单", "承办单位")]
        own = notices_of_order(session, taxi, order)
        assert {view.recipient for view in own} == {"承办单位"}
        every = notices_of_order(session, DISPATCHER, order)
        assert every[0].number == "138****5678"
        assert len(every) > len(own)
        with pytest.raises(NotAllowed):
            unsettled(session, taxi)
