"""Orders that an earlier system ended: taken over archived, with the numbers they had (NO-2).

A number of our own pattern stays the order's number, another one stands beside a new one of ours.
A number that is here already is passed over, so that a file may be brought twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import SYSTEM, Actor
from ticketing.clock import SHANGHAI
from ticketing.imports.importer import Problem
from ticketing.imports.tables import Column, Row
from ticketing.orders.moves import Step, take_over
from ticketing.orders.numbers import reserve_sequences
from ticketing.records.catalogues import HandlingUnit
from ticketing.records.work_orders import WorkOrder
from ticketing.rules import numbering
from ticketing.rules.calendar import local_day
from ticketing.rules.classification import Kind
from ticketing.rules.states import Event

_KINDS: Final = {word: kind for kind in Kind for word in (kind.value, kind.zh)} | {
    "咨询": Kind.CONSULT,
    "投诉": Kind.COMPLAINT,
    "举报": Kind.COMPLAINT,
    "建议": Kind.SUGGESTION,
}
_SAME: Final = ("content", "result", "caller_number", "caller_name", "place", "object")
_MOMENTS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_LONGEST: Final = {
    "topic": 64,
    "sub_item": 64,
    "caller_number": 32,
    "caller_name": 64,
    "place": 256,
    "object": 128,
}


@dataclass(frozen=True)
class _Tables:
    """Names and codes that cells may use."""

    domains: frozenset[str]
    regions: dict[str, str]
    channels: dict[str, str]
    units: dict[str, int]
    region: str
    platform: str


class HistoryImport:
    """Only ended orders; what is still open comes in by intake."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("order_no", "工单编号", required=True, example="12345-2024-000123"),
        Column("accepted_at", "受理时间", required=True, example="2024-03-01 09:30"),
        Column("closed_at", "办结时间", required=True, example="2024-03-05 16:00"),
        Column("kind", "业务类型", required=True, example="投诉举报"),
        Column("content", "诉求内容", required=True, example="乘客反映出租汽车司机绕路"),
        Column("result", "办理结果", example="经核实情况属实，已退还多收费用"),
        Column("domain", "业务领域", example="城市客运"),
        Column("topic", "热点事项", example="巡游出租汽车"),
        Column("sub_item", "涉及事项", example="绕路"),
        Column("region", "行政区划", example="210100"),
        Column("channel", "受理渠道", example="phone"),
        Column("caller_number", "来电号码", example="13800000000"),
        Column("caller_name", "诉求人", example="王先生"),
        Column("place", "地点", example="沈阳站"),
        Column("object", "反映对象", example="辽A12345"),
        Column("unit", "承办单位", example="SY-TAXI"),
        Column("dispatched_at", "转办时间", example="2024-03-01 10:00"),
    )
    at_once: ClassVar[bool] = False

    def __init__(self, session: Session, moment: datetime, source: str, job_id: int) -> None:
        self._moment = moment
        self._source = source
        self._job_id = job_id
        self._tables = _tables(session)
        self._seen: set[str] = set()
        self._counts: dict[str, int] = {}

    def problems(self, row: Row) -> list[Problem]:
        found = [*self._of_the_number(row), *self._of_the_times(row), *self._of_the_words(row)]
        if not found:
            self._seen.add(row.get("order_no"))
            kind = _KINDS[row.get("kind")].zh
            self._counts[kind] = self._counts.get(kind, 0) + 1
        return found

    def _of_the_number(self, row: Row) -> list[Problem]:
        number = row.get("order_no")
        try:
            numbering.foreign_no(number)
        except ValueError as error:
            return [("order_no", str(error) if number else "缺少工单编号")]
        if number in self._seen:
            return [("order_no", f"工单编号“{number}”在文件中重复出现")]
        return []

    def _of_the_times(self, row: Row) -> list[Problem]:
        found = []
        moments = {}
        for name in ("accepted_at", "closed_at", "dispatched_at"):
            text = row.get(name)
            try:
                moments[name] = _moment(text) if text else None
            except ValueError:
                found.append((name, f"时间“{text}”应写作 2024-03-01 09:30"))
        accepted, closed = moments.get("accepted_at"), moments.get("closed_at")
        if not row.get("accepted_at"):
            found.append(("accepted_at", "缺少受理时间"))
        if not row.get("closed_at"):
            found.append(("closed_at", "缺少办结时间；尚未办结的诉求请按受理登记"))
        if accepted and closed and closed < accepted:
            found.append(("closed_at", "办结时间早于受理时间"))
        if closed and closed > self._moment:
            found.append(("closed_at", "办结时间在将来"))
        return found

    def _of_the_words(self, row: Row) -> list[Problem]:
        known = self._tables
        checks: list[tuple[str, bool, str]] = [
            ("kind", row.get("kind") not in _KINDS, "业务类型应为信息咨询、投诉举报或意见建议"),
            ("content", not row.get("content"), "缺少诉求内容"),
            ("domain", _is_strange(row, "domain", known.domains), "业务领域不在分类表中"),
            ("region", _is_strange(row, "region", known.regions), "行政区划不在表中"),
            ("channel", _is_strange(row, "channel", known.channels), "受理渠道不在渠道表中"),
            ("unit", _is_strange(row, "unit", known.units), "承办单位不存在"),
        ]
        checks += [
            (name, len(row.get(name)) > longest, f"最多{longest}个字符")
            for name, longest in _LONGEST.items()
        ]
        return [(name, message) for name, wrong, message in checks if wrong]

    def summary(self, _session: Session, _moment: datetime) -> dict[str, Any]:
        return {"new": len(self._seen), "kinds": dict(self._counts)}

    def write(self, session: Session, moment: datetime, by: Actor, rows: Sequence[Row]) -> int:
        """How many were not here before."""
        there = self._there(session, rows)
        orders = [self._order(moment, row) for row in rows if row.get("order_no") not in there]
        _place_below(session, orders)
        _number(session, orders)
        evidence = {"import": self._job_id, "source_system": self._source, "asked_by": by.login}
        take_over(session, moment, SYSTEM, orders, Step(Event.TAKE_OVER, evidence=evidence))
        return len(orders)

    def _there(self, session: Session, rows: Sequence[Row]) -> set[str]:
        numbers = {row.get("order_no") for row in rows}
        keys = [f"{self._source}/{number}" for number in numbers]
        found = session.execute(
            select(WorkOrder.order_no, WorkOrder.source_no, WorkOrder.source_key).where(
                or_(WorkOrder.order_no.in_(numbers), WorkOrder.source_key.in_(keys))
            )
        )
        return {number for one in found for number in (one.order_no, one.source_no)} & numbers

    def _order(self, moment: datetime, row: Row) -> WorkOrder:
        known, number = self._tables, row.get("order_no")
        kind, closed = _KINDS[row.get("kind")], _moment(row.get("closed_at"))
        classes = {name: row.get(name) for name in ("domain", "topic", "sub_item")}
        return WorkOrder(
            order_no=number if numbering.parse(number) else "",
            source_system=self._source,
            source_no=number,
            source_key=f"{self._source}/{number}",
            kind=kind,
            **classes,
            **{name: row.get(name) for name in _SAME},
            first_class={"kind": kind, **classes, "third_level": ""},
            region_code=known.regions.get(row.get("region"), known.region),
            platform=known.platform,
            channel=known.channels.get(row.get("channel"), "phone"),
            lead_unit_id=known.units.get(row.get("unit")),
            accepted_at=_moment(row.get("accepted_at")),
            dispatched_at=_moment(row.get("dispatched_at")) if row.get("dispatched_at") else None,
            closed_at=closed,
            close_mode="imported",
            archived_at=closed,
            created_at=moment,
            updated_at=moment,
        )


def _place_below(session: Session, orders: Sequence[WorkOrder]) -> None:
    """Lists are newest first by id: what another system took in stands below all of ours."""
    lowest = min(session.scalar(select(func.min(WorkOrder.id))) or 0, 0)
    newest_first = sorted(orders, key=lambda order: order.accepted_at, reverse=True)
    for place, order in enumerate(newest_first, start=1):
        order.id = lowest - place


def _number(session: Session, orders: Sequence[WorkOrder]) -> None:
    """A number of ours for those whose own is another system's."""
    nameless = [order for order in orders if not order.order_no]
    if not nameless:
        return
    first = reserve_sequences(session, len(nameless))
    for sequence, order in enumerate(nameless, start=first):
        day = local_day(order.accepted_at)
        order.order_no = str(numbering.OrderNo(order.region_code, day, sequence))


def _is_strange(row: Row, name: str, known: frozenset[str] | dict[str, Any]) -> bool:
    return bool(row.get(name)) and row.get(name) not in known


def _moment(text: str) -> datetime:
    """Raises ValueError. Without a zone it is Shanghai's time."""
    plain = text.replace("/", "-").replace("T", " ")
    for form in _MOMENTS:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=SHANGHAI)


def _tables(session: Session) -> _Tables:
    policy = catalogues.policy(session)
    units = session.execute(select(HandlingUnit.id, HandlingUnit.code, HandlingUnit.name)).all()
    regions = catalogues.regions(session)
    channels = catalogues.channels(session)
    return _Tables(
        frozenset(domain.name for domain in catalogues.taxonomy(session).domains),
        {word: one.code for one in regions for word in (one.name, f"{one.name}市", one.code)},
        {word: one.code for one in channels for word in (one.name, one.code)},
        {word: unit.id for unit in units for word in (unit.name, unit.code)},
        policy.region_code,
        policy.platform,
    )
