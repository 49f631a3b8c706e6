"""What each kind of step does with what a caller does, and how a caller is never lost."""

import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr_flows.engine.walk import MAX_STEPS, walk
from ivr_flows.interfaces import (
    CallerGone,
    CallFacts,
    Gone,
    HangUp,
    Hours,
    LeaveMessage,
    Reason,
    Sentence,
    ToQueue,
    VoiceMessage,
)
from tests.fakes.business import ORDER, FakeActions, FakeJournal
from tests.fakes.caller import HANGS_UP, QUIET, FakeCaller
from tests.unit.ivr_flows.walking import CALLER, bundle_of, walked

BYE = "bye: {do: hang_up, text: 再见。}"
CODE = "code: {do: digits, text: 请输入编号。, sets: code, min: 3, max: 5, between: 2}"
SAY = 'said: {do: say, text: "编号是{code}。"}'


def test_words_are_said_in_order_and_the_flow_ends() -> None:
    call = walked(bundle_of(f"a: {{do: say, text: 您好。}}\n{BYE}"))
    assert call.caller.heard == ["您好", "再见"]
    assert call.ending == HangUp()
    assert call.journal.steps == [("a", "", "said"), ("bye", "", "hang_up")]


def test_every_entry_names_flow_version_moment_and_length() -> None:
    bundle = bundle_of(f"a: {{do: say, text: 一二三四五。}}\n{BYE}")
    entry = walked(bundle).journal.entries[0]
    assert (entry.flow, entry.version, entry.kind) == ("main", bundle.version, "say")
    assert entry.at == datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
    assert entry.seconds == pytest.approx(5 * 0.26)


def test_an_entry_ends_by_length_by_hash_or_by_a_pause() -> None:
    bundle = bundle_of(f"{CODE}\n{SAY}\n{BYE}")
    for keys, said in [("12345", "幺二三四五"), ("123#", "幺二三"), ("1234" + QUIET, "幺二三四")]:
        assert f"编号是{said}" in walked(bundle, [("请输入", keys)]).heard


def test_star_begins_an_entry_anew() -> None:
    call = walked(bundle_of(f"{CODE}\n{SAY}\n{BYE}"), [("请输入", "99*123#")])
    assert "编号是幺二三" in call.heard


def test_an_entry_begun_anew_for_ever_is_a_mistake() -> None:
    call = walked(bundle_of(f"{CODE}\n{BYE}"), [("请输入", "*" * 100)] * 3)
    assert call.ending == ToQueue("", 0, Reason.MISTAKES)


def test_an_entry_too_short_is_a_mistake() -> None:
    call = walked(
        bundle_of(f"{CODE}\n{BYE}"), [("请输入", "12#"), ("请输入", "1#"), ("请输入", "1#")]
    )
    assert call.ending == ToQueue("", 0, Reason.MISTAKES)
    assert call.heard.count("输入有误") == 2


@pytest.mark.parametrize("keys", ["0" + QUIET, "0#", "10" + QUIET, "10#"])
def test_0_as_the_last_key_of_an_unfit_entry_means_a_person(keys: str) -> None:
    call = walked(bundle_of(f"{CODE}\n{BYE}"), [("请输入", keys)])
    assert call.ending == ToQueue("", 0, Reason.ASKED)


def test_0_inside_a_fitting_entry_is_a_digit() -> None:
    call = walked(bundle_of(f"{CODE}\n{SAY}\n{BYE}"), [("请输入", "100#")])
    assert "编号是幺零零" in call.heard


def test_0_means_a_person_at_once_where_no_entry_begins_with_it() -> None:
    step = CODE.replace("between: 2", 'between: 2, leading_zero: "no"')
    call = walked(bundle_of(f"{step}\n{BYE}"), [("请输入", "0")])
    assert call.ending == ToQueue("", 0, Reason.ASKED)
    assert call.journal.entries[-1].seconds == 0


def test_a_sensitive_entry_is_masked_in_the_journal_but_known_to_the_flow() -> None:
    step = CODE.replace("between: 2", 'sensitive: "yes"')
    call = walked(bundle_of(f"{step}\n{SAY}\n{BYE}"), [("请输入", "12345")])
    assert call.journal.steps[0] == ("code", "•••••", "entered")
    assert "幺二三四五" in call.heard


def test_a_chosen_answer_can_be_said() -> None:
    step = 'a: {do: choose, text: 请选择。, sets: when, answers: {"1": 今天, "2": 昨天}}'
    call = walked(
        bundle_of(f'{step}\nb: {{do: say, text: "是{{when}}。"}}\n{BYE}'), [("请选", "2")]
    )
    assert "是昨天" in call.heard


def test_a_success_forgives_earlier_mistakes() -> None:
    bundle = bundle_of('a: {do: menu, text: 请按1。, keys: {"1": a}}')
    script = [("请按1", "5"), ("请按1", "5"), ("请按1", "1"), ("请按1", "5"), ("请按1", "5")]
    assert walked(bundle, script).heard.count("请按1") == 6


def test_the_flow_says_how_many_mistakes_are_too_many() -> None:
    bundle = bundle_of('a: {do: menu, text: 请按1。, keys: {"1": a}}', head='mistakes: "1"')
    assert walked(bundle, [("请按1", "5")]).ending == ToQueue("", 0, Reason.MISTAKES)


def test_going_round_and_round_ends_with_a_person() -> None:
    bundle = bundle_of('a: {do: menu, text: 请按1。, keys: {"1": a}, repeat: "9"}')
    for key in "19":
        call = walked(bundle, [("请按1", key)] * MAX_STEPS)
        assert call.ending == ToQueue("", 0, Reason.LOOP)


@pytest.mark.parametrize(
    ("branch", "answers", "went"),
    [
        ("on: hours, of: x, cases: {closed: hit}", {"calendars": {"x": Hours.CLOSED}}, "closed"),
        ("on: hours, of: x, cases: {closed: hit}", {"calendars": {"x": Hours.OPEN}}, "otherwise"),
        ('on: switch, of: x, cases: {"on": hit}', {"switches": {"x"}}, "on"),
        ('on: switch, of: x, cases: {"on": hit}', {}, "otherwise"),
        ("on: group, cases: {vip: miss, taxi: hit}", {"groups": {"a", "taxi"}}, "taxi"),
        ("on: group, cases: {taxi: hit}", {}, "otherwise"),
        ('on: dialled, cases: {"12328": hit}', {}, "12328"),
        ("on: transfer, of: '12306', cases: {allowed: hit}", {"transfers": {"12306"}}, "allowed"),
        ("on: transfer, of: '12306', cases: {refused: hit}", {}, "refused"),
        (f'on: variable, of: caller_number, cases: {{"{CALLER}": hit}}', {}, CALLER),
    ],
)
def test_a_branch_goes_by_a_fact(branch: str, answers: dict[str, object], went: str) -> None:
    bundle = bundle_of(f"b: {{do: branch, {branch}}}\nmiss: {{do: hang_up}}\nhit: {{do: to_agent}}")
    actions = FakeActions()
    for name, value in answers.items():
        setattr(actions, name, value)
    call = walked(bundle, [], actions)
    assert call.journal.steps[0] == ("b", "", went)
    assert isinstance(call.ending, HangUp if went == "otherwise" else ToQueue)


def test_an_order_found_can_be_read_out_and_a_finished_one_goes_its_own_way() -> None:
    steps = """
    q: {do: query_order, number: dialled_number, phone: caller_number, finished: f, not_found: n}
    o: {do: hang_up, text: "{order_no}目前{order_state}，{order_due}前答复。"}
    f: {do: hang_up, text: "{order_state}，{order_accepted}受理。"}
    n: {do: hang_up, text: 没有查到。}
    """
    for order, heard in [
        (ORDER, "目前正在办理，十二月十一日前答复"),
        (replace(ORDER, due_on=None, state="已经办结"), "已经办结，十一月二十八日受理"),
        (None, "没有查到"),
    ]:
        actions = FakeActions()
        if order is not None:
            actions.orders["12328", CALLER] = order
        assert heard in walked(bundle_of(steps), [], actions).heard


def test_a_recorded_message_becomes_a_draft_with_all_that_was_entered() -> None:
    record = "r: {do: record_message, text: 请留言。, kind: complaint, topic: 拒载}"
    bundle = bundle_of(f'{CODE}\n{record}\ns: {{do: say, text: "{{order_no}}"}}\n{BYE}')
    call = walked(bundle, [("请输入", "123#")], messages=[VoiceMessage("s1", 8.0, "#")])
    (draft,) = call.actions.drafts
    assert (draft.kind, draft.topic, draft.answers) == ("complaint", "拒载", {"code": "123"})
    assert call.ending == HangUp()


def test_silence_instead_of_a_message_is_asked_again_and_then_a_person() -> None:
    bundle = bundle_of(f"r: {{do: record_message, text: 请留言。, kind: consult, topic: x}}\n{BYE}")
    call = walked(bundle)
    assert call.ending == ToQueue("", 0, Reason.SILENCE)
    assert call.heard.count("没有听到您的留言") == 2
    assert call.actions.drafts == []


def test_0_while_recording_keeps_what_was_said_and_reaches_a_person() -> None:
    bundle = bundle_of(f"r: {{do: record_message, text: 请留言。, kind: consult, topic: x}}\n{BYE}")
    call = walked(bundle, messages=[VoiceMessage("s1", 8.0, "0")])
    assert call.ending == ToQueue("", 0, Reason.ASKED)
    assert len(call.actions.drafts) == 1


def test_a_message_that_cannot_be_kept_leads_to_a_person() -> None:
    bundle = bundle_of(f"r: {{do: record_message, text: 请留言。, kind: consult, topic: x}}\n{BYE}")
    actions = FakeActions()
    actions.fault = OSError("no database")
    call = walked(bundle, [], actions, messages=[VoiceMessage("s1", 8.0, "#")])
    assert call.ending == ToQueue("", 0, Reason.FAILURE)
    assert "系统暂时繁忙" in call.heard


@pytest.mark.parametrize(
    ("key", "ending"), [("1", LeaveMessage()), ("3", HangUp()), ("", HangUp())]
)
def test_voice_mail_is_only_taken_by_1(key: str, ending: object) -> None:
    bundle = bundle_of(f"o: {{do: offer_message, text: 留言请按1。}}\n{BYE}")
    assert walked(bundle, [("留言", key)]).ending == ending


def test_the_rating_is_kept_even_when_the_caller_hangs_up_afterwards() -> None:
    bundle = bundle_of(f"s: {{do: survey, text: 请评价。, question: service}}\n{BYE}")
    call = walked(bundle, [("请评价", "2"), ("再见", HANGS_UP)])
    assert call.actions.ratings == [("service", 2)]


def test_a_hang_up_is_an_ending_at_every_step() -> None:
    bundle = bundle_of(f"{CODE}\n{SAY}\n{BYE}")
    for script in (
        [("请输入", HANGS_UP)],
        [("请输入", "12" + HANGS_UP)],
        [("请输入", "123#" + HANGS_UP)],
    ):
        call = walked(bundle, script)
        assert call.ending == Gone()
        assert call.journal.steps[-1][-1] == "gone"


def test_0_during_the_words_before_an_agent_only_means_quickly() -> None:
    bundle = bundle_of("a: {do: to_agent, skill: etc, priority: '5', text: 正在转接。}")
    assert walked(bundle, [("正在转接", "0")]).ending == ToQueue("etc", 5, Reason.CHOSEN)


def test_sub_flows_nest_share_what_is_known_and_come_back() -> None:
    call = walked(
        bundle_of(
            f'a: {{do: subflow, flow: one}}\nb: {{do: say, text: "是{{x}}。"}}\n{BYE}',
            one="p: {do: subflow, flow: two}\nq: {do: say, text: 回到一。}\nr: {do: back}",
            two='s: {do: choose, text: 请按。, sets: x, answers: {"1": 甲}}\nt: {do: back}',
        ),
        [("请按", "1")],
    )
    assert call.caller.heard[1:] == ["回到一", "是甲", "再见"]
    assert [entry.flow for entry in call.journal.entries] == [
        "main",
        "one",
        "two",
        "two",
        *["one"] * 2,
        *["main"] * 2,
    ]


@pytest.mark.parametrize(
    "steps",
    [
        'a: {do: say, text: "{never_set}"}\nb: {do: hang_up}',
        "a: {do: branch, on: hours, of: unknown, cases: {open: b}}\nb: {do: hang_up}",
        "a: {do: say, text: 您好。}",
        "a: {do: say, text: 您好。, next: nowhere}",
        "a: {do: back}",
    ],
    ids=["unset variable", "unknown calendar", "runs out", "no such step", "nowhere to go back to"],
)
def test_a_faulty_flow_that_slipped_through_leads_to_a_person(
    steps: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert walked(bundle_of(steps)).ending == ToQueue("", 0, Reason.FAILURE)
    assert caplog.records


def test_a_broken_journal_loses_entries_but_no_caller(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        call = walked(bundle_of(BYE), journal=FakeJournal(broken=True))
    assert call.ending == HangUp()
    assert "journal entry of step bye lost" in caplog.text


class DeafTelephone(FakeCaller):
    """A line whose every word fails."""

    def say(self, sentence: Sentence, keys: str) -> str | None:
        raise OSError("socket broken", sentence, keys)


class GoneBetween(FakeCaller):
    """Hangs up exactly while being told that a person comes."""

    def say(self, sentence: Sentence, keys: str) -> str | None:
        if not keys:
            raise CallerGone
        return super().say(sentence, keys)


@pytest.mark.parametrize(
    ("caller", "ending"),
    [
        (DeafTelephone(), ToQueue("", 0, Reason.FAILURE)),
        (GoneBetween([("再见", "0")]), Gone()),
    ],
)
def test_a_broken_line_still_ends_in_a_typed_ending(caller: FakeCaller, ending: object) -> None:
    call = CallFacts(CALLER, "12328")
    assert walk(bundle_of(BYE), call, caller, FakeActions(), FakeJournal(), caller.clock) == ending


@pytest.mark.parametrize("number", ["", "${EXTEN}", '"\n\r0', "🚕" * 3000, "'; drop table"])
def test_a_hostile_callers_number_is_only_ever_words(number: str) -> None:
    bundle = bundle_of(f'a: {{do: say, text: "来电{{caller_number}}。"}}\n{BYE}')
    caller = FakeCaller()
    call = CallFacts(number, "12328")
    ending = walk(bundle, call, caller, FakeActions(), FakeJournal(), caller.clock)
    assert ending == HangUp()


def test_a_notice_with_braces_is_said_as_it_stands() -> None:
    actions = FakeActions()
    actions.roads = ("G1{封闭}。",)
    bundle = bundle_of(f"a: {{do: lookup, what: road_notices}}\n{BYE}")
    assert "G1{封闭}。" in walked(bundle, [], actions).heard
