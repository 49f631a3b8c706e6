"""What a place decides for itself within the regulation (第三十九条), as one versioned document."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ticketing.rules.deadlines import Clock, Limit, LocalLimit, Postponement, limits


@dataclass(frozen=True)
class Policy:
    """The defaults are the regulation's own words."""

    region_code: str = "210100"
    """Where this centre is; orders without a place of their own get it."""
    platform: str = "city-centre"
    postponement: Postponement = Postponement.WORKING_DAYS_ONLY
    local_limits: tuple[LocalLimit, ...] = ()
    province_review: bool = True
    """Closed complaints wait for the province's review before they are archived (第二十五条)."""
    revisit_share: float = 0.1
    """Share of orders other than complaints that a day's sample draws for a return visit."""
    rating_fix_working_days: int = 15
    reminder_working_days: int = 1
    """A unit is reminded when its limit ends within so many working days after today."""
    hot_spot_count: int = 5
    """So many complaints on one object within `hot_spot_days` raise an alarm."""
    hot_spot_days: int = 7
    recording_years: int = 1
    two_person_menu: bool = False
    """Who edited the voice menu last may not publish it."""

    def limits(self) -> dict[Clock, Limit]:
        return limits(self.local_limits)


def to_document(policy: Policy) -> dict[str, Any]:
    return asdict(policy)


def from_document(document: Mapping[str, Any]) -> Policy:
    """Fields a document lacks keep their defaults; unknown ones are a fault."""
    unknown = set(document) - {field.name for field in fields(Policy)}
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(sorted(unknown))}")
    values = dict(document)
    if "postponement" in values:
        values["postponement"] = Postponement(values["postponement"])
    values["local_limits"] = tuple(
        LocalLimit(Clock(row["clock"]), row["amount"], row["basis"])
        for row in values.get("local_limits", ())
    )
    policy = Policy(**values)
    policy.limits()  # a looser limit than the regulation's is refused here
    return policy
