"""协办: units that help see the order among theirs and tell the lead unit what they found."""

from datetime import datetime

import pytest
from sqlalchemy import select

from tests.centre import COMPLAINT, DISPATCHER, REPLY, SUGGESTION, Centre
from ticketing.actors import Actor
from ticketing.database import Database
from ticketing.errors import NotAllowed
from ticketing.orders import dispatch, handling, views
from ticketing.orders.dispatch import Assignment
from ticketing.orders.views import OrderFilter
from ticketing.records.notices import Notice
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.states import Event, State


def helped(centre: Centre) -> WorkOrder:
    """The taxi office leads, the bus company and the road office help."""
    order = centre.submitted(COMPLAINT)
    return dispatch.dispatch(
        centre.session,
        centre.now,
        DISPATCHER,
        order.order_no,
        Assignment("TAXI", co_unit_codes=("BUS", "ROAD")),
    )


def listed(centre: Centre, actor: Actor, **wanted: object) -> list[str]:
    page = views.list_orders(centre.session, actor, OrderFilter(**wanted))  # type: ignore[arg-type] # the filters differ
    return [order.order_no for order in page.orders]


def events(centre: Centre, actor: Actor, order: WorkOrder) -> set[Event]:
    """But for the seal of a confidential caller, which has a right of its own."""
    moves = views.possible_moves(centre.now, actor, order)
    return {move.event for move in moves} - {Event.REVEAL_CALLER}


def test_a_helping_unit_finds_the_order_between_its_own_newest_first(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        centre = Centre(session, moment)
        first = centre.dispatched(SUGGESTION, "BUS")
        second = helped(centre)
        third = centre.dispatched(SUGGESTION, "BUS")
        bus = centre.handler("BUS")
        expected = [third.order_no, second.order_no, first.order_no]
        assert listed(centre, bus) == expected
        assert listed(centre, bus, states=(State.DISPATCHED,), text="出租汽车") == expected[1:2]
        assert listed(centre, centre.handler("ROAD")) == [second.order_no]
        page = views.list_orders(session, bus, OrderFilter(), limit=2)
        assert [one.order_no for one in page.orders] == expected[:2]
        rest = views.list_orders(session, bus, OrderFilter(), page.next_after, 2)
        assert [one.order_no for one in rest.orders] == expected[2:]
        assert rest.next_after is None


def test_a_helping_unit_adds_its_opinion_and_nothing_that_is_the_lead_units(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        centre = Centre(session, moment)
        order = helped(centre)
        bus, taxi = centre.handler("BUS"), centre.handler("TAXI")
        assert events(centre, bus, order) == {Event.CONTRIBUTE, Event.SUPPLEMENT}
        assert Event.CONTRIBUTE not in events(centre, taxi, order)
        version = order.version
        with pytest.raises(NotAllowed):
            handling.contribute(session, moment, bus, order.order_no, "  ")
        handling.contribute(session, moment, bus, order.order_no, "当晚该站点有我公司车辆录像")
        assert order.version == version  # nobody's screen is out of date by it
        last = views.history(session, order)[-1]
        assert (last.event, last.who_name, last.reason) == (
            Event.CONTRIBUTE,
            "李四",
            "当晚该站点有我公司车辆录像",
        )
        told = session.scalars(select(Notice).where(Notice.kind == "contributed")).all()
        assert [one.unit_id for one in told] == [taxi.unit_id]
        for step in (
            lambda: handling.sign(session, moment, bus, order.order_no),
            lambda: handling.request_return(session, moment, bus, order.order_no, "不归我管"),
            lambda: handling.reply(session, moment, bus, order.order_no, REPLY),
            lambda: handling.contribute(session, moment, taxi, order.order_no, "我是主办"),
        ):
            with pytest.raises(NotAllowed):
                step()


def test_what_was_taken_away_is_no_longer_in_the_helpers_list(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        centre = Centre(session, moment)
        order = helped(centre)
        dispatch.recall(session, moment, DISPATCHER, order.order_no, "转错了")
        assert listed(centre, centre.handler("BUS")) == []
        centre.dispatch(order)
        assert listed(centre, centre.handler("BUS")) == []
        assert listed(centre, centre.handler("TAXI")) == [order.order_no]


def test_somebody_without_a_unit_or_right_sees_nothing(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        centre = Centre(session, moment)
        helped(centre)
        stranger = Actor("x", "某人", centre.handler("BUS").roles)
        assert listed(centre, stranger) == []
