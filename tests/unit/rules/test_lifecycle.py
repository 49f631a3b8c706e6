"""The table of moves: nothing illegal slips through and no order gets lost."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.rules import drawing
from ticketing.rules.acceptance import RejectCode
from ticketing.rules.classification import Kind
from ticketing.rules.guards import CHECKS, ExtensionGround, Facts, Guard, refusals
from ticketing.rules.lifecycle import MOVES, Move, Refusal, Table
from ticketing.rules.permissions import Role
from ticketing.rules.states import AFTER_CLOSING, ENDED, OPEN_STATES, Effect, Event, State

TABLE = Table()
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ANSWERS = {
    Event.ANSWER_INSTANTLY,
    Event.CONFIRM,
    Event.CLOSE_ESCALATED,
    Event.ANSWER_MERGED,
}
states = st.sampled_from([None, *State])
events = st.sampled_from(list(Event))
role_sets = st.frozensets(st.sampled_from(list(Role)), min_size=1)


def walk(choices: list[int]) -> list[tuple[State, Move]]:
    """A life made of legal moves only, one for each choice."""
    state: State | None = None
    life = []
    for choice in choices:
        legal = TABLE.allowed(state, Role)
        if not legal:
            break
        move = legal[choice % len(legal)]
        state = move.target or state
        assert state is not None
        life.append((state, move))
    return life


lives = st.lists(st.integers(0, 10_000), min_size=1, max_size=60).map(walk)


@given(states, events, role_sets)
def test_whatever_is_not_in_the_table_is_refused_with_a_chinese_reason(
    state: State | None, event: Event, roles: frozenset[Role]
) -> None:
    answer = TABLE.check(state, event, roles)
    listed = [move for move in MOVES if state in move.sources and move.event is event]
    if listed and listed[0].roles & roles:
        assert answer == listed[0]
    else:
        assert isinstance(answer, Refusal)
        assert event.zh in answer.reason


@given(lives)
def test_every_life_of_ours_begins_as_a_draft(life: list[tuple[State, Move]]) -> None:
    """What another system ended comes in archived and never moves."""
    state, move = life[0]
    assert state is (State.ARCHIVED if move.event is Event.TAKE_OVER else State.DRAFT)


@given(lives)
def test_no_order_is_closed_without_an_answer_to_its_caller(
    life: list[tuple[State, Move]],
) -> None:
    for state, move in life:
        if state is State.CLOSED and move.target is State.CLOSED:
            assert move.event in ANSWERS
            assert Effect.CLOSE in move.effects
            assert Effect.NOTIFY_CALLER in move.effects


@given(lives)
def test_an_archived_order_never_moves_again(life: list[tuple[State, Move]]) -> None:
    visited = [state for state, _ in life]
    if State.ARCHIVED in visited:
        assert set(visited[visited.index(State.ARCHIVED) :]) == {State.ARCHIVED}


@given(lives)
def test_a_refused_or_withdrawn_order_can_only_be_archived(
    life: list[tuple[State, Move]],
) -> None:
    for (before, _), (after, _) in pairwise(life):
        if before in (State.REJECTED, State.WITHDRAWN):
            assert after in (before, State.ARCHIVED)


@given(lives)
def test_only_the_authority_lengthens_a_limit(life: list[tuple[State, Move]]) -> None:
    for _, move in life:
        if Effect.EXTEND_CLOCK in move.effects:
            assert move.roles == {Role.AUTHORITY}


@given(lives)
def test_a_unit_is_only_left_with_an_order_whose_clock_was_started(
    life: list[tuple[State, Move]],
) -> None:
    running = False
    for state, move in life:
        running = running or Effect.START_HANDLING_CLOCK in move.effects
        if state in (State.DISPATCHED, State.IN_PROGRESS, State.REPLIED):
            assert running


def test_every_state_can_be_reached_and_every_order_can_come_to_an_end() -> None:
    reached: set[State] = {State.DRAFT}
    ends: set[State] = {State.ARCHIVED}
    for _ in State:
        for move in MOVES:
            if move.target is None:
                continue
            if move.sources & reached:
                reached.add(move.target)
            if move.target in ends:
                ends |= {source for source in move.sources if source is not None}
    assert reached == set(State)
    assert ends == set(State)


def test_every_open_order_can_be_supervised_reminded_and_reported_overdue() -> None:
    for event in (Event.REMIND, Event.SUPERVISE, Event.OVERDUE):
        assert all(TABLE.find(state, event) for state in OPEN_STATES)


def test_a_safety_matter_leaves_from_wherever_it_is() -> None:
    stuck = {s for s in OPEN_STATES if not TABLE.find(s, Event.DISPATCH_SAFETY)}
    assert stuck == {State.MERGED, State.REPLIED}


def test_the_administrator_moves_no_order() -> None:
    own = {move.event for move in MOVES if Role.ADMIN in move.roles}
    assert own == {Event.REVEAL_CALLER}


def test_nobody_may_edit_what_was_closed() -> None:
    changed = {
        move.event
        for move in MOVES
        if move.sources & (AFTER_CLOSING | ENDED) and move.target in (State.CLOSED, State.REVISITED)
    }
    assert changed == {Event.REVISIT}


def test_two_rows_for_one_state_and_event_are_a_fault_of_the_table() -> None:
    with pytest.raises(ValueError, match="two moves"):
        Table((MOVES[1], MOVES[1]))


def test_the_page_in_the_docs_is_the_table() -> None:
    page = Path(__file__).parents[3] / "docs" / "lifecycle.zh-CN.md"
    assert page.read_text(encoding="utf-8") == drawing.page()


def test_every_guard_is_explained_checked_and_used() -> None:
    used = {guard for move in MOVES for guard in move.guards}
    assert used == set(Guard) == set(CHECKS) == set(drawing.GUARD_ZH)


FINE = Facts(
    moment=NOW,
    kind=Kind.COMPLAINT,
    reason="说明",
    target="省中心",
    result="已核实处理",
    reject_code=RejectCode.PETITION,
    caller_told=True,
    lead_unit="U1",
    responsible_person="张三",
    lead_unit_is_authority=True,
    actor_is_of_lead_unit=True,
    actor_is_of_co_unit=True,
    actor="li",
    replied_by="wang",
    return_due_at=NOW,
    due_at=NOW,
    extension_ground=ExtensionGround.COMPLEX,
    reply_process="电话联系",
    reply_basis="条例",
    caller_replied=True,
    master_open=True,
    master_answered=True,
    revisit_evidence=True,
    review_pending=True,
)


def broken(**changes: object) -> Facts:
    return Facts(**{**vars(FINE), **changes})  # type: ignore[arg-type]  # one field a time, by name


LATE = NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("guard", "facts", "part"),
    [
        (Guard.RECORD_COMPLETE, broken(text_problems=("太短",)), "太短"),
        (Guard.INSTANT_ANSWER_COMPLETE, broken(result=" "), "答复内容"),
        (Guard.INSTANT_ANSWER_COMPLETE, broken(text_problems=("转办",)), "转办"),
        (Guard.REFUSAL_TOLD, broken(reject_code=None), "第十九条"),
        (Guard.REFUSAL_TOLD, broken(reason=""), "理由"),
        (Guard.REFUSAL_TOLD, broken(caller_told=False), "告知"),
        (Guard.REASON_GIVEN, broken(reason="  "), "理由"),
        (Guard.TARGET_NAMED, broken(target=""), "上级"),
        (Guard.RESULT_GIVEN, broken(result=""), "结果"),
        (Guard.CLASSIFIED, broken(class_problems=("不在分类表",)), "分类表"),
        (Guard.UNIT_NAMED, broken(responsible_person=""), "责任人"),
        (Guard.UNIT_IS_AUTHORITY, broken(lead_unit_is_authority=False), "主管部门"),
        (Guard.MERGE_TARGET_OPEN, broken(master_open=False), "并入"),
        (Guard.MASTER_ANSWERED, broken(master_answered=False), "主工单"),
        (Guard.OWN_UNIT, broken(actor_is_of_lead_unit=False), "您的单位"),
        (Guard.CO_UNIT, broken(actor_is_of_co_unit=False), "协办单位"),
        (Guard.RETURN_IN_TIME, broken(moment=LATE), "24小时"),
        (Guard.RETURN_NOT_DECIDED, broken(coordinated=True), "协调"),
        (Guard.NO_PING_PONG, broken(ping_pong=True), "多次退单"),
        (Guard.EXTENSION_GROUNDED, broken(extension_ground=None), "第二十四条"),
        (Guard.EXTENSION_GROUNDED, broken(reason=""), "理由"),
        (Guard.BEFORE_DEADLINE, broken(moment=LATE), "届满"),
        (Guard.PAST_DEADLINE, broken(), "尚未届满"),
        (Guard.NOT_EXTENDED, broken(extended=True), "一次"),
        (Guard.REPLY_COMPLETE, broken(reply_basis="", reply_process=""), "办理过程、处理依据"),
        (Guard.REPLY_COMPLETE, broken(caller_replied=False), "呼叫记录"),
        (Guard.OTHER_HAND, broken(actor="wang"), "自己"),
        (Guard.REVISIT_PROVEN, broken(revisit_evidence=False), "凭据"),
        (Guard.HAS_UNIT, broken(lead_unit=""), "重新受理"),
        (Guard.HAS_NO_UNIT, broken(), "重办"),
        (Guard.REVISIT_DONE, broken(revisit_required=True), "回访"),
        (Guard.REVIEW_DONE, broken(review_required=True), "复核尚未通过"),
        (Guard.REVIEW_PENDING, broken(review_pending=False), "待复核"),
    ],
)
def test_a_guard_that_does_not_hold_says_why(guard: Guard, facts: Facts, part: str) -> None:
    (reason,) = refusals((guard,), facts)
    assert part in reason


def test_a_reply_to_someone_who_cannot_be_reached_needs_proof_of_calls() -> None:
    assert (
        refusals((Guard.REPLY_COMPLETE,), broken(caller_replied=False, unreachable_proofs=1)) == []
    )


def test_an_order_in_order_passes_every_guard_of_each_move() -> None:
    contrary = {Guard.PAST_DEADLINE, Guard.HAS_NO_UNIT}
    for move in MOVES:
        guards = tuple(guard for guard in move.guards if guard not in contrary)
        assert refusals(guards, FINE) == [], move.event
