"""What the menu asks of the business, on both databases."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agi.actions import Business, CallAtHand, TicketingActions
from agi.bookkeeping import Bookkeeping
from agi.limits import LimitedDatabase
from agi.spool import Spool
from asterisk_conf.site_file import DEFAULT_SITE, load_site
from ivr_flows.interfaces import Draft, Hours, VoiceMessage
from tests.centre import PHONE, Centre
from ticketing import information
from ticketing.database import Database
from ticketing.errors import DatabaseAway, InvalidInput
from ticketing.information import Turn
from ticketing.people.person import process
from ticketing.records.work_orders import WorkOrder

CALL = CallAtHand("pbx1-1.1", PHONE, "12328")


class StoppedClock:
    """Always the same moment."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


def actions_on(database: Database, moment: datetime, tmp_path: Path) -> TicketingActions:
    site = load_site(DEFAULT_SITE)
    limited = LimitedDatabase(database, seconds=5.0)
    business = Business(limited, StoppedClock(moment), lambda: site)
    with Bookkeeping(database, Spool(tmp_path / "spool")).book("run") as book:
        return TicketingActions(CALL, business, book)


@pytest.fixture
def actions(database: Database, moment: datetime, tmp_path: Path) -> TicketingActions:
    with database.transaction() as session:
        Centre(session, moment)
    return actions_on(database, moment, tmp_path)


@pytest.fixture
def away(tmp_path: Path, moment: datetime) -> TicketingActions:
    return actions_on(Database(f"sqlite:///{tmp_path}/no/where.db"), moment, tmp_path)


def test_an_order_is_told_by_its_last_digits_to_the_phone_it_was_filed_with(
    actions: TicketingActions, database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        order = Centre(session, moment).dispatched()
        order_no, due = order.order_no, order.due_at
    assert due
    found = actions.find_order(order_no[-8:], PHONE)
    assert found == actions.find_order(order_no.removeprefix("JT"), PHONE)
    assert found
    assert (found.order_no, found.state) == (order_no, "已转交办理单位")
    assert found.accepted_on == date(2026, 11, 25)
    assert found.due_on
    assert actions.find_order(order_no[-8:], "13900000000") is None
    assert actions.find_order("00000000", PHONE) is None
    assert actions.find_order("", PHONE) is None
    assert actions.find_order(order_no[-8:], "") is None
    assert actions.find_order(order_no[-3:], PHONE) is None


def test_a_finished_order_has_no_day_to_wait_for(
    actions: TicketingActions, database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        order = Centre(session, moment).drafted()
        order.state = "archived"
        number = order.order_no
    found = actions.find_order(number[-8:], PHONE)
    assert found
    assert (found.state, found.due_on) == ("已办结", None)


def test_what_was_lost_becomes_a_draft_in_its_place_of_the_tree(
    actions: TicketingActions, database: Database
) -> None:
    answers = {"plate_digits": "12345", "ride_day": "今天", "own": "x"}
    message = VoiceMessage("leg-1-message", 12.4)
    number = actions.save_draft(Draft("consult", "财物遗失", answers, message))
    with database.reading() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.order_no == number)).one()
    assert (order.state, order.kind, order.call_key) == ("draft", "consult", CALL.key)
    assert (order.domain, order.topic, order.sub_item) == ("城市客运", "巡游出租汽车", "财物遗失")
    assert order.caller_number == PHONE
    assert order.extra == answers
    for words in ("车牌：12345", "乘车日：今天", "own：x", "语音留言12秒"):
        assert words in order.content


def test_a_topic_of_a_flow_authors_own_is_kept_as_words(
    actions: TicketingActions, database: Database
) -> None:
    number = actions.save_draft(Draft("suggestion", "加装扶手", {}, None))
    with database.reading() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.order_no == number)).one()
    assert (order.domain, order.topic) == ("", "")
    assert "加装扶手" in order.content


def test_switches_groups_and_notices_are_those_in_force(
    actions: TicketingActions, database: Database, moment: datetime
) -> None:
    assert not actions.switched_on("direct")
    assert actions.announcement() is None
    with database.transaction() as session:
        information.set_switch(session, moment, process("duty"), "direct", Turn(is_on=True))
        notice(session, moment)
    assert actions.switched_on("direct")
    assert actions.caller_groups() == frozenset()
    assert actions.road_notices() == ("G1京哈高速，沈阳至四平段，封闭。大雪封闭。",)
    assert actions.faq("etc_apply") == ()


def notice(session: Session, moment: datetime) -> None:
    until = moment + timedelta(hours=1)
    words = information.RoadNoticeText(
        "closure", "G1", "京哈高速", "沈阳至四平段", "210100", "大雪封闭。", moment, until
    )
    information.post_road_notice(session, moment, process("duty"), words)


def test_only_numbers_the_site_allows_are_put_through(actions: TicketingActions) -> None:
    assert actions.transfer_allowed("12395")
    assert not actions.transfer_allowed("12306")
    assert not actions.transfer_allowed("0085212345678")


def test_the_centres_hours_are_known_and_no_others(actions: TicketingActions) -> None:
    assert actions.hours("centre") == Hours.OPEN
    with pytest.raises(LookupError):
        actions.hours("moon")


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_level_that_is_none_is_not_kept(actions: TicketingActions, level: int) -> None:
    with pytest.raises(ValueError, match="level"):
        actions.rate("service", level)


def test_while_the_database_is_away_the_menu_stays_and_nothing_false_is_told(
    away: TicketingActions,
) -> None:
    """No switch, no group, no announcement: the plain menu. But never "there is no closure"."""
    assert not away.switched_on("direct")
    assert away.caller_groups() == frozenset()
    assert away.announcement() is None
    for question in (away.road_notices, lambda: away.faq("etc_apply")):
        with pytest.raises(DatabaseAway):
            question()
    with pytest.raises(DatabaseAway):
        away.find_order("12345678", PHONE)
    with pytest.raises(DatabaseAway):
        away.save_draft(Draft("consult", "x", {}, None))


def test_a_draft_the_business_refuses_is_an_error_not_a_silent_loss(
    actions: TicketingActions,
) -> None:
    with pytest.raises((InvalidInput, ValueError)):
        actions.save_draft(Draft("poem", "x", {}, None))


class Sleeping(Database):
    """A database that takes its time, as one behind a lost network does."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"sqlite:///{path}/slow.db")
        self.asked = 0

    @contextmanager
    def reading(self) -> Iterator[Session]:
        self.asked += 1
        time.sleep(1.0)
        with super().reading() as session:
            yield session


def test_a_caller_waits_no_longer_than_allowed_and_the_next_not_at_all(tmp_path: Path) -> None:
    database = Sleeping(tmp_path)
    limited = LimitedDatabase(database, seconds=0.2, rest=60.0)
    began = time.monotonic()
    with pytest.raises(DatabaseAway):
        limited.ask(lambda session: information.caller_groups(session, "x"))
    assert time.monotonic() - began < 0.9
    for _ in range(50):
        with pytest.raises(DatabaseAway):
            limited.ask(lambda session: information.caller_groups(session, "x"))
    assert database.asked == 1
    limited.close()
