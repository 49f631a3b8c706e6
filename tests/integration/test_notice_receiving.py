"""What citizens send back: ratings, answers, new matters. Both databases."""

from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from tests.centre import (
    AGENT,
    FOUR_ANSWERS,
    PHONE,
    REVISITOR,
    Centre,
)
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway
from tests.notices import accepted, drain, notices, one
from ticketing.database import Database
from ticketing.notices.receiving import InboundSms, receive_sms
from ticketing.notices.sending import Sender
from ticketing.orders import return_visits, views
from ticketing.orders.return_visits import Visit
from ticketing.records.calls import News
from ticketing.records.notices import ReceivedSms
from ticketing.records.order_life import ServiceRating
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.ratings import Question, Rating


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
