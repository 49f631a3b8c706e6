"""All flows of one version together: which one greets a call, and what is wrong with them."""

import pytest

from agent_desk.menu.difference import difference
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.menu import Menu, main_flows, title_of
from tests.menus import mistakes_in, shipped_texts

HELLO = "flow: hello\ntitle: 问候\nsteps:\n  a: {do: say, text: 您好。}\n  b: {do: hang_up}\n"


def steps(before: str, after: str) -> list[tuple[str, str]]:
    (flow,) = difference({"hello": before}, {"hello": after})
    return [(one.step, one.change) for one in flow.steps]


def test_an_entry_gets_its_own_flow_and_any_other_the_main_one() -> None:
    menu = Menu("7", shipped_texts(hello=HELLO))
    assert menu.flow("hello").name == "hello"
    assert menu.flow("anything").name == "12328"
    assert {bundle.version for bundle in menu.bundles()} == {"7"}
    assert menu.flow("hello") is menu.flow("hello")


def test_a_broken_flow_stands_in_nobody_elses_way() -> None:
    menu = Menu("7", shipped_texts(hello="steps: ["))
    assert menu.flow("survey").name == "survey"
    with pytest.raises(FlowMistakesError):
        menu.flow("hello")
    with pytest.raises(FlowMistakesError):
        menu.bundles()


def test_the_shipped_menu_is_fit_and_its_sub_flows_are_no_main_ones() -> None:
    assert mistakes_in(shipped_texts()) == []
    assert {"12328", "survey"} <= set(main_flows(shipped_texts()))
    assert "etc" not in main_flows(shipped_texts())


@pytest.mark.parametrize("text", ["", "[", "- a", "steps: x", "title: [1]", "\x00", "a: *b"])
def test_a_text_that_is_no_flow_is_told_and_breaks_nothing(text: str) -> None:
    texts = shipped_texts(hello=text)
    assert any("hello.yaml" in mistake for mistake in mistakes_in(texts))
    assert title_of("hello", text) == "hello"
    assert "hello" in main_flows(texts)
    assert difference(texts, shipped_texts())


def test_the_difference_names_what_an_editor_did_to_which_step() -> None:
    moved = HELLO.replace("  a: {do: say, text: 您好。}\n", "") + "  a: {do: say, text: 您好。}\n"
    between = HELLO.replace("  b:", "  c: {do: say, text: 请听。}\n  b:")
    assert steps(HELLO, HELLO) == []
    assert steps(HELLO, HELLO + "# 说明\n") == []
    assert steps(HELLO, HELLO.replace("您好", "你好")) == [("a", "changed")]
    assert steps(HELLO, HELLO.replace("问候", "招呼")) == [("", "changed")]
    assert steps(HELLO, between) == [("a", "moved"), ("c", "added")]
    assert ("a", "moved") in steps(HELLO, moved)
    assert steps(between, HELLO) == [("a", "moved"), ("c", "removed")]
    assert steps(HELLO, "steps: [") == [("", "changed"), ("a", "removed"), ("b", "removed")]
