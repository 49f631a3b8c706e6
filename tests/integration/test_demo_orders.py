"""The demo's orders are true ones: any hour of any day it can be loaded, once."""

from datetime import datetime

import pytest

from tests.centre import AGENT, at
from ticketing import setup
from ticketing.database import Database
from ticketing.demo import load_demo
from ticketing.demo_orders import load_demo_orders
from ticketing.orders import archive, supervision, views
from ticketing.orders.views import OrderFilter
from ticketing.rules.policy import Policy


@pytest.mark.parametrize(
    "now", ["2026-11-25 10:00", "2026-11-29 00:05", "2026-10-05 23:59", "2027-02-08 08:59"]
)
def test_the_demo_can_be_loaded_at_any_hour_and_only_once(database: Database, now: str) -> None:
    moment: datetime = at(now)
    with database.transaction() as session:
        setup.install(session, moment, Policy())
        load_demo(session, moment, "no password")
        made = load_demo_orders(session, moment)
        assert load_demo_orders(session, moment) == 0
        orders = views.list_orders(session, AGENT, OrderFilter()).orders
        states = {order.state for order in orders}
        assert len(orders) == made
        assert len(states) >= 9
        assert all(order.accepted_at <= moment for order in orders)
        late = [
            event.at
            for order in orders
            for event in views.history(session, order)
            if event.at > moment
        ]
        assert late == []
        assert supervision.report_overdue(session, moment) != []
    assert list(archive.tampered_orders(database)) == []
