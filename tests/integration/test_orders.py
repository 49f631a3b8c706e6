"""Orders on a real database: two people at once, many at once, lists, search, odd input."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from tests.centre import (
    AGENT,
    COMPLAINT,
    CONSULTATION,
    DISPATCHER,
    OTHER_DISPATCHER,
    PHONE,
    REPLY,
    REVISITOR,
    Centre,
    at,
)
from ticketing import catalogues, data, setup
from ticketing.actors import person
from ticketing.database import Database
from ticketing.errors import AlreadyHandled, InvalidInput, NotAllowed, NotFound
from ticketing.orders import (
    archive,
    dispatch,
    handling,
    intake,
    merging,
    moves,
    supervision,
    views,
)
from ticketing.orders.dispatch import Assignment
from ticketing.orders.views import OrderFilter
from ticketing.rules.acceptance import RejectCode
from ticketing.rules.guards import ExtensionGround
from ticketing.rules.lifecycle import Table
from ticketing.rules.permissions import Role
from ticketing.rules.policy import Policy, to_document
from ticketing.rules.states import AFTER_CLOSING, Event, State


@pytest.fixture
def centre(database: Database, moment: datetime) -> Iterator[Centre]:
    with database.transaction() as session:
        yield Centre(session, moment)


def install(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        Centre(session, moment)


# --- several people ---


def test_the_second_of_two_people_is_told_who_did_what(centre: Centre) -> None:
    order = centre.submitted()
    seen = order.version
    dispatch.dispatch(
        centre.session, centre.now, DISPATCHER, order.order_no, Assignment("TAXI"), seen
    )
    with pytest.raises(AlreadyHandled) as refused:
        dispatch.dispatch(
            centre.session, centre.now, OTHER_DISPATCHER, order.order_no, Assignment("BUS"), seen
        )
    assert refused.value.by == "派单员乙"
    assert refused.value.change == "派单员乙已转办，工单现为“已转办”"
    assert order.lead_unit_id == centre.unit("TAXI").id


def test_a_reminder_does_not_make_the_units_screen_stale(centre: Centre) -> None:
    order = centre.signed()
    seen = order.version
    centre.session.flush()
    supervision.remind(centre.session, centre.now, DISPATCHER, order.order_no, "请尽快")
    handling.reply(centre.session, centre.now, centre.handler(), order.order_no, REPLY, seen)
    assert order.state == State.REPLIED


def test_of_two_threads_that_dispatch_one_order_one_wins(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        order = Centre(session, moment).submitted()
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def act(unit: str) -> None:
        ready.wait(10)
        try:
            with database.transaction() as session:
                dispatch.dispatch(
                    session, moment, DISPATCHER, order.order_no, Assignment(unit), order.version
                )
            outcomes.append(unit)
        except AlreadyHandled:
            outcomes.append("late")

    threads = [threading.Thread(target=act, args=(unit,)) for unit in ("TAXI", "BUS")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "late" in outcomes
    assert len(set(outcomes)) == 2
    with database.reading() as session:
        found = views.work_order(session, AGENT, order.order_no)
        assert archive.verify(session, found) is None


def test_a_matter_handed_over_twice_at_once_is_one_order(
    database: Database, moment: datetime
) -> None:
    install(database, moment)
    handed = replace(COMPLAINT, channel="hotline_12345", source_system="12345", source_no="A-1")
    numbers: list[str] = []
    ready = threading.Barrier(4)

    def take() -> None:
        ready.wait(10)
        with database.transaction() as session:
            order = intake.open_work_order(session, moment, AGENT, handed)
            numbers.append(order.order_no)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 4
    assert len(set(numbers)) == 1


def test_two_who_merge_crosswise_both_get_an_answer(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        centre = Centre(session, moment)
        one, two = centre.submitted().order_no, centre.submitted().order_no
    answers: list[str] = []
    ready = threading.Barrier(2)

    def act(order_no: str, master_no: str) -> None:
        ready.wait(10)
        try:
            with database.transaction() as session:
                merging.merge(session, moment, DISPATCHER, order_no, master_no, "同一事项")
            answers.append("merged")
        except NotAllowed as refused:
            answers.append(refused.reason)

    threads = [threading.Thread(target=act, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["merged", "只能并入尚未办结的另一件工单"]


def test_fifty_at_once_get_fifty_numbers(database: Database, moment: datetime) -> None:
    install(database, moment)
    numbers: list[str] = []

    def take() -> None:
        with database.transaction() as session:
            numbers.append(intake.open_work_order(session, moment, AGENT, COMPLAINT).order_no)

    threads = [threading.Thread(target=take) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 50


def test_what_fails_leaves_no_trace_but_perhaps_a_gap(database: Database, moment: datetime) -> None:
    install(database, moment)

    def half() -> None:
        with database.transaction() as session:
            order = intake.open_work_order(session, moment, AGENT, COMPLAINT)
            intake.submit(session, moment, AGENT, order.order_no)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with database.reading() as session:
        assert views.list_orders(session, AGENT, OrderFilter()).orders == ()


# --- set-up ---


def test_setting_up_twice_changes_nothing_and_keeps_what_was_changed(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        first = setup.install(session, moment, Policy())
        changed = to_document(replace(Policy(), revisit_share=0.5))
        catalogues.publish(session, moment, "admin", "policy", "2", changed)
    with database.transaction() as session:
        assert setup.install(session, moment, Policy()) == ()
        assert catalogues.policy(session).revisit_share == 0.5
    assert set(first) >= {"policy", "taxonomy", "calendar", "order_sequence"}


def test_the_catalogues_come_back_as_they_were_shipped(centre: Centre) -> None:
    assert catalogues.taxonomy(centre.session) == data.taxonomy()
    assert catalogues.channels(centre.session) == data.channels()
    assert catalogues.regions(centre.session) == data.regions()
    known = catalogues.calendar(centre.session, at("2026-02-01 00:00").date())
    shipped = data.calendar()
    assert known.years == shipped.years
    assert known.exceptions.items() <= shipped.exceptions.items() | {
        (day, one) for day, one in known.exceptions.items() if day.year == 2027
    }


# --- lists ---


def test_pages_hold_every_order_once_newest_first(centre: Centre) -> None:
    ids = [centre.drafted().id for _ in range(7)]
    found: list[int] = []
    after: int | None = None
    while True:
        page = views.list_orders(centre.session, AGENT, OrderFilter(), after, limit=3)
        found += [order.id for order in page.orders]
        after = page.next_after
        if after is None:
            break
    assert found == sorted(ids, reverse=True)


def test_filters_narrow_the_list(centre: Centre) -> None:
    complaint, consultation = centre.dispatched(), centre.drafted(CONSULTATION)
    for wanted, expected in (
        (OrderFilter(kind="consult"), [consultation]),
        (OrderFilter(states=(State.DISPATCHED,)), [complaint]),
        (OrderFilter(domain="城市客运", topic="巡游出租汽车"), [complaint]),
        (OrderFilter(unit_id=centre.unit("TAXI").id), [complaint]),
        (OrderFilter(number=consultation.order_no), [consultation]),
        (OrderFilter(object="辽A12345"), [complaint]),
        (OrderFilter(caller_number=PHONE), [consultation, complaint]),
        (OrderFilter(due_before=centre.now), []),
        (OrderFilter(accepted_from=centre.now + timedelta(minutes=1)), []),
        (OrderFilter(overdue=True), []),
    ):
        found = views.list_orders(centre.session, AGENT, wanted).orders
        assert list(found) == expected, wanted


def test_who_has_no_unit_and_no_right_sees_nothing(centre: Centre) -> None:
    order = centre.dispatched()
    nobody = person("nobody", "无关人员", [Role.KNOWLEDGE_EDITOR])
    assert views.list_orders(centre.session, nobody, OrderFilter()).orders == ()
    with pytest.raises(NotFound):
        views.work_order(centre.session, nobody, order.order_no)


def test_a_person_is_offered_the_moves_that_are_theirs(centre: Centre) -> None:
    order = centre.dispatched()
    now = centre.now
    handler = {move.event for move in views.possible_moves(now, centre.handler(), order)}
    assert {Event.SIGN, Event.REQUEST_RETURN, Event.FIRST_CONTACT} <= handler
    other = {move.event for move in views.possible_moves(now, centre.handler("BUS"), order)}
    assert Event.SIGN not in other
    assert Event.RECALL in {move.event for move in views.possible_moves(now, DISPATCHER, order)}


def test_a_move_the_order_itself_forbids_is_not_offered(centre: Centre) -> None:
    order = centre.signed()
    handler = centre.handler()
    before = {move.event for move in views.possible_moves(centre.now, handler, order)}
    after = {move.event for move in views.possible_moves(centre.later(days=2), handler, order)}
    assert before - after == {Event.REQUEST_RETURN}
    assert after < before


# --- search ---


@pytest.mark.parametrize(
    "asked", ["拒绝使用计价器", "计价器 火车站", "辽A12345", "辽a12345", "王小明", "价"]
)
def test_an_order_is_found_by_any_of_its_words(centre: Centre, asked: str) -> None:
    order = centre.drafted()
    centre.drafted(CONSULTATION)
    found = views.list_orders(centre.session, AGENT, OrderFilter(text=asked)).orders
    assert [one.id for one in found] == [order.id]


@pytest.mark.parametrize(
    "asked", ["公交车", "，。", "'\" OR 1=1 --", "计价器 AND 公交", "*", "a:b"]
)
def test_what_is_not_there_is_not_found_and_breaks_nothing(centre: Centre, asked: str) -> None:
    centre.drafted()
    assert views.list_orders(centre.session, AGENT, OrderFilter(text=asked)).orders == ()


def test_the_units_answer_is_found_too(centre: Centre) -> None:
    order = centre.replied()
    found = views.list_orders(centre.session, AGENT, OrderFilter(text="停运培训")).orders
    assert list(found) == [order]


def test_a_confidential_callers_name_finds_nothing(centre: Centre) -> None:
    centre.drafted(replace(COMPLAINT, confidential=True))
    assert views.list_orders(centre.session, AGENT, OrderFilter(text="王小明")).orders == ()


# --- repeats ---


def test_earlier_orders_on_the_same_matter_are_shown_with_the_reason(centre: Centre) -> None:
    same = centre.drafted()
    words_only = centre.drafted(replace(COMPLAINT, caller_number="", object="辽B00001"))
    centre.drafted(replace(CONSULTATION, caller_number="13900000000"))
    order = centre.drafted()
    first, second = merging.find_similar(centre.session, order)
    assert (first.order_no, first.why) == (
        same.order_no,
        ("同一来电号码", "同一对象", "内容相似100%"),
    )
    assert second.order_no == words_only.order_no
    merging.link(
        centre.session, centre.now, AGENT, order.order_no, same.order_no, "repeat", "同一来电"
    )
    merging.link(centre.session, centre.now, AGENT, order.order_no, same.order_no, "repeat")


# --- odd input ---


def test_invisible_and_half_characters_do_not_get_in(centre: Centre) -> None:
    odd = replace(
        COMPLAINT, content=COMPLAINT.content + "\x00\x07\ud800😀\n完", caller_name="王\x00明"
    )
    order = centre.drafted(odd)
    centre.session.expire(order)
    assert order.content.endswith("高价😀\n完")
    assert order.caller_name == "王明"


def test_what_is_too_long_is_told_with_its_limit(centre: Centre) -> None:
    with pytest.raises(InvalidInput) as refused:
        centre.drafted(replace(COMPLAINT, object="车" * 129, caller_name="王" * 65))
    assert {finding.field: finding.message for finding in refused.value.findings} == {
        "object": "最多128个字，现有129个",
        "caller_name": "最多64个字，现有65个",
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"region_code": "990000"}, "region_code"),
        ({"topic": "飞碟"}, "domain"),
        ({"content": " "}, "content"),
        ({"caller_title": "女士", "caller_gender": "male"}, "caller_title"),
        ({"source_no": "'; --", "source_system": "12345"}, "source_no"),
    ],
)
def test_a_faulty_form_names_the_field(centre: Centre, change: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        centre.drafted(replace(COMPLAINT, **change))  # type: ignore[arg-type]  # one text
    assert [finding.field for finding in refused.value.findings] == [field]


def test_a_draft_can_be_rewritten_and_a_submitted_order_only_supplemented(
    centre: Centre,
) -> None:
    order = centre.drafted()
    better = replace(COMPLAINT, object="辽A99999")
    intake.edit_draft(centre.session, centre.now, AGENT, order.order_no, order.version, better)
    assert order.object == "辽A99999"
    assert views.history(centre.session, order)[-1].evidence["before"]["object"] == "辽A12345"
    intake.submit(centre.session, centre.now, AGENT, order.order_no)
    with pytest.raises(InvalidInput, match="补充"):
        intake.edit_draft(centre.session, centre.now, AGENT, order.order_no, order.version, better)
    intake.supplement(centre.session, centre.now, AGENT, order.order_no, "车牌应为辽A12346")
    assert order.content.endswith("【2026-11-25 10:00 补充】车牌应为辽A12346")


def test_the_wrong_state_is_refused_in_chinese(centre: Centre) -> None:
    order = centre.drafted()
    with pytest.raises(NotAllowed, match="处于“草稿”状态，不能转办"):
        centre.dispatch(order)


def test_a_list_that_ends_at_a_moment_leaves_out_nothing_and_pages_on(centre: Centre) -> None:
    orders = []
    for _ in range(5):
        orders.append(centre.drafted())
        centre.later(hours=1)
    early = [order.id for order in orders[:3]][::-1]
    wanted = OrderFilter(accepted_before=orders[3].accepted_at)
    first = views.list_orders(centre.session, AGENT, wanted, limit=2)
    rest = views.list_orders(centre.session, AGENT, wanted, after=first.next_after)
    assert [order.id for order in (*first.orders, *rest.orders)] == early


# --- plans of the hot queries ---

HOT = [
    OrderFilter(states=(State.DISPATCHED,)),
    OrderFilter(caller_number=PHONE),
    OrderFilter(unit_id=1, states=(State.IN_PROGRESS,)),
    OrderFilter(object="辽A12345"),
    OrderFilter(region_code="210100"),
    OrderFilter(text="计价器"),
    OrderFilter(call_key="t-1.1"),
    OrderFilter(number="A-1"),
    OrderFilter(topic="巡游出租汽车"),
    OrderFilter(overdue=True),
    OrderFilter(accepted_from=at("2026-11-01 00:00"), accepted_before=at("2026-11-08 00:00")),
]


@pytest.mark.parametrize("wanted", HOT, ids=str)
def test_no_hot_list_reads_the_whole_table(centre: Centre, wanted: OrderFilter) -> None:
    plan = explain(centre.session, wanted)
    assert "SCAN work_order\n" not in plan, plan
    assert "Seq Scan on work_order " not in plan, plan


def explain(session: Session, wanted: OrderFilter) -> str:
    """The plans of exactly the statements that the list sends."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, _ctx: Any, _many: bool) -> None:
        sent.append((statement, values))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    views.list_orders(session, AGENT, wanted)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    connection = session.connection()
    words, column = "EXPLAIN QUERY PLAN", 3
    if session.get_bind().dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        words, column = "EXPLAIN", 0
    return "".join(
        f"{row[column]}\n"
        for statement, values in sent
        for row in connection.exec_driver_sql(f"{words} {statement}", values)
    )


# --- the state machine on the database ---

TABLE = Table()
FACTS = {
    "target": "省中心",
    "reject_code": RejectCode.PETITION,
    "caller_told": True,
    "responsible_person": "张三",
    "lead_unit_is_authority": True,
    "actor_is_of_lead_unit": True,
    "replied_by": "",
    "return_due_at": None,
    "coordinated": False,
    "extension_ground": ExtensionGround.COMPLEX,
    "result": "结果",
    "reply_process": "过程",
    "reply_basis": "依据",
    "caller_replied": True,
    "master_open": True,
    "master_answered": True,
    "revisit_evidence": True,
    "revisited": True,
    "review_passed": True,
    "extended": False,
    "due_at": None,
}
EVERYBODY = person("everybody", "所有角色", list(Role))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(choices=st.lists(st.integers(0, 9999), min_size=5, max_size=30))
def test_any_legal_life_keeps_its_chain_and_its_clocks(centre: Centre, choices: list[int]) -> None:
    order = centre.drafted()
    unit = centre.unit("TAXI").id
    for choice in choices:
        legal = [
            move
            for move in TABLE.allowed(State(order.state), Role)
            if move.event not in (Event.OVERDUE, Event.RECOMPUTE_DUE)
        ]
        if not legal:
            break
        happens = legal[choice % len(legal)].event
        wants_unit = happens in (Event.DISPATCH, Event.DISPATCH_SAFETY, Event.DECIDE_COORDINATION)
        step = moves.Step(
            happens,
            reason="说明",
            changes={"lead_unit_id": unit} if wants_unit else {},
            facts={**FACTS, "review_pending": True},
        )
        try:
            moves.move(centre.session, centre.later(hours=1), EVERYBODY, order.order_no, step)
        except NotAllowed as refused:
            assert refused.reason  # noqa: PT017  a guard that looks at the order itself
    events = views.history(centre.session, order)
    assert archive.verify(centre.session, order) is None
    assert events[-1].to_state == order.state
    assert all(a.to_state == b.from_state for a, b in pairwise(events))
    if order.state in (State.DISPATCHED, State.IN_PROGRESS, State.REWORK):
        assert order.due_at is not None
        assert order.lead_unit_id == unit
    if order.state in AFTER_CLOSING:
        assert order.closed_at is not None


def test_a_revisitor_cannot_dispatch(centre: Centre) -> None:
    order = centre.submitted()
    with pytest.raises(NotAllowed, match="须由"):
        dispatch.dispatch(centre.session, centre.now, REVISITOR, order.order_no, Assignment("TAXI"))


def test_a_log_edited_behind_the_databases_back_is_found_among_thousands(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        centre = Centre(session, moment)
        orders = [centre.closed() for _ in range(3)]
    assert list(archive.tampered_orders(database)) == []
    with database.transaction() as session:
        unlock = (
            "DROP TRIGGER work_order_event_no_update"
            if database.is_sqlite
            else "ALTER TABLE work_order_event DISABLE TRIGGER USER"
        )
        session.execute(text(unlock))
        edit = "UPDATE work_order_event SET reason = '另有' WHERE work_order_id = :id AND seq = 3"
        session.execute(text(edit), {"id": orders[1].id})
    (found,) = archive.tampered_orders(database)
    assert (found.order_no, found.where.position) == (orders[1].order_no, 2)
