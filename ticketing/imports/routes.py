"""The routing table as a whole: what the file says replaces what is in force (第二十一条).

Older routes are retired, not erased.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.imports.importer import Problem
from ticketing.imports.tables import Column, Row
from ticketing.orders.dispatch import matters_of
from ticketing.records.catalogues import HandlingUnit, RoutingRoute
from ticketing.rules.classification import Classification, Kind
from ticketing.rules.routing import Route, gaps

_YES: Final = ("1", "是", "true", "True")
_KEY: Final = ("domain", "topic", "sub_item", "region_code", "caller_group")


class RouteImport:
    """Empty cells mean any."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("domain", "业务领域", example="城市客运"),
        Column("topic", "热点事项", example="巡游出租汽车"),
        Column("sub_item", "涉及事项"),
        Column("region_code", "行政区划代码", example="210100"),
        Column("caller_group", "来电人群"),
        Column("unit_code", "承办单位代码", required=True, example="SY-TAXI"),
        Column("responsible_person", "责任人", required=True, example="张三"),
        Column("direct", "直派", example="否"),
    )
    at_once: ClassVar[bool] = True

    def __init__(self, session: Session) -> None:
        self._tree = catalogues.taxonomy(session)
        self._matters = matters_of(self._tree)
        self._regions = {region.code for region in catalogues.regions(session)}
        in_force = select(HandlingUnit).where(HandlingUnit.disabled_at.is_(None))
        self._units = {unit.code: unit.id for unit in session.scalars(in_force)}
        self._seen: dict[tuple[str, ...], Route] = {}

    def problems(self, row: Row) -> list[Problem]:
        key = tuple(row.get(name) for name in _KEY)
        found = self._of_the_row(row, key)
        if not found:
            domain, topic, sub_item, region, group = key
            topic = self._tree.canonical(topic)
            whom = (row.get("unit_code"), row.get("responsible_person"))
            self._seen[key] = Route(*whom, domain, topic, sub_item, region, group)
        return found

    def _of_the_row(self, row: Row, key: tuple[str, ...]) -> list[Problem]:
        found = []
        if row.get("unit_code") not in self._units:
            found.append(("unit_code", f"承办单位“{row.get('unit_code')}”不存在或已停用"))
        if not row.get("responsible_person"):
            found.append(("responsible_person", "缺少责任人（第二十一条）"))
        if row.get("region_code") and row.get("region_code") not in self._regions:
            found.append(("region_code", f"行政区划“{row.get('region_code')}”不在表中"))
        if row.get("domain"):
            domain, topic, sub_item = key[:3]
            matter = Classification(Kind.CONSULT, domain, topic, sub_item)
            found += [("domain", message) for message in self._tree.problems(matter)]
        elif row.get("topic"):
            found.append(("domain", "写明热点事项时须写明业务领域"))
        if key in self._seen:
            found.append(("domain", "同样的条件在文件中重复出现"))
        return found

    def summary(self, session: Session, _moment: datetime) -> dict[str, Any]:
        """How the table would change, and which matters nobody would be named for."""
        before = gaps(catalogues.routes(session), self._matters)
        after = gaps(list(self._seen.values()), self._matters)
        named = [" › ".join(filter(None, (m.domain, m.topic, m.sub_item))) for m in after]
        return {
            "new": len(self._seen),
            "retired": len(catalogues.routes(session)),
            "gaps_before": len(before),
            "gaps_after": len(after),
            "gaps": named[:100],
        }

    def write(self, session: Session, moment: datetime, by: Actor, rows: Sequence[Row]) -> int:
        in_force = session.scalars(
            select(RoutingRoute).where(RoutingRoute.retired_at.is_(None))
        ).all()
        for route in in_force if rows else ():
            route.retired_at = moment
        session.add_all(
            RoutingRoute(
                domain=row.get("domain"),
                topic=self._tree.canonical(row.get("topic")),
                sub_item=row.get("sub_item"),
                region_code=row.get("region_code"),
                caller_group=row.get("caller_group"),
                unit_id=self._units[row.get("unit_code")],
                responsible_person=row.get("responsible_person"),
                direct=row.get("direct") in _YES,
                created_by=by.login,
                created_at=moment,
            )
            for row in rows
        )
        session.flush()
        return len(rows)
