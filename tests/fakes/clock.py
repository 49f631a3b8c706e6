"""A clock that a test sets and moves."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    """Speaks ticketing.clock.Clock."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment.astimezone(UTC)

    def pass_time(self, **span: float) -> None:
        self._moment += timedelta(**span)
