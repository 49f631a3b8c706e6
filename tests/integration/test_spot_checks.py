"""Spot checks: drawn by seed, found by call, differences named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from tests.centre import COMPLAINT, DISPATCHER, FOUR_ANSWERS, REVISITOR, Centre
from ticketing.actors import person
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed
from ticketing.orders import return_visits, spot_checks
from ticketing.orders.return_visits import Visit
from ticketing.records.order_life import SpotCheck, SpotCheckItem
from ticketing.rules.permissions import Role

INSPECTOR = person("inspector", "质检员壬", [Role.INSPECTOR])
TRUE = {"revisited": True, "closed": True, "satisfied": True}


@pytest.fixture
def centre(database: Database, moment: datetime) -> Iterator[Centre]:
    with database.transaction() as session:
        yield Centre(session, moment)


def visited(centre: Centre, count: int) -> None:
    for n in range(count):
        order = centre.closed(replace(COMPLAINT, object=f"辽A{n:05d}"))
        call = centre.call_out(f"visit-{n}")
        visit = Visit("phone", FOUR_ANSWERS, call_key=call.key)
        return_visits.record_visit(centre.session, centre.now, REVISITOR, order.order_no, visit)


def drawn(centre: Centre, seed: int, per_unit: int = 2) -> tuple[SpotCheck, list[SpotCheckItem]]:
    since, until = centre.now.replace(day=1), centre.now.replace(day=30)
    check = spot_checks.draw(centre.session, centre.now, INSPECTOR, since, until, per_unit, seed)
    items = centre.session.scalars(
        select(SpotCheckItem)
        .where(SpotCheckItem.spot_check_id == check.id)
        .order_by(SpotCheckItem.id)
    )
    return check, list(items)


def test_the_same_seed_draws_the_same_orders(centre: Centre) -> None:
    visited(centre, 5)
    samples = [[item.work_order_id for item in drawn(centre, seed)[1]] for seed in (7, 7, 8, 9)]
    assert samples[0] == samples[1]
    assert len({tuple(sample) for sample in samples}) > 1
    assert all(len(sample) == 2 for sample in samples)


def test_what_callers_say_stands_beside_what_was_reported(centre: Centre) -> None:
    visited(centre, 3)
    check, (first, second) = drawn(centre, 7)
    call = centre.call_out("check-1")
    spot_checks.record(centre.session, centre.now, INSPECTOR, first.id, call.key, TRUE)
    lied = {**TRUE, "revisited": False, "satisfied": False}
    spot_checks.record(centre.session, centre.now, INSPECTOR, second.id, call.key, lied, "没人回访")
    (row,) = spot_checks.results(centre.session, check.id)
    assert row.unit_name == "出租汽车管理处"
    assert (row.drawn, row.rates.checked) == (2, 2)
    assert row.rates.reported == {"revisited": 2, "closed": 2, "satisfied": 2}
    assert row.rates.found == {"revisited": 1, "closed": 2, "satisfied": 1}
    assert len(row.faulty) == 1


def test_a_finding_needs_a_real_call_all_answers_and_is_written_once(centre: Centre) -> None:
    visited(centre, 1)
    _, (item,) = drawn(centre, 7)
    call = centre.call_out("check-1")
    silent = centre.call_out("check-2", seconds=0)
    session, now = centre.session, centre.now
    with pytest.raises(InvalidInput, match="没有找到"):
        spot_checks.record(session, now, INSPECTOR, item.id, silent.key, TRUE)
    with pytest.raises(InvalidInput, match="还没有核实：已办结、满意"):
        spot_checks.record(session, now, INSPECTOR, item.id, call.key, {"revisited": True})
    spot_checks.record(session, now, INSPECTOR, item.id, call.key, TRUE)
    with pytest.raises(NotAllowed, match="不能更改"):
        spot_checks.record(session, now, INSPECTOR, item.id, call.key, TRUE)


def test_those_who_close_orders_do_not_check_them(centre: Centre) -> None:
    with pytest.raises(NotAllowed, match="质检员"):
        spot_checks.draw(centre.session, centre.now, DISPATCHER, centre.now, centre.now, 8, 1)
