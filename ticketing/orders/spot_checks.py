"""抽检: callers are asked whether what the records report is true.

So many orders of each unit, drawn by a seed that is kept; the reported and the found rates stand
beside each other, and every order that differs is named (RL-2: closings were faked once).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotAllowed, NotFound
from ticketing.records.calls import Call
from ticketing.records.catalogues import HandlingUnit
from ticketing.records.order_life import ServiceRating, SpotCheck, SpotCheckItem
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.permissions import RIGHTS, Right, Role
from ticketing.rules.ratings import THREE_LEVELS, Rating, ThreeLevel

CHECKERS: Final = frozenset(role for role in Role if Right.CHECK_ORDERS in RIGHTS[role])
MOST_PER_UNIT: Final = 100
LONGEST_PERIOD: Final = timedelta(days=366)
QUESTIONS: Final = {"revisited": "已回访", "closed": "已办结", "satisfied": "满意"}


@dataclass(frozen=True)
class Rates:
    """Of the orders called so far: how many were reported so, and how many are so."""

    checked: int
    reported: dict[str, int]
    found: dict[str, int]


@dataclass(frozen=True)
class UnitResult:
    """One unit's row of the table, with its faulty orders."""

    unit_name: str
    drawn: int
    rates: Rates
    faulty: tuple[str, ...]


def draw(
    session: Session,
    moment: datetime,
    actor: Actor,
    since: datetime,
    until: datetime,
    per_unit: int,
    seed: int,
) -> SpotCheck:
    """Draws from what each unit closed in a period; the same seed draws the same orders."""
    _require_checker(actor, "抽检")
    findings = []
    if not since < until <= since + LONGEST_PERIOD:
        findings.append(Finding("until", "抽检期间应有先后，且不超过一年"))
    if not 1 <= per_unit <= MOST_PER_UNIT:
        findings.append(Finding("per_unit", f"每个单位抽1至{MOST_PER_UNIT}件"))
    if findings:
        raise InvalidInput(tuple(findings))
    check = SpotCheck(
        since=since,
        until=until,
        per_unit=per_unit,
        seed=seed,
        drawn_by=actor.login,
        drawn_at=moment,
    )
    session.add(check)
    session.flush()
    chance = random.Random(seed)  # noqa: S311  must be repeatable
    for unit_id, closed in _closed_by_unit(session, since, until):
        for order_id in sorted(chance.sample(closed, min(per_unit, len(closed)))):
            order = session.get_one(WorkOrder, order_id)
            session.add(
                SpotCheckItem(
                    spot_check_id=check.id,
                    work_order_id=order_id,
                    unit_id=unit_id,
                    reported=_reported(session, order),
                )
            )
    session.flush()
    return check


def record(
    session: Session,
    moment: datetime,
    actor: Actor,
    item_id: int,
    call_key: str,
    found: dict[str, bool],
    note: str = "",
) -> SpotCheckItem:
    """What the caller said, by a call that was talked on; written once."""
    _require_checker(actor, "抽检")
    item = session.get(SpotCheckItem, item_id, with_for_update=True)
    if item is None:
        raise NotFound("spot_check_item", item_id)
    if item.checked_at is not None:
        raise NotAllowed("抽检", "这件工单已经抽检过，结果不能更改")
    missing = [label for name, label in QUESTIONS.items() if name not in found]
    if missing:
        raise InvalidInput((Finding("found", f"还没有核实：{'、'.join(missing)}"),))
    if not _was_talked(session, session.get_one(WorkOrder, item.work_order_id), call_key):
        raise InvalidInput((Finding("call_key", "没有找到与来电人通话的这次呼叫"),))
    item.found = dict(found)
    item.call_key, item.note = call_key, note
    item.checked_by, item.checked_at = actor.login, moment
    session.flush()
    return item


def list_spot_checks(session: Session, after: int | None, limit: int) -> Sequence[SpotCheck]:
    """Newest first, ids below `after`."""
    query = select(SpotCheck).order_by(SpotCheck.id.desc()).limit(limit)
    if after is not None:
        query = query.where(SpotCheck.id < after)
    return session.scalars(query).all()


def one_spot_check(session: Session, spot_check_id: int) -> SpotCheck:
    """Raises NotFound."""
    check = session.get(SpotCheck, spot_check_id)
    if check is None:
        raise NotFound("spot_check", spot_check_id)
    return check


def items_of(session: Session, spot_check_id: int) -> Sequence[tuple[SpotCheckItem, WorkOrder]]:
    """The drawn orders, those not called yet first."""
    rows = session.execute(
        select(SpotCheckItem, WorkOrder)
        .join(WorkOrder, WorkOrder.id == SpotCheckItem.work_order_id)
        .where(SpotCheckItem.spot_check_id == spot_check_id)
        .order_by(SpotCheckItem.checked_at.is_not(None), SpotCheckItem.unit_id, SpotCheckItem.id)
    )
    return [(item, order) for item, order in rows]


def order_to_call(session: Session, actor: Actor, item_id: int) -> WorkOrder:
    """The order whose caller is to be asked. Raises NotFound, NotAllowed."""
    _require_checker(actor, "抽检")
    item = session.get(SpotCheckItem, item_id)
    if item is None:
        raise NotFound("spot_check_item", item_id)
    order = session.get_one(WorkOrder, item.work_order_id)
    if not order.caller_number:
        raise NotAllowed("抽检", "这件工单没有来电号码，无法电话核实")
    return order


def results(session: Session, spot_check_id: int) -> list[UnitResult]:
    """Each unit's reported and found figures and the numbers of its faulty orders."""
    rows = session.execute(
        select(SpotCheckItem, HandlingUnit.name, WorkOrder.order_no)
        .join(HandlingUnit, HandlingUnit.id == SpotCheckItem.unit_id)
        .join(WorkOrder, WorkOrder.id == SpotCheckItem.work_order_id)
        .where(SpotCheckItem.spot_check_id == spot_check_id)
        .order_by(SpotCheckItem.unit_id, SpotCheckItem.id)
    )
    found = []
    for _, group in groupby(rows, key=lambda row: row[0].unit_id):
        items = list(group)
        checked = [item for item, _, _ in items if item.checked_at is not None]
        faulty = [no for item, _, no in items if item.checked_at and item.found != item.reported]
        found.append(UnitResult(items[0][1], len(items), _rates(checked), tuple(faulty)))
    return found


def _rates(checked: list[SpotCheckItem]) -> Rates:
    return Rates(
        len(checked),
        {name: sum(item.reported[name] for item in checked) for name in QUESTIONS},
        {name: sum(item.found[name] for item in checked) for name in QUESTIONS},
    )


def _closed_by_unit(
    session: Session, since: datetime, until: datetime
) -> Iterator[tuple[int, list[int]]]:
    rows = session.execute(
        select(WorkOrder.lead_unit_id, WorkOrder.id)
        .where(
            WorkOrder.closed_at >= since,
            WorkOrder.closed_at < until,
            WorkOrder.lead_unit_id.is_not(None),
        )
        .order_by(WorkOrder.lead_unit_id, WorkOrder.id)
    )
    for unit_id, group in groupby(rows, key=lambda row: row[0]):
        yield unit_id, [order_id for _, order_id in group]


def _reported(session: Session, order: WorkOrder) -> dict[str, Any]:
    rating = session.scalars(
        select(ServiceRating.rating)
        .where(ServiceRating.work_order_id == order.id)
        .order_by(ServiceRating.id.desc())
        .limit(1)
    ).first()
    level = THREE_LEVELS.get(Rating(rating)) if rating else None
    return {
        "revisited": order.revisited_at is not None,
        "closed": order.closed_at is not None,
        "satisfied": level is ThreeLevel.SATISFIED,
    }


def _was_talked(session: Session, order: WorkOrder, call_key: str) -> bool:
    call = session.scalars(select(Call).where(Call.key == call_key)).first()
    return (
        call is not None
        and call.direction == "out"
        and call.caller_number == order.caller_number
        and call.connected_at is not None
    )


def _require_checker(actor: Actor, what: str) -> None:
    if not actor.roles & CHECKERS:
        names = "、".join(role.zh for role in Role if role in CHECKERS)
        raise NotAllowed(what, f"须由{names}办理")
