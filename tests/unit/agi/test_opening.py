"""When people answer, by the clock in Shanghai and the calendar of working days."""

from datetime import datetime

import pytest

from agi.opening import needs_calendar, opening
from asterisk_conf.site import Hours as SiteHours
from ivr_flows.interfaces import Hours
from ticketing import data
from ticketing.clock import SHANGHAI

OFFICE = SiteHours(days="weekdays", start="08:30", end="17:30")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-25 08:29", Hours.CLOSED),
        ("2026-11-25 08:30", Hours.OPEN),
        ("2026-11-25 17:29", Hours.OPEN),
        ("2026-11-25 17:30", Hours.CLOSED),
        ("2026-11-28 10:00", Hours.HOLIDAY),
        ("2026-10-01 10:00", Hours.HOLIDAY),
        ("2026-02-14 10:00", Hours.OPEN),  # 调休上班, a Saturday
    ],
)
def test_office_hours_follow_the_working_days(moment: str, expected: Hours) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    assert needs_calendar(OFFICE)
    assert opening(OFFICE, at, data.calendar()) == expected


@pytest.mark.parametrize("moment", ["2026-10-01 00:00", "2026-11-28 23:59"])
def test_a_centre_that_never_closes_needs_no_calendar(moment: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    assert not needs_calendar(SiteHours())
    assert opening(SiteHours(), at, None) == Hours.OPEN
