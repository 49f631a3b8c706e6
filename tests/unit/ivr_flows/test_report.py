"""One report of a set of texts: findings of all flows, figures of the fit ones, tests run."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr_flows.cases.data import Expect, FlowTest
from ivr_flows.report import report
from ivr_flows.simulation.data import Act
from ivr_flows.store import SHIPPED

TEXTS = {path.stem: path.read_text("utf-8") for path in SHIPPED.glob("*.yaml")}
HEARS_COMPLAINT = FlowTest(
    name="投诉",
    flow="12328",
    acts=[Act(key="3")],
    expects=[Expect(ends="queue", target="complaint")],
)


def test_the_shipped_flows_are_fit_and_measured() -> None:
    made = report(TEXTS, [HEARS_COMPLAINT])
    assert made.fit
    assert [one for one in made.findings if one.severity == "mistake"] == []
    main, survey = made.main
    assert (main.name, survey.name) == ("12328", "survey")
    assert 60 < main.longest_seconds_to_person < 180
    assert 3 <= main.keys_to_person <= 12
    assert made.tests[0].passed


def test_a_mistake_makes_it_unfit_and_its_tests_are_not_run() -> None:
    broken = {**TEXTS, "12328": TEXTS["12328"].replace('"3": complaint', '"3": nowhere')}
    made = report(broken, [HEARS_COMPLAINT])
    assert not made.fit
    assert {one.flow for one in made.findings if one.severity == "mistake"} == {"12328"}
    assert [one.name for one in made.main] == ["survey"]
    assert made.tests[0].failures == ("流程有错误，没有运行",)


def test_a_failed_test_alone_makes_it_unfit() -> None:
    moved = {**TEXTS, "complaint": TEXTS["complaint"].replace("skill: complaint", "skill: common")}
    made = report(moved, [HEARS_COMPLAINT])
    assert not made.fit
    assert "实际转人工：队列 common" in made.tests[0].failures[0]


def test_a_faulty_sub_flow_is_told_once_and_no_other_is_called_forgotten() -> None:
    made = report({**TEXTS, "etc": "flow: etc\ntitle: x\nsteps: {a: {do: fly}}\n"})
    assert {one.flow for one in made.findings} == {"etc"}
    assert len(made.findings) == 1


def test_a_sub_flow_nobody_calls_is_a_warning() -> None:
    lonely = "flow: lonely\ntitle: x\nsteps: {a: {do: back}}\n"
    made = report({**TEXTS, "lonely": lonely})
    assert made.fit
    assert [(one.flow, one.severity.value) for one in made.findings if one.flow == "lonely"] == [
        ("lonely", "advice")
    ]


def test_flows_that_only_call_each_other_are_told_to_be_a_ring() -> None:
    steps = "{a: {do: subflow, flow: OTHER}, b: {do: back}}"
    ring = {
        name: f"flow: {name}\ntitle: x\nsteps: {steps.replace('OTHER', other)}\n"
        for name, other in (("one", "two"), ("two", "one"))
    }
    assert any("没完没了" in one.message for one in report(ring).findings)


def test_no_texts_are_a_report_too() -> None:
    made = report({}, [HEARS_COMPLAINT])
    assert made.tests[0].failures == ("没有名为“12328”的流程",)


PIECES = st.sampled_from(
    [
        "\n",
        "  ",
        ":",
        "{",
        "}",
        '"',
        "*",
        "&a",
        "- ",
        "#",
        "\t",
        "0",
        "do:",
        "next: ",
        "\x00",
        "main",
    ]
)
EDIT = st.tuples(
    st.sampled_from(sorted(TEXTS)),
    st.floats(0, 1),
    st.integers(0, 60),
    st.one_of(PIECES, st.text(max_size=12)),
)


@given(edits=st.lists(EDIT, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_edits_of_any_flows_give_a_report_with_lines_that_exist(
    edits: list[tuple[str, float, int, str]],
) -> None:
    texts = dict(TEXTS)
    for name, where, length, instead in edits:
        start = int(where * len(texts[name]))
        texts[name] = texts[name][:start] + instead + texts[name][start + length :]
    made = report(texts, [HEARS_COMPLAINT])
    for one in made.findings:
        assert one.message
        assert 1 <= one.line <= len(texts.get(one.flow, "").splitlines()) + 1


def large(steps: int) -> str:
    """A tree of menus with as many steps, seven keys each."""
    every: dict[str, dict[str, object]] = {
        f"m{n}": {
            "do": "menu",
            "text": f"第{n}层，请按1到7，转人工请按8，再见请按9。",
            "keys": {str(key): f"m{(n * 7 + key) % steps}" for key in range(1, 8)}
            | {"8": "out", "9": "end"},
        }
        for n in range(steps)
    }
    last = {"out": {"do": "to_agent"}, "end": {"do": "hang_up"}}
    flow = {"flow": "main", "title": "大", "steps": every | last}
    return json.dumps(flow, ensure_ascii=False, indent=1)


def test_a_flow_of_two_hundred_steps_is_proved_whole() -> None:
    made = report({"main": large(198)})
    assert made.fit, made.findings
    assert made.main[0].steps == 200
