"""Whatever anybody presses or writes: nobody is lost, nothing hangs, no loader breaks."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr_flows.bundle import Bundle
from ivr_flows.engine.walk import MAX_STEPS, walk
from ivr_flows.interfaces import (
    KEYS,
    CallFacts,
    Ending,
    Hours,
    LeaveMessage,
    Reason,
    ToNumber,
    ToQueue,
)
from ivr_flows.language.lines import Mistake
from ivr_flows.language.loader import FlowMistakesError, load
from ivr_flows.store import SHIPPED
from tests.fakes.business import ORDER, FakeActions, FakeJournal
from tests.fakes.caller import KeyPresser
from tests.unit.ivr_flows.walking import CALLER, bundle_of, shipped

FLOW = shipped()
EVERY_KIND = bundle_of(
    """
    hello: {do: say, text: 您好。}
    hours: {do: branch, on: hours, of: centre, cases: {closed: ask}}
    pick: {do: menu, text: 请按1或2。, keys: {"1": ask, "2": number, "3": offer}, repeat: "9"}
    ask: {do: choose, text: 是请按1。, sets: answer, answers: {"1": 是, "2": 否}}
    number: {do: digits, text: 请输入号码。, sets: entry, min: 2, max: 4, empty: told}
    told: {do: lookup, what: faq, topic: etc}
    order: {do: query_order, number: dialled_number, phone: caller_number, not_found: leave_word}
    leave_word: {do: record_message, text: 请留言。, kind: complaint, topic: 其他}
    rate: {do: survey, text: 请评价。, question: service}
    visit: {do: subflow, flow: inner}
    offer: {do: offer_message, text: 留言请按1。}
    out: {do: transfer, number: "12306"}
    """,
    inner="""
    pin: {do: digits, text: 请输入密码。, sets: pin, min: 4, max: 4, sensitive: "yes"}
    done: {do: back}
    """,
)
ROW = st.lists(st.one_of(st.none(), st.sampled_from(KEYS)), max_size=60)


def actions_with(transfers: bool) -> FakeActions:
    actions = FakeActions()
    actions.roads = ("G1封闭。", "G15施工。")
    actions.answers = {"etc_apply": ("请到网点办理。",), "etc": ("有答案。",)}
    actions.orders["12328", CALLER] = ORDER
    actions.orders["51952743", CALLER] = ORDER
    actions.calendars["centre"] = Hours.OPEN
    if transfers:
        actions.transfers = {"12395", "12306", "12122"}
    return actions


def ends(bundle: Bundle, row: list[str | None], transfers: bool) -> tuple[Ending, FakeJournal]:
    journal, moment = FakeJournal(), datetime(2026, 11, 28, tzinfo=UTC)
    call, actions = CallFacts(CALLER, "12328"), actions_with(transfers)
    return walk(bundle, call, KeyPresser(row), actions, journal, lambda: moment), journal


@pytest.mark.parametrize("bundle", [FLOW, EVERY_KIND], ids=["shipped", "every kind"])
@given(row=ROW, transfers=st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_keys_end_in_a_person_or_an_end_within_the_longest_walk(
    bundle: Bundle, row: list[str | None], transfers: bool
) -> None:
    ending, journal = ends(bundle, row, transfers)
    assert isinstance(ending, (ToQueue, ToNumber, LeaveMessage))
    assert ending != ToQueue("common", 0, Reason.FAILURE)
    assert len(journal.entries) <= MAX_STEPS


@pytest.mark.parametrize("bundle", [FLOW, EVERY_KIND], ids=["shipped", "every kind"])
@given(row=ROW)
@settings(max_examples=200, deadline=None)
def test_0_at_any_moment_reaches_a_person_unless_it_completes_an_entry(
    bundle: Bundle, row: list[str | None]
) -> None:
    ending, journal = ends(bundle, [*row, "0"], transfers=False)
    last = [entry for entry in journal.entries if entry.key][-1:]
    if (
        last
        and last[0].key.endswith("0")
        and (last[0].kind, last[0].outcome)
        != (
            "digits",
            "entered",
        )
    ):
        assert isinstance(ending, ToQueue)
        assert ending.reason in {Reason.ASKED, Reason.CHOSEN}
        assert last[0] is journal.entries[-1]


@given(row=ROW)
@settings(max_examples=100, deadline=None)
def test_when_every_question_to_the_business_fails_the_caller_still_has_a_person(
    row: list[str | None],
) -> None:
    actions = FakeActions()
    actions.fault = ConnectionError("database is away")
    caller = KeyPresser(row)
    moment = datetime(2026, 11, 28, tzinfo=UTC)
    call = CallFacts(CALLER, "12328")
    ending = walk(FLOW, call, caller, actions, FakeJournal(broken=True), lambda: moment)
    assert ending == ToQueue("common", 0, Reason.FAILURE)


TEXT = (SHIPPED / "12328.yaml").read_text("utf-8")
PIECES = st.sampled_from(
    ["\n", "  ", ":", "{", "}", '"', "*", "&a", "- ", "#", "\t", "0", "do:", "next: ", "\x00", "🚕"]
)


@given(
    start=st.integers(0, len(TEXT)),
    length=st.integers(0, 200),
    instead=st.one_of(PIECES, st.text(max_size=20)),
)
@settings(max_examples=300, deadline=None)
def test_any_edit_of_a_flow_file_loads_or_is_told_with_its_line(
    start: int, length: int, instead: str
) -> None:
    edited = TEXT[:start] + instead + TEXT[start + length :]
    mistakes = told(edited)
    lines = len(edited.splitlines()) + 1
    assert all(1 <= mistake.line <= lines for mistake in mistakes)


def told(text: str) -> list[Mistake]:
    try:
        load(text, "12328.yaml")
    except FlowMistakesError as error:
        return error.mistakes
    return []
