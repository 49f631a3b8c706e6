"""A flow that could lose, hold or bore a caller is refused with the line to mend."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from asterisk_conf.site_file import DEFAULT_SITE, load_site
from ivr_flows.checks import check, findings
from ivr_flows.graph import Graph
from ivr_flows.patience import silent_wait
from ivr_flows.surroundings import Limits, Surroundings
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
        a: {{do: digits, text: 请输入。, sets: x, min: 2, max: 2, empty: c}}
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


@dataclass
class FakeSounds:
    """A voice with some sounds made and some words it cannot say."""

    made: Mapping[str, float] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    def seconds(self, phrase: str) -> float | None:
        return self.made.get(phrase)

    def fault(self, phrase: str) -> str:
        return self.faults.get(phrase, "")


def told(
    steps: str, around: Surroundings | None = None, *, head: str = ""
) -> list[tuple[str, int, str]]:
    """Severity, line and place of what is found."""
    found = findings(bundle_of(steps, head), around)
    return [(one.severity.value, one.line, one.place) for one in found]


@pytest.mark.parametrize("text", ["请按#。", "请按*。", "您好😀。", "さようなら。", "étage。"])
def test_signs_the_voice_would_leave_out_are_told(text: str) -> None:
    assert told(f'a: {{do: say, text: "{text}"}}\n{BYE}') == [("mistake", 5, "steps.a.text")]


@pytest.mark.parametrize(
    "text",
    [
        "G1京哈高速，K12+300至K15（约3公里），限速60公里/小时。",
        "拨打“12328”，早8:30起。",
        "50%的车辆。",
    ],
)
def test_what_the_voice_reads_is_not_told(text: str) -> None:
    assert told(f'a: {{do: say, text: "{text}"}}\n{BYE}') == []


def test_a_phrase_a_person_has_recorded_or_another_voice_says_is_not_told() -> None:
    around = Surroundings(sounds=FakeSounds())
    assert told(f'a: {{do: say, text: "请按#。"}}\n{BYE}', around) == []


def test_the_wait_is_reckoned_with_the_true_length_of_the_made_sounds() -> None:
    bundle = bundle_of(f'a: {{do: menu, text: 请按1。, keys: {{"1": bye}}}}\n{BYE}')
    around = Surroundings(sounds=FakeSounds({"请按1": 7.0}))
    assert silent_wait(Graph(bundle), around) == pytest.approx(3 * (7 + 0.26 + 5), abs=1.0)


def test_limits_are_settings() -> None:
    steps = f'a: {{do: menu, text: 请按1。, keys: {{"1": bye}}}}\n{BYE}'
    assert told(steps, Surroundings(limits=Limits(menu_seconds=0.5))) == [
        ("mistake", 5, "steps.a.text")
    ]
    assert told(steps, Surroundings(limits=Limits(silent_seconds=10))) == [("mistake", 4, "steps")]


def test_a_way_of_too_many_choices_is_told_at_its_farthest_step() -> None:
    menus = "\n".join(
        f'm{n}: {{do: menu, text: 请按1。, keys: {{"1": m{n + 1}}}}}' for n in range(12)
    )
    last = 'm12: {do: menu, text: 请按1。, keys: {"1": bye}}'
    assert told(f"{menus}\n{last}\n{BYE}") == [("mistake", 18, "steps.bye")]
    around = Surroundings(limits=Limits(keys=13))
    assert told(f"{menus}\n{last}\n{BYE}", around) == []


def test_menus_that_only_0_leaves_are_warned_of_where_they_are_entered() -> None:
    steps = """
    a: {do: menu, text: 请按1或2。, keys: {"1": b, "2": bye}}
    b: {do: menu, text: 请按1。, keys: {"1": c}}
    c: {do: menu, text: 请按1。, keys: {"1": b}}
    bye: {do: hang_up}
    """
    assert told(steps) == [("advice", 6, "steps.b")]
    assert mistakes_of(steps) == []


def test_a_queue_the_site_does_not_have_is_told() -> None:
    around = Surroundings(queues=frozenset({"common", "etc"}))
    steps = "a: {do: to_agent, skill: ect}"
    (found,) = findings(bundle_of(steps), around)
    assert found.place == "steps.a.skill"
    assert "common、etc" in found.message
    assert told(steps.replace("ect", "etc"), around) == []
    assert told(steps.replace("ect", "etc"), around, head="person: {skill: nobody}") == [
        ("mistake", 3, "person.skill")
    ]


def test_a_number_that_is_no_service_of_the_site_is_told() -> None:
    """With a step that says the number the caller is served all the same: a warning."""
    around = Surroundings(services={"12395": True, "12306": False})
    assert told('a: {do: transfer, number: "12122"}', around) == [("mistake", 5, "steps.a.number")]
    with_refused = f'a: {{do: transfer, number: "12122", refused: bye}}\n{BYE}'
    assert told(with_refused, around) == [("advice", 5, "steps.a.number")]
    assert told('a: {do: transfer, number: "12306"}', around) == [("advice", 5, "steps.a.number")]
    assert told('a: {do: transfer, number: "12395"}', around) == []


def test_a_calendar_nobody_keeps_is_a_mistake_and_an_unknown_switch_a_warning() -> None:
    around = Surroundings(calendars=frozenset({"centre"}), switches=frozenset({"direct"}))
    branch = (
        'a: {{do: branch, on: {on}, of: {of}, cases: {{"{case}": bye}}, otherwise: bye}}\n{bye}'
    )
    assert told(branch.format(on="hours", of="center", case="open", bye=BYE), around) == [
        ("mistake", 5, "steps.a.of")
    ]
    assert told(branch.format(on="switch", of="direkt", case="on", bye=BYE), around) == [
        ("advice", 5, "steps.a.of")
    ]
    assert told(branch.format(on="hours", of="centre", case="open", bye=BYE), around) == []


def test_a_group_that_cannot_be_kept_is_told() -> None:
    """The caller would be put through to a person, as after any fault of ours."""
    around = Surroundings(groups=frozenset({"direct", "slow"}))
    keep = f"a: {{do: remember, group: slowly}}\n{BYE}"
    assert told(keep, around) == [("mistake", 5, "steps.a.group")]
    asked = f"a: {{do: branch, on: group, cases: {{slowly: bye}}, otherwise: bye}}\n{BYE}"
    assert told(asked, around) == [("advice", 5, "steps.a.cases.slowly")]
    assert told(keep.replace("slowly", "slow"), around) == []


def test_the_shipped_flows_fit_the_shipped_site() -> None:
    site = load_site(DEFAULT_SITE)
    around = Surroundings(
        queues=frozenset(site.queues),
        services={number: one.transfer or one.distress for number, one in site.services.items()},
        calendars=frozenset({"centre"}),
    )
    for name in ("12328", "survey"):
        assert findings(shipped(name), around) == []
