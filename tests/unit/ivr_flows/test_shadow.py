"""Yesterday's keys through the draft: the same differs nowhere, a changed one where it must."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr_flows.bundle import Bundle
from ivr_flows.engine.walk import walk
from ivr_flows.interfaces import KEYS, CallFacts
from ivr_flows.shadow.journal import PastCall, PastStep
from ivr_flows.shadow.run import Differs, Shadow, shadow
from tests.fakes.business import FakeActions, FakeJournal
from tests.fakes.caller import HANGS_UP, QUIET, FakeCaller, KeyPresser
from tests.unit.ivr_flows.test_properties import EVERY_KIND, actions_with
from tests.unit.ivr_flows.walking import CALLER, bundle_of, shipped

MOMENT = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
STEPS = dedent(
    """
    open: {do: branch, on: hours, of: centre, cases: {closed: shut}}
    ask: {do: menu, text: 查路况请按1，人工请按2。, keys: {"1": roads, "2": person}}
    roads: {do: lookup, what: road_notices, next: ask, none: clear}
    clear: {do: say, text: 没有封闭。, next: ask}
    person: {do: to_agent, skill: etc}
    shut: {do: hang_up, text: 下班了。}
    """
)


def past(bundle: Bundle, caller: FakeCaller | KeyPresser, actions: FakeActions) -> PastCall:
    """A call as the journal keeps it."""
    journal = FakeJournal()
    walk(bundle, CallFacts(CALLER, "12328"), caller, actions, journal, lambda: MOMENT)
    steps = tuple(PastStep(e.flow, e.step, e.kind, e.key, e.outcome) for e in journal.entries)
    return PastCall("k", CALLER, "12328", MOMENT, "1", steps)


def called(keys: str, bundle: Bundle | None = None) -> PastCall:
    """Pressed one by one when asked."""
    caller = FakeCaller([("", keys)]) if keys else FakeCaller()
    return past(bundle or bundle_of(STEPS), caller, actions_with(transfers=True))


def shadowed(calls: Iterable[PastCall], draft: str, live: str = STEPS) -> Shadow:
    return shadow(calls, lambda _: bundle_of(live), lambda _: bundle_of(draft))


def test_the_same_draft_differs_nowhere() -> None:
    made = shadowed([called("2"), called("12"), called("9" + "9" + "9"), called("1×")], STEPS)
    assert (made.calls, made.same, made.unclear, made.examples) == (4, 4, 0, [])


def test_another_queue_is_another_ending() -> None:
    made = shadowed([called("2"), called("12"), called("2")], STEPS.replace("etc", "common"))
    assert made.differing == {Differs.ENDING: 3}
    first = made.examples[0]
    assert (first.calls, first.acts) == (2, ("按 2",))
    assert "队列 etc" in first.live_ending
    assert "队列 common" in first.draft_ending


def test_a_step_between_is_another_path_and_new_words_are_only_words() -> None:
    between = STEPS.replace('"2": person', '"2": note') + "note: {do: say, text: 好, next: person}"
    made = shadowed([called("2")], between)
    (example,) = made.examples
    assert example.first_difference.differs is Differs.PATH
    assert example.first_difference.draft == "main.note（said）"
    words = shadowed([called("2"), called("1×")], STEPS.replace("人工请按2", "找人请按2"))
    assert words.differing == {Differs.WORDS: 2}
    assert words.examples[0].first_difference.draft == "main.ask：查路况请按1，找人请按2"


def test_a_key_that_now_means_something_else_and_a_draft_that_asks_more() -> None:
    moved = STEPS.replace('"1": roads, "2": person', '"3": roads, "1": person')
    made = shadowed([called("1×")], moved)
    assert made.examples[0].first_difference.draft == "main.person（gone）"
    more = STEPS.replace('"2": person', '"2": sure') + (
        'sure: {do: menu, text: 请按1。, keys: {"1": person}}'
    )
    made = shadowed([called("2")], more)
    assert made.examples[0].draft_ending == "停在 main.sure 等待来电人"


def test_answers_are_those_of_then() -> None:
    """It was closed then; the draft is walked as closed too."""
    actions = actions_with(transfers=False)
    actions.calendars["centre"] = next(
        h for h in type(actions.calendars["centre"]) if h == "closed"
    )
    call = past(bundle_of(STEPS), FakeCaller(), actions)
    made = shadowed([call], STEPS.replace("下班了", "已经下班"))
    assert made.differing == {Differs.WORDS: 1}


def test_what_the_past_cannot_answer_is_told() -> None:
    asks = "first: {do: branch, on: switch, of: snow, cases: {'on': shut}}\n" + STEPS.lstrip()
    made = shadowed([called("2"), called("2")], asks)
    assert made.assumed == {"开关 snow（按关算）": 2}
    assert made.differing == {Differs.PATH: 2}


def test_a_call_whose_version_is_gone_or_that_cannot_be_followed_is_unclear() -> None:
    assert shadow([called("2")], lambda _: None, lambda _: bundle_of(STEPS)).unclear == 1
    call = called("2")
    steps = (call.steps[0], replace(call.steps[1], outcome="1"), *call.steps[2:])
    odd = replace(call, steps=steps)
    made = shadowed([odd], STEPS)
    assert (made.unclear, made.same) == (1, 0)


def test_a_withheld_or_foreign_number_does_no_harm() -> None:
    call = called("2")
    for number in ("", "+8613900001111", "anonymous"):
        odd = PastCall("k", number, "12328", MOMENT, "1", call.steps)
        assert shadowed([odd], STEPS).same == 1


@pytest.mark.parametrize(
    "keys",
    [
        "3",
        "8",
        "20",
        "21*",
        "5#1#",
        "5123#2",
        "612345678",
        "1*4",
        "93",
        QUIET + "3",
        "6" + HANGS_UP,
    ],
)
def test_calls_of_the_shipped_menu_are_followed_from_their_journal(keys: str) -> None:
    """Also with a silence in between, which the journal does not have."""
    flow = shipped()
    made = shadow([called(keys, flow)], lambda _: flow, lambda _: flow)
    assert (made.same, made.unclear) == (1, 0)


@pytest.mark.parametrize("bundle", [shipped(), EVERY_KIND], ids=["shipped", "every kind"])
@given(row=st.lists(st.sampled_from(KEYS), max_size=40), transfers=st.booleans())
@settings(max_examples=150, deadline=None)
def test_most_any_keys_are_followed_and_none_is_told_to_differ_from_itself(
    bundle: Bundle, row: list[str], transfers: bool
) -> None:
    call = past(bundle, KeyPresser(row), actions_with(transfers))
    made = shadow([call], lambda _: bundle, lambda _: bundle)
    assert made.same + made.unclear == 1
    assert made.examples == []
