"""Notices are written once, with the move or the reminder; who sees which. Both databases."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.centre import (
    AGENT,
    AUTHORITY,
    COMPLAINT,
    DISPATCHER,
    PHONE,
    SUGGESTION,
    Centre,
)
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway
from tests.notices import accepted, drain, notices, one
from ticketing import catalogues
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed
from ticketing.notices.sending import Sender
from ticketing.notices.views import NoticeView, notices_for, notices_of_order, unsettled
from ticketing.orders import closing, dispatch, handling
from ticketing.orders.intake import Intake
from ticketing.orders.jobs import OrderJobs
from ticketing.records.notices import Notice
from ticketing.rules.guards import ExtensionGround
from ticketing.rules.notices import Means, NoticeKind, Recipient, Template

FORGOTTEN = RuntimeError("the process that moved the order died before it committed")


def test_a_notice_is_written_with_the_move_and_names_text_parts_and_template(
    database: Database, moment: datetime
) -> None:
    (order_no,) = accepted(database, moment)
    notice = one(database)
    assert (notice.kind, notice.recipient, notice.means) == ("accepted", "caller", "sms")
    assert (notice.number, notice.state, notice.occasion) == (PHONE, "waiting", "2")
    assert order_no in notice.text
    assert notice.parts == 1
    assert notice.template_version == "2026.2"


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
