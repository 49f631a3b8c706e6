"""How long a recording stays: at least a year (第三十条), longer while anything holds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ticketing.rules.calendar import local_day, start_of_day
from ticketing.rules.deadlines import years_later

LEGAL_MINIMUM_YEARS = 1


@dataclass(frozen=True)
class Hold:
    """A reason to keep a recording: an open order, a dispute, an inspector's request."""

    reason: str
    released_at: datetime | None = None


def retain_until(ended_at: datetime, years: int = LEGAL_MINIMUM_YEARS) -> date:
    """The last day a recording must be there; a setting below the legal minimum is refused."""
    if years < LEGAL_MINIMUM_YEARS:
        raise ValueError("录音资料存档期限不少于一年（第三十条）")
    return local_day(years_later(start_of_day(local_day(ended_at)), years))


def why_kept(retained_until: date, holds: Iterable[Hold], today: date) -> str | None:
    """Why a recording may not be deleted today, in Chinese; None: its period is over."""
    if today <= retained_until:
        return f"存档期限至{retained_until.isoformat()}"
    reasons = [hold.reason for hold in holds if hold.released_at is None]
    return f"被保全：{'；'.join(reasons)}" if reasons else None
