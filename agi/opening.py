"""When people answer: the site's hours against the working-day calendar."""

from datetime import datetime, time

from asterisk_conf.site import Hours as SiteHours
from ivr_flows.interfaces import Hours
from ticketing.clock import SHANGHAI
from ticketing.rules.calendar import CalendarVersion


def needs_calendar(hours: SiteHours) -> bool:
    """Whether the answer depends on working days."""
    return hours.days != "every"


def opening(hours: SiteHours, moment: datetime, calendar: CalendarVersion | None) -> Hours:
    """`calendar` may be None when it is not needed. The end itself is closed, 24:00 is midnight."""
    local = moment.astimezone(SHANGHAI)
    if calendar is not None and needs_calendar(hours) and not calendar.is_working(local.date()):
        return Hours.HOLIDAY
    start = time.fromisoformat(hours.start)
    end = time.max if hours.end == "24:00" else time.fromisoformat(hours.end)
    return Hours.OPEN if start <= local.time() < end else Hours.CLOSED
