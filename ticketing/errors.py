"""What can go wrong in the business, as data.

No HTTP, no SQL: each edge (web, telephone, command line) has one table that translates these.
Messages are Chinese where a person at a screen will read them.
"""

from dataclasses import dataclass
from datetime import datetime


class BusinessError(Exception):
    """Base of every refusal the business can give."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with what was entered."""

    field: str
    """Dotted name of the field, empty when it concerns the whole."""
    message: str
    """Chinese: what is wrong and what to do."""


class InvalidInput(BusinessError):
    """What was entered cannot be taken; nothing was changed."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.message}" for one in findings))
        self.findings = findings


class NotFound(BusinessError):
    """There is no such thing, or the person may not know of it."""

    def __init__(self, thing: str, key: object) -> None:
        super().__init__(f"no {thing} {key!r}")
        self.thing = thing
        self.key = key


class NotAllowed(BusinessError):
    """The person lacks the right, or the rule forbids the move in this state."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}")
        self.what = what
        self.reason = reason
        """Chinese, shown to the person."""


class AlreadyHandled(BusinessError):
    """Somebody else acted first; nothing was changed."""

    def __init__(self, thing: str, key: object, by: str, at: datetime, change: str) -> None:
        super().__init__(f"{thing} {key!r} was changed by {by}: {change}")
        self.thing = thing
        self.key = key
        self.by = by
        self.at = at
        self.change = change
        """Chinese: what they did."""


class TooMany(BusinessError):
    """A limit on how often was reached."""

    def __init__(self, what: str, retry_after: float) -> None:
        super().__init__(f"{what}: again in {retry_after:.0f} s")
        self.what = what
        self.retry_after = retry_after
        """Seconds."""


class DatabaseAway(BusinessError):
    """The database cannot be reached; facts that must not be lost go to the spool."""
