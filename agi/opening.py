"""When people answer: the site's hours against the working-day calendar."""

from datetime import datetime, time

from asterisk_conf.site import Hours as SiteHours
from ivr_flows.interfaces import Hours
from ticketing.clock import SHANGHAI
from ticketing.rules.calendar import CalendarVersion


class OpeningHours:
    """The site's opening hours; midnight as an end is the day's end."""

    def __init__(self, hours: SiteHours, calendar: CalendarVersion) -> None:
        self._every_day = hours.days == "every"
        self._calendar = calendar
        self._start = time.fromisoformat(hours.start)
        self._end = time.max if hours.end == "24:00" else time.fromisoformat(hours.end)

    def at(self, moment: datetime) -> Hours:
        local = moment.astimezone(SHANGHAI)
        if not self._every_day and not self._calendar.is_working(local.date()):
            return Hours.HOLIDAY
        return Hours.OPEN if self._start <= local.time() < self._end else Hours.CLOSED
