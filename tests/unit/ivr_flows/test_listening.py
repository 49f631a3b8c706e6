"""A step that hears words: by words or keys to the same place, and never stuck for want of ears."""

import pytest

from ivr_flows.bundle import Bundle
from ivr_flows.draw import mermaid
from ivr_flows.interfaces import Reason, ToQueue
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.prompts.build import sentences
from tests.fakes.caller import HANGS_UP, MUMBLES, QUIET
from tests.unit.ivr_flows.walking import Walked, bundle_of, mistakes_of, walked

MENU = """
main:
  do: listen
  text: 请说要办的事，查路况也可以按1，投诉按3。
  keys: {"1": roads, "3": complaint}
  repeat: "9"
  intents:
    taxi:
      title: 投诉出租车
      phrases: [我要投诉出租车, 投诉出租车]
      sets: {kind: complaint, topic: 出租车}
      next: complaint
    road:
      title: 查询{road}
      phrases: ["{road}路况", "查询{road}"]
      next: one_road
  slots: {road: road}
roads: {do: to_agent, skill: roads}
one_road:
  do: say
  text: 您要查{road}。
  next: roads
complaint: {do: to_agent, skill: complaint}
"""
ENTRY = """
plate:
  do: digits
  text: 请说车牌号，或者输入其中的数字。
  sets: plate
  min: 3
  max: 6
  spoken: plate
told: {do: say, text: "车牌{plate}。"}
thanks: {do: hang_up}
"""


def menu() -> Bundle:
    bundle = bundle_of(MENU)
    assert mistakes_of(MENU) == []
    return bundle


def skill(walk: Walked) -> str:
    assert isinstance(walk.ending, ToQueue)
    return walk.ending.skill


def test_one_sentence_goes_the_whole_way_with_kind_and_topic_set() -> None:
    walk = walked(menu(), [("请说", "我要投诉出租车")])
    assert skill(walk) == "complaint"
    entry = walk.journal.entries[0]
    assert (entry.said, entry.outcome, entry.key) == ("我要投诉出租车", "taxi", "")
    assert entry.learned == {"kind": "complaint", "topic": "出租车"}
    assert "对吗" not in walk.heard


def test_keys_lead_where_words_lead() -> None:
    walk = walked(menu(), [("请说", "3")])
    assert skill(walk) == "complaint"
    assert walk.journal.entries[0].key == "3"
    assert walk.journal.entries[0].said == ""


def test_a_slot_is_read_back_in_the_next_sentence() -> None:
    walk = walked(menu(), [("请说", "查询G一")])
    assert "您要查京哈高速" in walk.heard
    assert walk.journal.entries[0].learned == {"road": "京哈高速", "road_no": "1"}


@pytest.mark.parametrize("yes", ["对", "是的", "1"])
def test_what_is_unsure_is_asked_back_by_words_or_keys(yes: str) -> None:
    script = [("请说", "京哈高速路况"), ("您是要查询京哈高速，对吗", yes)]
    walk = walked(menu(), script, confidence=0.75)
    assert "您要查京哈高速" in walk.heard


@pytest.mark.parametrize("no", ["不对", "2"])
def test_what_was_not_meant_is_asked_again(no: str) -> None:
    script = [("请说", "京哈高速路况"), ("对吗", no), ("再说一次", ""), ("请说", "3")]
    walk = walked(menu(), script, confidence=0.75)
    assert skill(walk) == "complaint"


def test_no_answer_to_the_question_is_asked_once_more_and_then_a_no() -> None:
    script = [("请说", "京哈高速路况"), ("对吗", QUIET), ("对吗", QUIET), ("请说", "1")]
    walk = walked(menu(), script, confidence=0.75)
    assert skill(walk) == "roads"


def test_three_misses_go_on_by_keys_and_three_wrong_keys_to_a_person() -> None:
    mumbling = [("请说", MUMBLES)] * 3
    walk = walked(menu(), [*mumbling, ("按键选择", ""), ("请说", "3")])
    assert skill(walk) == "complaint"
    assert walk.journal.entries[0].said == "… … …"
    walk = walked(menu(), [*mumbling, ("按键选择", ""), *([("请说", "7")] * 3)])
    assert isinstance(walk.ending, ToQueue)
    assert walk.ending.reason is Reason.MISTAKES


def test_silence_leads_to_a_person_as_in_a_menu() -> None:
    walk = walked(menu(), [])
    assert isinstance(walk.ending, ToQueue)
    assert walk.ending.reason is Reason.SILENCE


def test_without_a_recogniser_the_same_step_goes_by_keys_and_nothing_is_said_twice() -> None:
    walk = walked(menu(), [("请说", "1")], deaf=True)
    assert skill(walk) == "roads"
    assert walk.caller.heard.count(walk.caller.heard[0]) == 1


@pytest.mark.parametrize("wish", ["转人工", "人工服务", "0"])
def test_a_person_is_one_word_or_key_away_in_every_menu_of_such_a_flow(wish: str) -> None:
    flow = MENU.replace(
        "one_road:\n  do: say", 'one_road:\n  do: menu\n  keys: {"1": roads}'
    ).replace("  next: roads\ncomplaint", "complaint")
    for script in ([("请说", wish)], [("请说", "查询G1"), ("您要查", wish)]):
        walk = walked(bundle_of(flow), script)
        assert isinstance(walk.ending, ToQueue)
        assert walk.ending.reason is Reason.ASKED


def test_9_says_it_again_without_being_a_mistake() -> None:
    walk = walked(
        menu(), [("请说", "9"), ("请说", "9"), ("请说", "9"), ("请说", "9"), ("请说", "1")]
    )
    assert skill(walk) == "roads"


def test_a_plate_is_heard_whole_and_always_read_back() -> None:
    walk = walked(
        bundle_of(ENTRY), [("请说车牌", "辽A幺二三四五"), ("您说的是辽A幺二三四五，对吗", "对")]
    )
    assert "车牌，辽A幺二三四五" in walk.heard.replace("车牌辽", "车牌，辽")
    assert walk.journal.entries[0].said == "辽A幺二三四五 对"


def test_an_entry_may_be_keyed_where_it_may_be_said_and_0_stays_a_digit() -> None:
    walk = walked(bundle_of(ENTRY), [("请说车牌", "104#")])
    assert "幺零四" in walk.heard
    assert walk.journal.entries[0].key == "104#"
    walk = walked(bundle_of(ENTRY), [("请说车牌", "012#")])
    assert "零幺二" in walk.heard


def test_an_entry_misheard_three_times_goes_by_keys() -> None:
    script = [("请说车牌", "辽A幺二三四五"), ("对吗", "不对")] * 3
    walk = walked(bundle_of(ENTRY), [*script, ("按键", ""), ("请说车牌", "123#")])
    assert "幺二三" in walk.heard


def test_what_is_secret_is_bullets_in_the_journal() -> None:
    flow = ENTRY.replace("spoken: plate", "spoken: digits\n  sensitive: yes")
    walk = walked(bundle_of(flow), [("请说车牌", "一二三四"), ("对吗", "1")])
    assert walk.journal.entries[0].said == "••••"
    assert walk.journal.entries[0].key == "•"


def test_a_hang_up_while_speaking_is_an_ending() -> None:
    walk = walked(menu(), [("请说", HANGS_UP)])
    assert walk.journal.steps == [("main", "", "gone")]


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("slots: {road: road}", "", "没有写在 slots 里"),
        ("phrases: [我要投诉出租车, 投诉出租车]", 'phrases: ["，。"]', "没有可以说的字"),
        ("title: 查询{road}", "title: 查询{place}", "不是每种说法都有"),
        ("我要投诉出租车, 投诉", "京哈高速路况, 投诉", "同时属于"),
        ("taxi:", '"1":', "不能作意图的名称"),
        ("{road: road}", "{road: street}", "不可用"),
        ("{road: road}", "{road: word}", "values"),
        ('keys: {"1": roads, "3": complaint}', "keys: {}", "至少写一项"),
        ("next: one_road", "next: nowhere", "没有名为“nowhere”的步骤"),
    ],
)
def test_mistakes_are_told_with_what_to_do(wrong: str, right: str, told: str) -> None:
    text = MENU.replace(wrong, right, 1)
    try:
        found = "\n".join(mistakes_of(text))
    except FlowMistakesError as error:
        found = str(error)
    assert told in found
    assert "main.yaml:" in found


def test_phrases_written_out_beyond_reason_are_refused() -> None:
    text = MENU.replace('"查询{road}"]', '"{road}到{other}", "查询{road}"]').replace(
        "slots: {road: road}", "slots: {road: road, other: road}"
    )
    with pytest.raises(FlowMistakesError, match="展开后超过"):
        bundle_of(text)


def test_the_picture_shows_what_may_be_said() -> None:
    assert "说：投诉出租车" in mermaid(menu())


def test_every_question_has_its_sounds_ahead() -> None:
    assert {"您是要投诉出租车", "您是要查询", "京哈高速", "对吗？对请按1，不对请按2"} <= set(
        sentences([menu()])
    )
