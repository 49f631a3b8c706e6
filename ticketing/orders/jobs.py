"""What the worker does for orders by itself: overdue reports, samples, archiving, alarms.

Each job may be run as often as one likes; what must happen once leaves a mark in the news.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.catalogue_versions import publish_due
from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.imports.calendar import CalendarAlarm, calendar_alarm
from ticketing.notices import reminding
from ticketing.orders import archive, limits, merging, return_visits, supervision
from ticketing.records.calls import News
from ticketing.rules.calendar import ONE_DAY, end_of_day, local_day, start_of_day
from ticketing.rules.deadlines import Clock as Limit


@dataclass(frozen=True)
class OrderJobs:
    """Each returns how much it did, so that a busy job is called again at once."""

    database: Database
    clock: Clock

    def report_overdue(self) -> int:
        with self.database.transaction() as session:
            return len(supervision.report_overdue(session, self.clock.now()))

    def remind_due_soon(self) -> int:
        with self.database.transaction() as session:
            return reminding.remind_due_soon(session, self.clock.now())

    def recompute_due(self) -> int:
        """After a new calendar, a few hundred orders at a time."""
        with self.database.transaction() as session:
            return len(supervision.recompute_due(session, self.clock.now()))

    def put_catalogues_in_force(self) -> int:
        """Versions whose day has come."""
        with self.database.transaction() as session:
            return publish_due(session, self.clock.now())

    def follow_limits(self) -> int:
        """When an administrator asked for it, a few hundred orders at a time."""
        with self.database.transaction() as session:
            return limits.carry_on(session, self.clock.now())

    def draw_sample(self) -> int:
        """Yesterday's closings, once; the day is the seed (第二十九条 抽查回访)."""
        with self.database.transaction() as session:
            moment = self.clock.now()
            today = local_day(moment)
            yesterday = today - ONE_DAY
            if not _mark(session, moment, "revisit.sampled", yesterday.isoformat()):
                return 0
            since, until = start_of_day(yesterday), start_of_day(today)
            seed = int(f"{yesterday:%Y%m%d}")
            return len(return_visits.draw_sample(session, moment, since, until, seed))

    def archive_due(self) -> int:
        """What nobody drew for a visit within its five working days is archived too."""
        with self.database.transaction() as session:
            moment = self.clock.now()
            return len(archive.archive_due(session, moment, _visits_over(session, moment)))

    def raise_alarms(self) -> int:
        """Hot spots, and the missing holiday notice: each once a day."""
        with self.database.transaction() as session:
            moment = self.clock.now()
            today = local_day(moment).isoformat()
            raised = 0
            for spot in merging.hot_spots(session, moment):
                key = f"{today} {spot.object}"[:64]
                detail = {"object": spot.object, "count": spot.count}
                raised += _mark(session, moment, "work_order.hot_spot", key, **detail)
            alarm = calendar_alarm(session, moment)
            if alarm is not CalendarAlarm.NONE:
                raised += _mark(session, moment, "calendar.missing", today, alarm=alarm.value)
            return raised


def _visits_over(session: Session, moment: datetime) -> datetime:
    """Orders closed before this moment can no longer be drawn in time."""
    today = local_day(moment)
    days = catalogues.policy(session).limits()[Limit.REVISIT].amount
    calendar = catalogues.calendar(session, today)
    closed_on = today
    while calendar.nth_working_day_after(closed_on, days) >= today:
        closed_on -= ONE_DAY
    return end_of_day(closed_on)


def _mark(session: Session, moment: datetime, topic: str, subject: str, **detail: object) -> bool:
    """Tells a piece of news once; False: it was told before."""
    # A day back is far enough: subjects carry their day. The index on `at` keeps it cheap.
    told = exists().where(
        News.at >= moment - 2 * ONE_DAY, News.topic == topic, News.subject == subject
    )
    if session.scalar(select(told)):
        return False
    session.add(News(at=moment, topic=topic, subject=subject, detail=detail))
    session.flush()
    return True
