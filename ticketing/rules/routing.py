"""Which unit handles a matter, and who there: `谁主管、谁负责、谁答复` (第二十一条).

A route leaves a field empty to say "any"; the most specific route wins. What no route covers is a
gap and gets reported, and an order that several units passed round goes to the authority.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class UnitType(StrEnum):
    """Types of handling units (第二十条)."""

    AUTHORITY = "authority"
    INTERNAL_DEPARTMENT = "internal_department"
    DIRECT_UNIT = "direct_unit"
    DISPATCHED_BODY = "dispatched_body"
    DISTRICT_AUTHORITY = "district_authority"
    ENTERPRISE = "enterprise"

    @property
    def zh(self) -> str:
        return {
            UnitType.AUTHORITY: "交通运输主管部门",
            UnitType.INTERNAL_DEPARTMENT: "内设机构",
            UnitType.DIRECT_UNIT: "直属单位",
            UnitType.DISPATCHED_BODY: "派出机构",
            UnitType.DISTRICT_AUTHORITY: "区县主管部门",
            UnitType.ENTERPRISE: "企事业单位",
        }[self]


@dataclass(frozen=True)
class Matter:
    """What routing looks at."""

    domain: str
    topic: str = ""
    sub_item: str = ""
    region_code: str = ""
    caller_group: str = ""


@dataclass(frozen=True)
class Route:
    """One row of the routing table. Region codes match by prefix: 210000 covers 210100."""

    unit_code: str
    responsible_person: str
    domain: str = ""
    topic: str = ""
    sub_item: str = ""
    region_code: str = ""
    caller_group: str = ""
    direct: bool = False
    """直派: past the bureau to a district or an enterprise."""

    def covers(self, matter: Matter) -> bool:
        return (
            self.domain in ("", matter.domain)
            and self.topic in ("", matter.topic)
            and self.sub_item in ("", matter.sub_item)
            and self.caller_group in ("", matter.caller_group)
            and region_covers(self.region_code, matter.region_code)
        )

    @property
    def weight(self) -> tuple[bool, bool, bool, int, bool]:
        """How specific: the caller's group first (货车司机 has its own unit), matter, place."""
        return (
            bool(self.caller_group),
            bool(self.sub_item),
            bool(self.topic),
            len(self.region_code.rstrip("0")),
            bool(self.domain),
        )


def region_covers(outer: str, inner: str) -> bool:
    """Whether a region code holds another; the empty one holds all."""
    if not outer or outer == inner:
        return True
    for length, zeros in ((2, "0000"), (4, "00")):
        if outer.endswith(zeros) and outer[:length] == inner[:length]:
            return True
    return False


def choose_route(routes: Iterable[Route], matter: Matter) -> Route | None:
    """The most specific route; of two alike the first in the table. None: a gap."""
    return max((r for r in routes if r.covers(matter)), key=lambda r: r.weight, default=None)


def gaps(routes: Sequence[Route], matters: Iterable[Matter]) -> list[Matter]:
    """Matters nobody is named for, or where a unit is named but no responsible person."""
    return [
        matter
        for matter in matters
        if (route := choose_route(routes, matter)) is None or not route.responsible_person
    ]


MOST_RETURNS = 2
UNITS_IN_A_ROUND = 3


def is_ping_pong(returned_by: Sequence[str], next_unit: str = "") -> bool:
    """Whether an order is being passed round (疑难事件): three units sent it back, or two returns
    and it would go to a unit that returned it before."""
    if len(set(returned_by)) >= UNITS_IN_A_ROUND:
        return True
    return len(returned_by) >= MOST_RETURNS and next_unit in returned_by
