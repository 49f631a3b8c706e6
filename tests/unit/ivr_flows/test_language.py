"""What an author may write, and how mistakes are told: all at once, with line and remedy."""

from textwrap import dedent

import pytest

from ivr_flows.bundle import gather
from ivr_flows.language.flow import KINDS
from ivr_flows.language.lines import MAX_TEXT
from ivr_flows.language.loader import FlowMistakesError, load

GOOD = """\
flow: main
title: 试验
steps:
  ask:
    do: menu
    text: 请按1。
    keys:
      "1": bye
  bye:
    do: hang_up
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(FlowMistakesError) as caught:
        load(dedent(text), "main.yaml")
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_good_flow_loads_with_its_lines() -> None:
    written = load(GOOD, "main.yaml")
    assert list(written.flow.steps) == ["ask", "bye"]
    assert written.source.line(("steps", "ask", "keys", "1")) == 8


def test_numbers_and_yes_are_converted_where_the_language_wants_them() -> None:
    flow = load(GOOD.replace("    text:", '    wait: "7"\n    text:'), "main.yaml").flow
    assert flow.steps["ask"].model_dump()["wait"] == 7.0


def test_words_that_yaml_would_read_as_false_stay_words() -> None:
    text = GOOD.replace("flow: main", "flow: no").replace("bye", "off")
    assert load(text, "no.yaml").flow.flow == "no"
    assert "off" in load(text, "no.yaml").flow.steps


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    found = mistakes(
        """\
        flow: main
        titel: 试验
        steps:
          ask:
            do: menu
            text: 请按1。
            wait: 很久
            keys:
              "1": bye
          bye:
            do: hangup
          who:
            text: 您好。
        """
    )
    assert found == [
        "main.yaml:1：title：缺少 title，请补上",
        "main.yaml:2：titel：不认识“titel”，请删去或改正拼写",
        "main.yaml:7：steps.ask.wait：“很久”应是数字（秒）",
        "main.yaml:10：steps.bye：没有“hangup”这种步骤；do: 可用 " + "、".join(KINDS),
        "main.yaml:12：steps.who：缺少 do:，请写明步骤种类（" + "、".join(KINDS) + "）",
    ]


def test_0_cannot_be_given_another_meaning() -> None:
    found = mistakes(GOOD.replace('"1": bye', '"0": bye'))
    assert found == [
        "main.yaml:8：steps.ask.keys.0：0 在任何时候都是转人工，不能另作他用，请换一个键"
    ]


def test_two_keys_at_once_are_no_key() -> None:
    (found,) = mistakes(GOOD.replace('"1": bye', '"12": bye'))
    assert "“12”不是可用的按键" in found
    assert found.startswith("main.yaml:8")


@pytest.mark.parametrize("skill", ["Common", "投诉", "a_b", "x" * 32, "a)", "${X}"])
def test_a_queue_name_the_dialplan_would_not_take_is_told(skill: str) -> None:
    (found,) = mistakes(GOOD + f"  who: {{do: to_agent, skill: '{skill}'}}\n")
    assert "不是队列名" in found


def test_a_key_written_twice_is_not_silently_lost() -> None:
    (found,) = mistakes(GOOD.replace('      "1": bye', '      "1": bye\n      "1": ask'))
    assert found == "main.yaml:9：steps.ask.keys：“1”写了两次（第 8 行已有），请删去一个"


def test_a_step_written_twice_is_told() -> None:
    (found,) = mistakes(GOOD + "  ask:\n    do: hang_up\n")
    assert found.startswith("main.yaml:11：steps：“ask”写了两次（第 4 行已有）")


def test_an_ending_has_no_next() -> None:
    (found,) = mistakes(GOOD + "    next: ask\n")
    assert found == "main.yaml:11：steps.bye.next：这种步骤到此结束，不写 next"


def test_the_repeat_key_cannot_also_be_a_choice() -> None:
    (found,) = mistakes(GOOD.replace("    keys:", '    repeat: "1"\n    keys:'))
    assert "按键 1 既是重听又是选项" in found


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("订单{order_no", "花括号没有成对"),
        ("订单{Order No}", "占位符“{Order No}”写法不对"),
        ("，。", "没有可以念的文字"),
    ],
)
def test_a_text_that_cannot_be_said_is_told(text: str, remedy: str) -> None:
    (found,) = mistakes(GOOD.replace("请按1。", f'"{text}"'))
    assert found.startswith("main.yaml:6：steps.ask.text：")
    assert remedy in found


def test_a_strange_branch_value_is_told() -> None:
    (found,) = mistakes(
        GOOD + "  x:\n    do: branch\n    on: hours\n    of: centre\n    cases: {opened: ask}\n"
    )
    assert "没有这种情况：opened；可用：closed、holiday、open" in found


def test_an_impossible_digit_entry_is_told() -> None:
    step = "  x: {do: digits, text: 请输入。, sets: x, min: 4, max: 2}\n"
    (found,) = mistakes(GOOD + step)
    assert "min 4 大于 max 2" in found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "只是一句话",
        "- a\n- b\n",
        "flow: [",
        "flow: main\n\tsteps: x\n",
        "a: &a [*a]\n",
        "a: &a x\nb: *a\n",
        "{" * 5000,
        "[" * 100_000,
        "? [a, b]\n: c\n",
        "a: !!python/object/apply:os.system ['true']\n",
        "flow: \x00\n",
        "\ufffe",
        "steps: {}\nflow: main\ntitle: x\n",
        "x" * (MAX_TEXT + 1),
        "flow: main\ntitle: t\nsteps:\n" + "".join(f"  s{n}: {{do: back}}\n" for n in range(1001)),
    ],
)
def test_hostile_text_is_told_and_never_breaks_the_loader(text: str) -> None:
    with pytest.raises(FlowMistakesError) as caught:
        load(text, "x.yaml")
    assert all(mistake.line >= 1 and mistake.message for mistake in caught.value.mistakes)


def test_no_message_is_left_in_english() -> None:
    found = mistakes(
        """\
        flow: [a]
        title: {b: c}
        mistakes: many
        person: {priority: "101", skill: "a b"}
        steps:
          a: [x]
          b: {do: digits, text: "", sets: Big, min: "0", max: x, sensitive: perhaps, read_as: loud}
          c: {do: menu, text: 好, keys: {}, wait: "99"}
          d: {do: transfer, number: abc}
          e: {do: subflow, flow: "a b"}
          f: {do: lookup, what: faq}
          g: {do: branch, on: moon, cases: x}
          h: {do: digits, text: 好, sets: h, min: "1", max: "2", most: much}
        """
    )
    for line in found:
        message = line.split("：", 2)[-1]
        assert any("\u4e00" <= char <= "\u9fff" for char in message), line
    assert len(found) >= 18


def test_missing_sub_flows_and_wrong_names_are_told() -> None:
    texts = {
        "main": "flow: main\ntitle: t\nsteps:\n  a: {do: subflow, flow: gone}\n"
        "  b: {do: subflow, flow: other}\n  c: {do: hang_up}\n",
        "other": "flow: another\ntitle: t\nsteps:\n  a: {do: back}\n",
    }
    with pytest.raises(FlowMistakesError) as caught:
        gather("main", texts.get)
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        "main.yaml:4：steps.a.flow：没有名为“gone”的子流程文件",
        "other.yaml:1：flow：名称应与文件名一致：other",
    ]


def test_the_version_follows_every_text_of_the_bundle() -> None:
    main = "flow: main\ntitle: t\nsteps:\n  a: {do: subflow, flow: sub}\n  b: {do: hang_up}\n"
    sub = "flow: sub\ntitle: t\nsteps:\n  a: {do: back}\n"
    first = gather("main", {"main": main, "sub": sub}.get)
    same = gather("main", {"main": main, "sub": sub}.get)
    other = gather("main", {"main": main, "sub": sub + "# 改\n"}.get)
    assert first.version == same.version != other.version
