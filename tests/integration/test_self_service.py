"""What the menu does for callers by itself: roads by number, texts, callbacks, their own orders."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.centre import ADMIN, AGENT, DISPATCHER, PHONE, Centre
from ticketing import catalogues, information, setup
from ticketing.calls.callbacks import (
    Wish,
    ask_callback,
    finish_callback,
    list_callbacks,
    take_callback,
    waiting_in,
)
from ticketing.database import Database
from ticketing.errors import AlreadyHandled, InvalidInput
from ticketing.imports.roads import import_roads
from ticketing.information import RoadNoticeText, Turn
from ticketing.information.road_messages import forget_subscriptions
from ticketing.notices.messages import Message, write_message
from ticketing.notices.receiving import InboundSms, receive_sms
from ticketing.orders.own import Done, add_voice, find_own, urge_own, withdraw_own
from ticketing.people.person import process
from ticketing.recordings.ledger import Stretch, announce
from ticketing.records.calls import Call
from ticketing.records.catalogues import Catalogue
from ticketing.records.notices import Notice
from ticketing.records.recordings import WorkOrderRecording
from ticketing.records.work_orders import WorkOrder, WorkOrderEvent
from ticketing.rules.notices import NoticeKind

DUTY = process("duty")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def centre(database: Database, moment: datetime) -> Database:
    with database.transaction() as session:
        Centre(session, moment)
    return database


def closed(
    moment: datetime, road: str = "G1", region: str = "210100", key: str = "", text: str = "封闭。"
) -> RoadNoticeText:
    until = moment + 4 * HOUR
    return RoadNoticeText(
        "closure",
        road,
        "某高速",
        "甲至乙段",
        region,
        text,
        moment,
        until,
        direction="双向",
        key=key,
    )


def texts(session: Session, kind: NoticeKind) -> list[str]:
    return list(session.scalars(select(Notice.text).where(Notice.kind == kind).order_by(Notice.id)))


def test_a_road_is_found_by_the_digits_of_its_number(centre: Database, moment: datetime) -> None:
    with centre.transaction() as session:
        information.post_road_notice(session, moment, DUTY, closed(moment))
        information.post_road_notice(session, moment, DUTY, closed(moment, "G15"))
        state = information.road_state(session, moment + HOUR, "1")
        clear = information.road_state(session, moment + HOUR, "91")
        assert information.road_state(session, moment, "7777") is None
    assert state is not None
    assert (state.name, state.road_no) == ("G1京哈高速", "G1")
    assert state.notices == ("甲至乙段，双向，封闭。封闭。",)
    assert clear is not None
    assert (clear.name, clear.notices) == ("G91辽中环线高速", ())
    assert clear.updated_at == moment, "a caller hears how old the silence is"


def test_an_area_code_tells_the_roads_of_a_city(centre: Database, moment: datetime) -> None:
    with centre.transaction() as session:
        information.post_road_notice(session, moment, DUTY, closed(moment, region="210200"))
        state = information.road_state(session, moment, "0411")
        other = information.road_state(session, moment, "024")
    assert state is not None
    assert state.name == "大连"
    assert len(state.notices) == 1
    assert other is not None
    assert other.notices == ()


def test_a_province_adds_its_own_roads_and_same_digits_tell_both(
    centre: Database, moment: datetime
) -> None:
    with centre.transaction() as session:
        before = catalogues.roads(session)
        rows = "".join(f"{one.number},{one.name}\n" for one in before.roads)
        newer = import_roads(session, moment, ADMIN, f"number,name\n{rows}S1,机场高速\n")
        state = information.road_state(session, moment, "1")
        assert catalogues.roads(session).version == newer.version != before.version
        with pytest.raises(InvalidInput) as caught:
            import_roads(session, moment, ADMIN, "number,name\nX,甲\nG1,\nG1,乙\n")
    assert state is not None
    assert state.name == "G1京哈高速、S1机场高速"
    assert [one.field for one in caught.value.findings] == ["2.number", "3.name", "4.number"]


def test_a_subscriber_is_told_once_of_each_change_and_stops_with_one_letter(
    centre: Database, moment: datetime
) -> None:
    with centre.transaction() as session:
        assert information.subscribe(session, moment, PHONE, "G1", DAY, "c1")
        assert information.subscribe(session, moment, PHONE, "G1", 2 * DAY, "c2")
        assert not information.subscribe(session, moment, "02412345678", "G1", DAY, "c3")
        row = information.post_road_notice(session, moment, DUTY, closed(moment))
        information.post_road_notice(session, moment, DUTY, closed(moment, "G15"))
        for _ in range(2):
            information.cancel_road_notice(session, moment + HOUR, DUTY, row.id)
        told = texts(session, NoticeKind.ROAD_CHANGED)
        stop = receive_sms(session, moment + HOUR, InboundSms("k1", PHONE, "t"))
        information.post_road_notice(session, moment + HOUR, DUTY, closed(moment))
        assert texts(session, NoticeKind.ROAD_CHANGED) == told
    assert len(told) == 2
    assert "封闭" in told[0]
    assert "已解除" in told[1]
    assert told[0].endswith("回复T停止接收。")
    assert stop.taken_as == "stop"
    with centre.reading() as session:
        assert session.scalars(select(WorkOrder)).all() == [], "stopping is no new matter"


def test_a_subscription_ends_by_itself(centre: Database, moment: datetime) -> None:
    with centre.transaction() as session:
        information.subscribe(session, moment, PHONE, "G1", DAY, "c1")
        information.post_road_notice(session, moment + DAY, DUTY, closed(moment + DAY))
        assert texts(session, NoticeKind.ROAD_CHANGED) == []


def test_a_subscription_is_forgotten_a_month_after_its_end(
    centre: Database, moment: datetime
) -> None:
    with centre.transaction() as session:
        information.subscribe(session, moment, PHONE, "G1", DAY, "c1")
        assert forget_subscriptions(session, moment + 31 * DAY) == 0
        assert forget_subscriptions(session, moment + 32 * DAY) == 1


def test_a_feed_that_tells_the_same_again_makes_no_second_notice(
    centre: Database, moment: datetime
) -> None:
    with centre.transaction() as session:
        information.subscribe(session, moment, PHONE, "G1", DAY, "c1")
        for minutes in range(3):
            now = moment + timedelta(minutes=minutes)
            information.import_road_notices(session, now, DUTY, [closed(moment, key="a1")])
        later = moment + HOUR
        information.import_road_notices(
            session, later, DUTY, [closed(moment, key="a1", text="改为单向放行。")]
        )
        (row,) = information.road_notices_in_force(session, later)
        assert row.text == "改为单向放行。"
        assert len(texts(session, NoticeKind.ROAD_CHANGED)) == 2, "the news, and the change"


def test_the_same_message_is_written_once(centre: Database, moment: datetime) -> None:
    with centre.transaction() as session:
        for _ in range(3):
            assert information.text_road_state(session, moment, PHONE, "G1京哈高速", "畅通。")
        order = an_order(session, moment)
        for _ in range(2):
            values = {"order_no": order.order_no}
            message = Message(NoticeKind.REGISTERED, "menu", PHONE, values, order)
            assert write_message(session, moment, message)
        assert len(session.scalars(select(Notice)).all()) == 2


def an_order(session: Session, moment: datetime, state: str = "in_progress") -> WorkOrder:
    order = WorkOrder(
        order_no="JT2101002026112851952743",
        state=state,
        kind="complaint",
        region_code="210100",
        channel="phone",
        caller_number=PHONE,
        content="公交车到站不停",
        accepted_at=moment,
        created_at=moment,
        updated_at=moment,
    )
    session.add(order)
    session.flush()
    return order


def test_a_caller_urges_their_order_once_a_day(centre: Database, moment: datetime) -> None:
    with centre.transaction() as session:
        order = an_order(session, moment)
        assert find_own(session, "2743", PHONE) is not None
        assert find_own(session, "2743", "13900009999") is None
        assert urge_own(session, moment, order.order_no) is Done.DONE
        assert urge_own(session, moment + timedelta(minutes=1), order.order_no) is Done.AGAIN
        assert urge_own(session, moment + DAY, order.order_no) is Done.DONE
        log = session.scalars(select(WorkOrderEvent).order_by(WorkOrderEvent.id)).all()
    assert [(row.event, row.who_name) for row in log] == [("remind", "语音菜单")] * 2


def test_an_answered_order_is_not_withdrawn_and_a_running_one_is(
    centre: Database, moment: datetime
) -> None:
    with centre.transaction() as session:
        order = an_order(session, moment, "replied")
        assert withdraw_own(session, moment, order.order_no) is Done.REFUSED
        order.state = "in_progress"
        session.flush()
        assert withdraw_own(session, moment, order.order_no) is Done.DONE
        assert order.state == "withdrawn"
        assert urge_own(session, moment, order.order_no) is Done.REFUSED


@pytest.mark.parametrize("recording_first", [True, False])
def test_a_voice_supplement_belongs_to_the_order_whichever_comes_first(
    centre: Database, moment: datetime, recording_first: bool
) -> None:
    stretch = Stretch("leg-1-message", "pbx1-9.9", "message", "leg.wav", "caller")
    with centre.transaction() as session:
        order = an_order(session, moment)
        if recording_first:
            announce(session, stretch, moment)
        assert add_voice(session, moment, order.order_no, "leg-1-message", 12.4) is Done.DONE
        if not recording_first:
            announce(session, stretch, moment)
        bound = session.scalars(select(WorkOrderRecording.work_order_id)).all()
        assert bound == [order.id]
        assert "语音补充12秒" in order.content


def test_who_asks_for_a_callback_twice_keeps_the_first_place(
    centre: Database, moment: datetime
) -> None:
    wish = Wish("c1", PHONE, "common", 2 * HOUR)
    with centre.transaction() as session:
        assert ask_callback(session, moment, wish) == moment + 2 * HOUR
        assert ask_callback(session, moment + HOUR, wish) == moment + 2 * HOUR
        assert ask_callback(session, moment, Wish("c2", "", "common", HOUR)) is None
        ask_callback(session, moment, Wish("c3", "13900000003", "common", HOUR))
        assert [row.call_key for row in list_callbacks(session, None, 10)] == ["c1", "c3"]


def test_one_agent_takes_a_callback_and_three_tries_in_vain_end_it(
    centre: Database, moment: datetime
) -> None:
    one, other = AGENT, DISPATCHER
    with centre.transaction() as session:
        ask_callback(session, moment, Wish("c1", PHONE, "common", HOUR))
        (row,) = list_callbacks(session, None, 10)
        for _ in range(3):
            take_callback(session, moment, one, row.id)
            with pytest.raises(AlreadyHandled):
                take_callback(session, moment, other, row.id)
            with pytest.raises(AlreadyHandled):
                finish_callback(session, moment, other, row.id, reached=True, note="")
            finish_callback(session, moment, one, row.id, reached=False, note="无人接听")
        assert (row.state, row.tries) == ("given_up", 3)
        assert list_callbacks(session, None, 10) == []
        assert ask_callback(session, moment, Wish("c9", PHONE, "common", HOUR)) is not None


def test_only_callers_who_still_wait_are_counted(centre: Database, moment: datetime) -> None:
    with centre.transaction() as session:
        for key, queue, connected in (("1", "complaint", None), ("2", "complaint", moment)):
            session.add(
                Call(
                    key=key,
                    queue=queue,
                    started_at=moment,
                    queued_at=moment,
                    connected_at=connected,
                )
            )
        session.flush()
        assert waiting_in(session, moment, "complaint") == 1
        assert waiting_in(session, moment, "common") == 0
        assert waiting_in(session, moment + DAY, "complaint") == 0


def test_a_switch_is_on_for_its_time_and_a_click_ends_the_plan(
    centre: Database, moment: datetime
) -> None:
    plan = Turn(True, moment + HOUR, moment + 2 * HOUR)
    with centre.transaction() as session:
        information.set_switch(session, moment, DUTY, "emergency", plan)
        minutes = (0, 59, 60, 119, 120)
        on = [
            information.is_switched_on(session, "emergency", moment + timedelta(minutes=one))
            for one in minutes
        ]
        assert on == [False, False, True, True, False]
        information.set_switch(session, moment, DUTY, "emergency", Turn(is_on=False))
        assert not information.is_switched_on(session, "emergency", moment + HOUR)
        backwards = Turn(True, moment + HOUR, moment + HOUR)
        with pytest.raises(InvalidInput):
            information.set_switch(session, moment, DUTY, "direct", backwards)


def test_votes_are_counted_by_topic(centre: Database, moment: datetime) -> None:
    with centre.transaction() as session:
        for useful in (True, True, False):
            information.vote(session, moment, "etc_fees", "c1", useful=useful)
        votes = information.votes_by_topic(session)
    assert votes == {"etc_fees": information.Votes(2, 1)}


def test_a_shipped_catalogue_nobody_edited_is_brought_up_to_date(
    centre: Database, moment: datetime
) -> None:
    """An installation of last month gets the templates of the new messages; an edited one keeps."""
    with centre.transaction() as session:
        row = catalogues.current(session, "notice_templates")
        row.version, row.content = "2026.1", {"templates": row.content["templates"][:3]}
        edited = catalogues.current(session, "channels")
        edited.version, edited.created_by = "2026.1", "admin"
        edited.content = {"channels": edited.content["channels"][:2]}
        session.flush()
        written = setup.install(session, moment, catalogues.policy(session))
        versions = session.scalars(
            select(Catalogue.version).where(Catalogue.name == "notice_templates")
        ).all()
    assert written == ("notice_templates",)
    assert list(versions) == ["2026.1", "2026.2"]
