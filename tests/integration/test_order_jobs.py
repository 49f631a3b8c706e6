"""What the worker does for orders: each thing once, and nothing a person should do."""

from datetime import datetime, timedelta

from sqlalchemy import select

from tests.centre import AGENT, COMPLAINT, CONSULTATION, Centre, at
from ticketing.database import Database
from ticketing.orders import intake, views
from ticketing.orders.jobs import OrderJobs
from ticketing.orders.views import OrderFilter
from ticketing.records.calls import News
from ticketing.rules.states import State

ANSWER = "经查询沈大高速今天上午八点已经解除临时管制，全线双向正常通行"


class SetClock:
    """A clock that says what it is told."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def answered(database: Database, clock: SetClock, count: int) -> None:
    with database.transaction() as session:
        centre = Centre(session, clock.now())
        for _ in range(count):
            draft = centre.drafted(CONSULTATION)
            intake.answer_instantly(session, centre.now, AGENT, draft.order_no, ANSWER)


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return [one.state for one in views.list_orders(session, AGENT, OrderFilter()).orders]


def test_a_days_sample_is_drawn_once_however_often_the_job_runs(
    database: Database, moment: datetime
) -> None:
    clock = SetClock(moment)
    jobs = OrderJobs(database, clock)
    answered(database, clock, 10)
    assert jobs.draw_sample() == 0  # today is not over
    clock.moment += timedelta(days=1)
    assert [jobs.draw_sample(), jobs.draw_sample()] == [1, 0]
    assert states(database).count(State.REVISIT_PENDING) == 1


def test_what_was_not_drawn_is_archived_after_its_five_working_days(
    database: Database, moment: datetime
) -> None:
    clock = SetClock(moment)
    jobs = OrderJobs(database, clock)
    answered(database, clock, 2)
    clock.moment = at("2026-12-02 23:00")
    assert jobs.archive_due() == 0
    clock.moment = at("2026-12-03 01:00")
    assert jobs.archive_due() == 2
    assert states(database) == [State.ARCHIVED, State.ARCHIVED]


def test_an_overdue_order_is_reported_once(database: Database, moment: datetime) -> None:
    clock = SetClock(moment)
    jobs = OrderJobs(database, clock)
    with database.transaction() as session:
        Centre(session, moment).dispatched()
    clock.moment += timedelta(days=30)
    assert [jobs.report_overdue(), jobs.report_overdue()] == [1, 0]
    assert jobs.recompute_due() == 0


def test_alarms_are_raised_once_a_day(database: Database, moment: datetime) -> None:
    clock = SetClock(moment)
    jobs = OrderJobs(database, clock)
    with database.transaction() as session:
        centre = Centre(session, moment)
        for _ in range(5):
            centre.drafted(COMPLAINT)
    assert [jobs.raise_alarms(), jobs.raise_alarms()] == [2, 0]
    with database.reading() as session:
        told = session.execute(
            select(News.topic, News.subject).where(News.topic != "work_order.moved")
        ).all()
    assert [tuple(row) for row in told] == [
        ("work_order.hot_spot", "2026-11-25 辽A12345"),
        ("calendar.missing", "2026-11-25"),
    ]
