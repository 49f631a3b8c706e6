"""A flow that could lose, hold or bore a caller is refused with the line to mend."""

import pytest

from ivr_flows.checks import check
from ivr_flows.graph import Graph
from ivr_flows.patience import silent_wait
from tests.unit.ivr_flows.walking import bundle_of, mistakes_of, shipped

BYE = "bye: {do: hang_up}"


@pytest.mark.parametrize("name", ["12328", "survey"])
def test_the_shipped_flows_have_no_mistake(name: str) -> None:
    assert check(shipped(name)) == []


def test_a_way_to_nowhere_is_told_where_it_is_written() -> None:
    found = mistakes_of(
        """
        ask:
          do: menu
          text: 请按1。
          keys:
            "1": bye
            "2": nowhere
        bye: {do: hang_up}
        """
    )
    assert found == [
        "main.yaml:10：steps.ask.keys.2：没有名为“nowhere”的步骤，请改正名称或补上该步骤"
    ]


def test_a_step_nobody_reaches_is_told() -> None:
    found = mistakes_of("a: {do: hang_up}\nb: {do: to_agent}")
    assert found == ["main.yaml:6：steps.b：没有任何途径走到这一步，请接上或删去"]


def test_a_last_step_that_goes_nowhere_is_told() -> None:
    found = mistakes_of("a: {do: say, text: 您好。}")
    assert found == ["main.yaml:5：steps.a：之后没有下一步，请写 next 或在下面补一步"]


def test_a_sub_flow_that_does_not_come_back_to_a_step_is_told_at_its_call() -> None:
    found = mistakes_of("a: {do: subflow, flow: inner}", inner="x: {do: back}")
    assert found == ["main.yaml:5：steps.a：之后没有下一步，请写 next 或在下面补一步"]


def test_a_ring_without_a_question_is_told() -> None:
    found = mistakes_of(
        f"""
        a: {{do: say, text: 您好。}}
        b: {{do: branch, on: switch, of: x, cases: {{"on": bye, "off": a}}}}
        {BYE}
        """
    )
    assert found == [
        "main.yaml:6：steps.b：从这里绕一圈又回到这里，中间没有让来电人按键，请断开"
    ] or found == ["main.yaml:5：steps.a：从这里绕一圈又回到这里，中间没有让来电人按键，请断开"]


def test_an_offer_that_repeats_itself_to_a_silent_caller_is_a_ring() -> None:
    found = mistakes_of("a: {do: offer_message, text: 留言请按1。, next: a}")
    assert any("绕一圈" in line for line in found)


def test_a_message_box_that_records_for_ever_is_a_ring() -> None:
    found = mistakes_of(
        "a: {do: record_message, text: 请留言。, kind: consult, topic: x, next: a}",
    )
    assert any("绕一圈" in line for line in found)


def test_a_ring_through_a_menu_is_fine() -> None:
    assert (
        mistakes_of('a: {do: menu, text: 请按1。, keys: {"1": a, "2": b}}\nb: {do: hang_up}') == []
    )


def test_a_variable_that_is_only_set_on_one_way_is_told() -> None:
    found = mistakes_of(
        f"""
        a: {{do: digits, text: 请输入。, sets: x, min: 1, max: 2, empty: c}}
        c: {{do: say, text: "您输入了{{x}}。"}}
        {BYE}
        """
    )
    assert found == [
        "main.yaml:6：steps.c：走到这里时变量“x”可能还没有值，请先用 digits、choose 等步骤取得"
    ]


def test_a_variable_set_inside_a_sub_flow_counts_after_it() -> None:
    steps = f'a: {{do: subflow, flow: inner}}\nb: {{do: say, text: "是{{x}}"}}\n{BYE}'
    inner = 'q: {do: choose, text: 请按1。, sets: x, answers: {"1": 是}}\nr: {do: back}'
    assert mistakes_of(steps, inner=inner) == []


def test_the_due_day_is_only_known_of_an_open_order() -> None:
    query = "{do: query_order, number: dialled_number, phone: caller_number, not_found: bye}"
    say = '{do: say, text: "最晚{order_due}。"}'
    found = mistakes_of(f"q: {query}\ns: {say}\n{BYE}")
    assert any("order_due" in line for line in found)
    fine = query.replace("not_found", "finished: bye, not_found")
    assert mistakes_of(f"q: {fine}\ns: {say}\n{BYE}") == []


def test_sub_flows_that_call_each_other_are_told() -> None:
    found = mistakes_of(
        f"a: {{do: subflow, flow: one}}\n{BYE}",
        one="a: {do: subflow, flow: two}\nb: {do: back}",
        two="a: {do: subflow, flow: one}\nb: {do: back}",
    )
    assert [line.split("：")[0] for line in found] == ["one.yaml:5", "two.yaml:5"]
    assert all("没完没了" in line for line in found)


def test_back_in_the_main_flow_is_told() -> None:
    (found,) = mistakes_of("a: {do: back}")
    assert "主流程没有可返回的上级" in found


def test_a_menu_nobody_can_remember_is_told() -> None:
    (found,) = mistakes_of(f'a: {{do: menu, text: {"很长的话" * 40}, keys: {{"1": bye}}}}\n{BYE}')
    assert "超过 30 秒" in found


def test_a_flow_that_keeps_a_silent_caller_too_long_is_told() -> None:
    says = "\n".join(f"s{n}: {{do: say, text: {'一二三四五六七八九十' * 5}}}" for n in range(15))
    (found,) = mistakes_of(f"{says}\n{BYE}")
    assert "什么都不按" in found
    assert "超过 180 秒" in found


def test_the_engines_own_phrases_cannot_hold_variables() -> None:
    found = mistakes_of(BYE, head='phrases: {wrong: "错了{x}"}')
    assert len(found) == 1
    assert "只能写固定文字" in found[0]


def test_the_wait_of_a_silent_caller_is_prompts_and_waits_summed() -> None:
    bundle = bundle_of(f'a: {{do: menu, text: 一二三四五六七八九十, keys: {{"1": bye}}}}\n{BYE}')
    assert silent_wait(Graph(bundle)) == pytest.approx(3 * (10 * 0.26 + 5))


def test_a_flow_of_a_thousand_steps_is_checked() -> None:
    steps = [f"s{n}: {{do: branch, on: dialled, cases: {{'1': bye}}}}" for n in range(998)]
    assert mistakes_of("\n".join([*steps, "p: {do: to_agent}", BYE])) == []


def test_sub_flows_that_unfold_beyond_reason_are_refused() -> None:
    calls = "\n".join(f"c{n}: {{do: subflow, flow: NEXT}}" for n in range(12))
    parts = {
        f"level{n}": f"{calls.replace('NEXT', f'level{n + 1}')}\nz: {{do: back}}" for n in range(5)
    }
    found = mistakes_of(f"a: {{do: subflow, flow: level0}}\n{BYE}", **parts, level5="z: {do: back}")
    assert len(found) == 1
    assert "展开后过大" in found[0]
