"""A made-up call goes as a real one would, is told step by step, and stands where its acts end."""

import pytest
from pydantic import ValidationError

from ivr_flows.interfaces import HangUp, Hours, Reason, ToNumber, ToQueue
from ivr_flows.simulation.caller import Did, Wants
from ivr_flows.simulation.data import Act, Facts, OrderFact
from ivr_flows.simulation.run import Simulation, simulate
from tests.unit.ivr_flows.walking import bundle_of, shipped

FLOW = shipped()


def went(*acts: str, **facts: object) -> Simulation:
    """Through the shipped menu: keys, `~` silence, `×` hang up, other words are spoken."""
    return simulate(FLOW, Facts(**facts), [act(one) for one in acts])  # type: ignore[arg-type]


def act(text: str) -> Act:
    if text == "~":
        return Act(silence=True)
    if text == "×":
        return Act(hang_up=True)
    return Act(key=text) if set(text) <= set("0123456789*#") else Act(words=text)


def test_without_acts_the_call_stands_at_the_first_question() -> None:
    call = went()
    assert call.ending is None
    assert call.waiting is not None
    assert (call.waiting.flow, call.waiting.step) == ("12328", "main")
    assert (call.waiting.wants, call.waiting.seconds) == (Wants.WORDS, 5.0)
    assert [option.key for option in call.waiting.options] == [*"12345678*90"]
    assert call.lines[-1].did is Did.SAID
    assert call.lines[-1].text.startswith("水上遇险请按8")
    assert [one.step for one in call.path][:2] == ["announcement", "direct_mode"]


def test_more_acts_only_add_to_what_was() -> None:
    """Stateless: the whole history each time gives the same beginning each time."""
    before, after = went("6"), went("6", "2", "5195")
    assert after.lines[: len(before.lines)] == before.lines
    assert after.waiting is not None
    assert (after.waiting.step, after.waiting.wants) == ("number", Wants.ENTRY)


def test_an_ending_is_told_with_the_words_that_lead_to_it() -> None:
    call = went("4")
    assert call.ending == ToQueue("common", 0, Reason.CHOSEN)
    assert call.waiting is None
    assert [(line.did, line.step) for line in call.lines[-2:]] == [
        (Did.KEY, "main"),
        (Did.SAID, "suggestion"),
    ]


def test_silence_is_three_times_silence_before_a_person_comes() -> None:
    assert went("~", "~").ending is None
    call = went("~", "~", "~")
    assert call.ending == ToQueue("common", 0, Reason.SILENCE)
    assert call.seconds > 60


def test_facts_decide() -> None:
    assert went("8").ending is None or went("8").ending == ToQueue("common", 100, Reason.CHOSEN)
    assert went("8", transfers=["12395"]).ending == ToNumber("12395")
    assert went(switches=["direct"]).ending == ToQueue("common", 0, Reason.CHOSEN)
    assert went(failing=True).ending == ToQueue("common", 0, Reason.FAILURE)
    assert "雪" in went(announcement="大雪。").said[0]


def test_an_order_is_found_by_its_number_and_phone() -> None:
    order = OrderFact(order_no="JT2101002026112851952743", phone="13900001111")
    mine = went("6", "1", "2743", orders=[order], caller="13900001111")
    assert any("目前正在办理" in text for text in mine.said)
    other = went("6", "1", "2743", orders=[order])
    assert any("没有查到" in text for text in other.said)


def test_what_would_be_kept_is_told_and_a_hang_up_ends() -> None:
    call = went("5", "#", "1", "#", "手机落在后座上了", "×")
    assert call.happened[0].startswith("建立草稿工单：财物遗失")
    assert call.happened[1].startswith("短信：工单编号")
    assert call.ending is not None
    assert call.path[-1].outcome == "gone"


def test_what_the_engine_keeps_of_a_hang_up_has_not_happened_while_the_call_waits() -> None:
    """The flow opens a draft for who hangs up half-way; here nobody has."""
    assert went("5", "123#").happened == ()
    assert went("5", "123#", "×").happened[0].startswith("建立草稿工单")


def test_a_key_pressed_into_the_words_skips_them() -> None:
    bundle = bundle_of("a: {do: say, text: 很长的话。}\nb: {do: hang_up}")
    call = simulate(bundle, Facts(), [Act(key="0", early=True)])
    assert call.ending == ToQueue("", 0, Reason.ASKED)
    assert simulate(bundle, Facts(), [Act(key="#", early=True)]).ending == HangUp()


def test_a_calendar_may_be_closed() -> None:
    steps = """
    a: {do: branch, on: hours, of: centre, cases: {closed: out}, otherwise: in}
    in: {do: hang_up, text: 开着。}
    out: {do: hang_up, text: 关了。}
    """
    closed = simulate(bundle_of(steps), Facts(hours={"centre": Hours.CLOSED}), [])
    assert (closed.said, simulate(bundle_of(steps), Facts(), []).said) == (("关了",), ("开着",))


def test_acts_beyond_the_end_are_counted() -> None:
    assert went("3", "1").unused == 1


@pytest.mark.parametrize("wrong", [{}, {"key": "1", "silence": True}, {"key": "A"}, {"speak": "x"}])
def test_an_act_is_exactly_one_thing(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Act.model_validate(wrong)
