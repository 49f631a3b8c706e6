"""The one place that asks what time it is.

Everything else receives the moment as an argument. UTC is stored; Asia/Shanghai is where a day
begins.
"""

from datetime import UTC, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the present moment, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
