"""Changed limits: how many running orders they would move, and moving them on record."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.centre import ADMIN, AGENT, COMPLAINT, CONSULTATION, Centre
from tests.fakes.clock import MovableClock
from ticketing import catalogues
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed
from ticketing.orders import archive, limits, views
from ticketing.orders.jobs import OrderJobs
from ticketing.records.people import AuditEntry
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.deadlines import Clock, LocalLimit
from ticketing.rules.policy import Policy, to_document
from ticketing.rules.states import Event

BASIS = "《某市热线办理细则》第八条"
REASON = "市局修改办理细则，投诉改为5个工作日"


def shorten_complaints(database: Database, moment: datetime, days: int = 5) -> None:
    policy = replace(Policy(), local_limits=(LocalLimit(Clock.COMPLAINT, days, BASIS),))
    with database.transaction() as session:
        catalogues.publish(
            session, moment, "admin", "policy", f"local-{days}", to_document(policy), "细则"
        )


def running_orders(database: Database, moment: datetime) -> list[str]:
    """Two complaints and a consultation with units, a draft without a clock."""
    with database.transaction() as session:
        centre = Centre(session, moment)
        orders = [
            centre.dispatched(),
            centre.dispatched(replace(COMPLAINT, object="辽B1")),
            centre.dispatched(CONSULTATION, "ROAD"),
        ]
        centre.drafted()
        return [order.order_no for order in orders]


def due(database: Database) -> dict[str, datetime | None]:
    with database.reading() as session:
        return {one.order_no: one.due_at for one in session.scalars(select(WorkOrder))}


def test_a_preview_counts_and_changes_nothing(database: Database, moment: datetime) -> None:
    numbers = running_orders(database, moment)
    before = due(database)
    with database.reading() as session:
        assert limits.outlook(session, moment).changed == 0
    shorten_complaints(database, moment)
    with database.reading() as session:
        seen = limits.outlook(session, moment)
        late = limits.outlook(session, moment + timedelta(days=9))
    assert (seen.running, seen.looked, seen.changed, seen.overdue) == (3, 3, 2, 0)
    assert [one.order_no for one in seen.examples] == numbers[:2]
    assert all(one.after < one.before for one in seen.examples)
    assert late.overdue == 2
    assert due(database) == before


def test_running_orders_stay_until_somebody_asks_and_then_follow_on_record(
    database: Database, moment: datetime
) -> None:
    numbers = running_orders(database, moment)
    before = due(database)
    shorten_complaints(database, moment)
    jobs = OrderJobs(database, MovableClock(moment))
    assert jobs.follow_limits() == 0
    assert due(database) == before
    with database.transaction() as session:
        limits.ask_recompute(session, moment, ADMIN, REASON)
    while jobs.follow_limits():
        pass
    after = due(database)
    assert {no for no in after if after[no] != before[no]} == set(numbers[:2])
    with database.reading() as session:
        done = limits.last_recompute(session)
        assert done is not None
        assert (done.looked, done.changed, done.done_at is not None) == (3, 2, True)
        order = views.work_order(session, AGENT, numbers[0])
        entry = views.history(session, order)[-1]
        assert (entry.event, entry.reason) == (Event.RECOMPUTE_DUE, REASON)
        assert entry.evidence["basis"].startswith(BASIS)
        assert entry.evidence["asked_by"] == ADMIN.name
        assert archive.verify(session, order) is None
        assert limits.outlook(session, moment).changed == 0
        audit = session.scalars(select(AuditEntry).where(AuditEntry.what == "due.recompute")).one()
        assert audit.who == ADMIN.login


def test_it_is_done_a_few_at_a_time_and_goes_on_where_it_stopped(
    database: Database, moment: datetime
) -> None:
    running_orders(database, moment)
    shorten_complaints(database, moment)
    with database.transaction() as session:
        limits.ask_recompute(session, moment, ADMIN, REASON)
    looked = []
    for _ in range(4):
        with database.transaction() as session:
            looked.append(limits.carry_on(session, moment, at_once=1))
    assert looked == [1, 1, 1, 0]
    with database.reading() as session:
        done = limits.last_recompute(session)
        assert done is not None
        assert (done.looked, done.changed) == (3, 2)


def test_only_who_edits_catalogues_asks_with_a_reason_and_one_at_a_time(
    database: Database, moment: datetime
) -> None:
    running_orders(database, moment)
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            limits.ask_recompute(session, moment, AGENT, REASON)
        with pytest.raises(InvalidInput):
            limits.ask_recompute(session, moment, ADMIN, " ")
        limits.ask_recompute(session, moment, ADMIN, REASON)
        with pytest.raises(NotAllowed):
            limits.ask_recompute(session, moment, ADMIN, REASON)
