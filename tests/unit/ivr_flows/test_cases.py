"""Test cases: what passes and fails and why; recorded ones pass; written ones tell their line."""

import pytest

from ivr_flows.cases.data import Expect, FlowTest
from ivr_flows.cases.file import SHIPPED_TESTS, cases_in, read_cases
from ivr_flows.cases.record import recorded
from ivr_flows.cases.run import run_test
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.simulation.data import Act, Facts
from ivr_flows.simulation.run import simulate
from tests.unit.ivr_flows.walking import bundle_of, shipped

STEPS = """
hello: {do: say, text: 您好。}
ask: {do: menu, text: 查路况请按1。, keys: {"1": roads, "2": person}}
roads: {do: say, text: 没有封闭。, next: ask}
person: {do: to_agent, skill: etc, text: 请稍候。}
"""
BUNDLE = bundle_of(STEPS)


def failures(acts: str, *expects: dict[str, str]) -> tuple[str, ...]:
    test = FlowTest(
        name="试",
        flow="main",
        acts=[Act(key=key) for key in acts],
        expects=[Expect.model_validate(one) for one in expects],
    )
    return run_test(BUNDLE, test).failures


def test_what_is_as_expected_passes() -> None:
    expects = [
        {"says": "您好"},
        {"says": "查路况"},
        {"says": "没有封闭"},
        {"says": "查路况"},
        {"never_says": "ETC"},
        {"step": "main.roads"},
        {"waits_at": "main.ask"},
    ]
    assert failures("1", *expects) == ()
    assert failures("12", {"ends": "queue", "target": "etc"}, {"ends": "queue"}) == ()


@pytest.mark.parametrize(
    ("acts", "expect", "failure"),
    [
        ("1", {"says": "ETC"}, "应听到“ETC”，最后听到的是“查路况请按1”"),
        ("1", {"never_says": "封闭"}, "应没有听到“封闭”，实际停在 main.ask 等待"),
        ("", {"step": "main.roads"}, "应走过 main.roads，实际停在 main.ask 等待"),
        ("2", {"waits_at": "main.ask"}, "应停在 main.ask 等待，实际转人工：队列 etc"),
        ("2", {"ends": "queue", "target": "common"}, "应以 queue 结束，去 common，实际转人工"),
        ("21", {"step": "main.ask"}, "还有 1 个动作没做，流程已经结束：转人工"),
    ],
)
def test_what_is_otherwise_is_told(acts: str, expect: dict[str, str], failure: str) -> None:
    (told,) = failures(acts, expect)
    assert told.startswith(failure)


def test_words_are_expected_in_their_order() -> None:
    (told,) = failures("1", {"says": "没有封闭"}, {"says": "您好"})
    assert told == "应听到“您好”，却在更早的时候听到"


@pytest.mark.parametrize("every_word", [True, False])
@pytest.mark.parametrize("keys", ["", "1", "12", "11"])
def test_a_recorded_call_passes_as_a_test_and_fails_once_the_flow_differs(
    keys: str, every_word: bool
) -> None:
    acts = [Act(key=key) for key in keys]
    call = simulate(BUNDLE, Facts(), acts)
    test = recorded("录", "main", Facts(), acts, call, every_word=every_word)
    assert run_test(BUNDLE, test).failures == ()
    changed = bundle_of(STEPS.replace("查路况", "问路况").replace("请稍候", "别走开"))
    assert run_test(changed, test).failures != ()


def test_a_test_survives_being_kept() -> None:
    test = recorded("录", "main", Facts(), [], simulate(BUNDLE, Facts(), []), every_word=True)
    assert FlowTest.model_validate_json(test.model_dump_json()) == test


@pytest.mark.parametrize("test", cases_in(SHIPPED_TESTS), ids=lambda test: test.name)
def test_the_shipped_cases_pass(test: FlowTest) -> None:
    assert run_test(shipped(test.flow), test).failures == ()


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("x: 1", "t.yaml:1：cases：缺少 cases，请补上"),
        ("cases:\n  a: 1", "t.yaml:2：cases.a：这里应是"),
        ("cases:\n  a:\n    flow: m\n    expects: []", "t.yaml:4：cases.a.expects：这里不能空着"),
        (
            "cases:\n  a:\n    flow: m\n    expects: [{says: x}]\n    acts:\n      - {ky: '1'}",
            "t.yaml:6：cases.a.acts.0.ky：不认识“ky”",
        ),
        ("cases: {", "t.yaml:1"),
    ],
)
def test_a_mistake_in_a_written_case_is_told_with_its_line(text: str, mistake: str) -> None:
    with pytest.raises(FlowMistakesError) as error:
        read_cases(text, "t.yaml")
    assert any(str(one).startswith(mistake) for one in error.value.mistakes), error.value
