"""Every key path of the menu that 12328 ships with."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr_flows.graph import Graph
from ivr_flows.interfaces import (
    Acted,
    Gone,
    HangUp,
    Hours,
    Reason,
    RoadAnswer,
    ToNumber,
    ToQueue,
    VoiceMessage,
)
from ivr_flows.patience import silent_wait
from ivr_flows.texts import seconds
from tests.fakes.business import ORDER, FakeActions
from tests.fakes.caller import HANGS_UP, QUIET
from tests.unit.ivr_flows.walking import CALLER, shipped, walked

MAIN = "水上遇险请按8"
ASKED = ToQueue("common", 0, Reason.ASKED)


def test_0_in_the_main_menu_reaches_a_person_at_once() -> None:
    call = walked(shipped(), [(MAIN, "0")])
    assert call.ending == ASKED
    assert call.caller.heard[-1] == "正在为您转接人工座席，请稍候"
    assert call.journal.steps[-1] == ("main", "0", "person")


def test_a_caller_who_presses_nothing_has_a_person_within_two_minutes() -> None:
    call = walked(shipped())
    assert call.ending == ToQueue("common", 0, Reason.SILENCE)
    assert call.heard.count(MAIN) == 3
    entry = call.journal.entries[-1]
    assert entry.seconds < 120
    assert silent_wait(Graph(shipped())) < 120


def test_three_wrong_keys_lead_to_a_person() -> None:
    call = walked(shipped(), [(MAIN, "#"), (MAIN, "#"), (MAIN, "#")])
    assert call.ending == ToQueue("common", 0, Reason.MISTAKES)
    assert call.heard.count("按键无效") == 2


def test_9_says_the_menu_again_and_is_no_mistake() -> None:
    call = walked(shipped(), [(MAIN, "9"), (MAIN, "9"), (MAIN, "9"), (MAIN, "9"), (MAIN, "0")])
    assert call.ending == ASKED
    assert call.heard.count(MAIN) == 5


def test_one_sentence_goes_to_the_complaints_with_kind_and_topic_set() -> None:
    actions = FakeActions()
    actions.calendars["centre"] = Hours.OPEN
    call = walked(shipped(), [(MAIN, "我要投诉出租车")], actions)
    assert call.ending == ToQueue("complaint", 0, Reason.CHOSEN)
    entry = next(entry for entry in call.journal.entries if entry.said)
    assert entry.learned == {"kind": "complaint", "topic": "巡游出租汽车"}


def test_who_only_said_what_they_want_and_hung_up_leaves_no_draft() -> None:
    actions = FakeActions()
    actions.calendars["centre"] = Hours.CLOSED
    call = walked(shipped(), [(MAIN, "我要投诉出租车"), ("语音登记投诉", HANGS_UP)], actions)
    assert call.ending == Gone()
    assert actions.drafts == []


def test_a_road_said_by_name_is_told_without_asking_for_its_number() -> None:
    actions = FakeActions()
    actions.road_answers["1"] = G1
    call = walked(shipped(), [(MAIN, "京哈高速路况"), ("查其他路", "*"), (MAIN, "0")], actions)
    assert "现在播报G1京哈高速路况" in call.heard
    assert "沈阳至四平段" in call.heard


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("路况", "road"),
        ("ETC查询", "etc"),
        ("丢东西", "lost_property"),
        ("工单进度", "progress"),
        ("救援", "other_services"),
        ("我要建议", "suggestion"),
        ("水上遇险", "distress"),
    ],
)
def test_every_branch_can_be_said(said: str, step: str) -> None:
    actions = FakeActions()
    actions.calendars["centre"] = Hours.OPEN
    call = walked(shipped(), [(MAIN, said)], actions)
    names = [entry.step for entry in call.journal.entries]
    assert names[names.index("main") + 1] == step


def test_an_order_is_asked_for_by_its_spoken_digits_read_back() -> None:
    actions = FakeActions()
    actions.orders["2743", CALLER] = ORDER
    call = walked(
        shipped(),
        [(MAIN, "工单进度"), ("来电号码", "1"), ("请说出或输入", "二七四三"), ("对吗", "对")],
        actions,
    )
    assert "您说的是二七四三" in call.heard
    assert "正在办理" in call.heard


def test_a_lost_things_plate_may_be_said_whole() -> None:
    actions = FakeActions()
    script = [(MAIN, "丢东西"), ("车牌号", "辽A一二三四五"), ("辽A幺二三四五，对吗", "1")]
    script += [("今天乘车", "1"), ("大约几点", "#")]
    walked(shipped(), script, actions, [VoiceMessage("leg-1", 9.0, "#")])
    assert actions.drafts[0].answers["plate_digits"] == "辽A12345"


def test_nobody_is_asked_to_speak_where_nobody_listens() -> None:
    call = walked(shipped(), [(MAIN, QUIET), (MAIN, "0")])
    assert "请直接说" in call.caller.heard[0]
    assert "路况按1" in call.caller.heard[-2]
    call = walked(shipped(), [(MAIN, "0")], deaf=True)
    assert "请直接说" not in call.heard
    assert call.ending == ASKED


ROAD = "高速公路编号"
NOON = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)
G1 = RoadAnswer("G1京哈高速", "G1", ("沈阳至四平段，双向，封闭。因大雪封闭。",), NOON)
CLEAR = RoadAnswer("G91辽中环线高速", "G91", (), NOON)


def test_1_tells_the_road_notices_newest_first_and_can_repeat_them() -> None:
    actions = FakeActions()
    actions.roads = ("G1京哈高速沈阳至四平段因降雪临时封闭。", "G15沈海高速鞍山段施工。")
    call = walked(
        shipped(),
        [(MAIN, "1"), (ROAD, "#"), ("再听一遍", "9"), ("再听一遍", "*"), (MAIN, "0")],
        actions,
    )
    roads = [text for text in call.caller.heard if text.startswith("G")]
    assert roads == [*actions.roads, *actions.roads]
    assert call.ending == ASKED


def test_1_says_so_when_there_is_no_notice() -> None:
    call = walked(shipped(), [(MAIN, "1"), (ROAD, "#"), ("再听一遍", "0")])
    assert "目前没有收到" in call.heard


def test_hash_goes_to_the_next_notice_and_star_leaves_the_list() -> None:
    actions = FakeActions()
    actions.roads = ("第一条消息。", "第二条消息。", "第三条消息。")
    script = [(MAIN, "1"), (ROAD, "#"), ("第一条", "#"), ("第二条", "*"), ("再听一遍", "0")]
    call = walked(shipped(), script, actions)
    assert "第二条" in call.heard
    assert "第三条" not in call.heard


def test_1_tells_a_road_by_the_digits_of_its_number_and_texts_it() -> None:
    actions = FakeActions()
    actions.road_answers["1"] = G1
    script = [(MAIN, "1"), (ROAD, "1#"), ("短信发送", "1"), ("短信发送", "0")]
    call = walked(shipped(), script, actions)
    said = call.caller.heard
    assert said.index("现在播报G1京哈高速路况") + 1 == said.index(G1.notices[0])
    assert actions.acts == [("text_road", "G1京哈高速")]
    assert "短信马上发到这个号码" in call.heard


def test_1_says_of_a_clear_road_how_old_the_news_is() -> None:
    actions = FakeActions()
    actions.road_answers["91"] = CLEAR
    call = walked(shipped(), [(MAIN, "1"), (ROAD, "91#"), ("短信发送", "*"), (MAIN, "0")], actions)
    assert (
        "G91辽中环线高速目前没有管制和封闭的消息，信息更新于十一月二十八日十二点三十分"
        in call.heard
    )


def test_1_subscribes_to_a_road_and_stops_again() -> None:
    actions = FakeActions()
    actions.road_answers["1"] = G1
    script = [
        (MAIN, "1"),
        (ROAD, "1#"),
        ("短信发送", "2"),
        ("通知一天", "2"),
        ("短信发送", "2"),
        ("通知一天", "3"),
        ("短信发送", HANGS_UP),
    ]
    call = walked(shipped(), script, actions)
    assert actions.acts == [("subscribe", "G1 72"), ("unsubscribe", "")]
    assert "回复字母T随时停止" in call.heard


def test_a_city_cannot_be_subscribed_to_and_a_landline_gets_no_message() -> None:
    actions = FakeActions()
    actions.road_answers["024"] = RoadAnswer("沈阳", "", ("G1，封闭。",), NOON)
    actions.texts_reach = False
    script = [(MAIN, "1"), (ROAD, "024#"), ("短信发送", "1"), ("短信发送", "2"), ("通知一天", "1")]
    call = walked(shipped(), [*script, ("短信发送", "0")], actions)
    assert call.heard.count("短信只能发到手机") == 2
    assert [what for what, _ in actions.acts] == ["text_road"]


def test_three_unknown_roads_lead_to_a_person_and_0_does_at_once() -> None:
    once = (ROAD, "777#")
    assert walked(shipped(), [(MAIN, "1"), once, once, once]).ending == ToQueue(
        "common", 0, Reason.MISTAKES
    )
    assert walked(shipped(), [(MAIN, "1"), (ROAD, "0#")]).ending == ASKED


@pytest.mark.parametrize(
    ("key", "topic"),
    [("1", "etc_apply"), ("2", "etc_balance"), ("3", "etc_fees"), ("4", "etc_device")],
)
def test_2_answers_etc_questions_from_the_knowledge_base(key: str, topic: str) -> None:
    actions = FakeActions()
    actions.answers[topic] = ("请携带行驶证到服务网点办理。",)
    script = [(MAIN, "2"), ("办理和注销", key), ("有用请按1", "2"), ("其他ETC", "*"), (MAIN, "0")]
    call = walked(shipped(), script, actions)
    assert "服务网点" in call.heard
    assert actions.acts == [("useless", topic)]
    assert call.ending == ASKED


def test_2_leads_to_an_etc_agent_when_there_is_no_answer() -> None:
    call = walked(shipped(), [(MAIN, "2"), ("办理和注销", "4")])
    assert call.ending == ToQueue("etc", 0, Reason.CHOSEN)


def test_0_inside_a_sub_flow_reaches_that_sub_flows_agents() -> None:
    call = walked(shipped(), [(MAIN, "2"), ("办理和注销", "0")])
    assert call.ending == ToQueue("etc", 0, Reason.ASKED)


def test_3_reaches_the_complaint_agents() -> None:
    assert walked(shipped(), [(MAIN, "3")]).ending == ToQueue("complaint", 0, Reason.CHOSEN)


def test_4_reaches_an_agent_for_suggestions() -> None:
    assert walked(shipped(), [(MAIN, "4")]).ending == ToQueue("common", 0, Reason.CHOSEN)


def test_5_makes_a_draft_order_of_a_lost_thing_and_reads_its_number_out() -> None:
    script = [
        (MAIN, "5"),
        ("车牌号", "12345#"),
        ("今天乘车", "2"),
        ("几点下车", "15"),
        ("编号是", "9"),
        ("编号是", "*"),
        (MAIN, HANGS_UP),
    ]
    message = VoiceMessage("leg-caller-1", 21.0, "#")
    call = walked(shipped(), script, messages=[message])
    assert call.ending == Gone()
    (draft,) = call.actions.drafts
    assert (draft.kind, draft.topic, draft.message) == ("consult", "财物遗失", message)
    assert draft.answers == {"plate_digits": "12345", "ride_day": "昨天", "ride_hour": "15"}
    assert "编号是JT，二幺零幺零零，二零二六幺幺二八，五幺九五二七四四" in call.heard


def test_5_asks_for_nothing_the_caller_does_not_remember() -> None:
    script = [(MAIN, "5"), ("车牌号", "#"), ("今天乘车", "1"), ("几点下车", "#"), ("编号是", "0")]
    call = walked(shipped(), script, messages=[VoiceMessage("leg-caller-1", 9.0)])
    assert call.actions.drafts[0].answers == {"ride_day": "今天"}
    assert call.ending == ASKED


def test_5_keeps_the_message_of_a_caller_who_hangs_up_while_speaking() -> None:
    script = [(MAIN, "5"), ("车牌号", "#"), ("今天乘车", "1"), ("几点下车", "#")]
    call = walked(shipped(), script, messages=[VoiceMessage("leg-caller-1", 12.0, gone=True)])
    assert call.ending == Gone()
    assert len(call.actions.drafts) == 1


FOUND = [(MAIN, "6"), ("来电号码", "1"), ("最后四位", "2743")]


def with_order() -> FakeActions:
    actions = FakeActions()
    actions.orders["2743", CALLER] = ORDER
    return actions


def test_6_tells_an_orders_progress_by_four_digits_and_the_callers_own_phone() -> None:
    call = walked(shipped(), [*FOUND, ("催办请按1", "*"), (MAIN, "0")], with_order())
    assert "十一月二十八日受理，目前正在办理，最晚十二月十一日前答复您" in call.heard
    assert call.ending == ASKED


def test_6_urges_once_and_says_so_the_second_time() -> None:
    actions = with_order()
    call = walked(shipped(), [*FOUND, ("催办请按1", "1"), ("催办请按1", HANGS_UP)], actions)
    assert "已经催办" in call.heard
    assert actions.acts == [("urge", ORDER.order_no)]
    actions.acted = Acted.AGAIN
    call = walked(shipped(), [*FOUND, ("催办请按1", "1"), ("催办请按1", HANGS_UP)], actions)
    assert "今天已经催办过" in call.heard


def test_6_withdraws_only_after_asking_again() -> None:
    actions = with_order()
    walked(shipped(), [*FOUND, ("催办请按1", "3"), ("确定撤回", "*"), ("催办", "0")], actions)
    assert actions.acts == []
    sure = [("催办请按1", "3"), ("确定撤回", "1"), ("查其他工单", "0")]
    call = walked(shipped(), [*FOUND, *sure], actions)
    assert actions.acts == [("withdraw", ORDER.order_no)]
    assert "工单已经撤回" in call.heard
    actions.acted = Acted.REFUSED
    assert "已经答复或办结" in walked(shipped(), [*FOUND, *sure], actions).heard


@pytest.mark.parametrize("gone", [False, True])
def test_6_keeps_a_voice_supplement_even_of_who_hangs_up_while_speaking(gone: bool) -> None:
    actions = with_order()
    script = [*FOUND, ("催办请按1", "2"), *([] if gone else [("催办请按1", "0")])]
    message = VoiceMessage("leg-1", 9.0, None if gone else "#", gone)
    call = walked(shipped(), script, actions, messages=[message])
    assert actions.acts == [("supplement", f"{ORDER.order_no} leg-1")]
    assert call.ending == (Gone() if gone else ASKED)


def test_6_asks_for_another_phone_and_never_writes_it_down() -> None:
    actions = FakeActions()
    actions.orders["51952743", "02423896789"] = replace(ORDER, state="已经办结", due_on=None)
    script = [
        (MAIN, "6"),
        ("来电号码", "2"),
        ("最后八位", "51952743"),
        ("登记时留的", "02423896789#"),
        ("查其他工单", "1"),
        ("来电号码", HANGS_UP),
    ]
    call = walked(shipped(), script, actions)
    assert "目前已经办结" in call.heard
    assert ("phone", "•" * 12, "entered") in call.journal.steps
    assert all("23896789" not in entry.key for entry in call.journal.entries)


def test_6_gives_a_person_after_three_wrong_numbers() -> None:
    once = [("来电号码", "1"), ("最后四位", "1111")]
    call = walked(shipped(), [(MAIN, "6"), *once, *once, *once])
    assert call.ending == ToQueue("common", 0, Reason.MISTAKES)
    assert call.heard.count("没有查到") == 2


def test_3_at_night_keeps_a_spoken_complaint_and_texts_its_number() -> None:
    actions = FakeActions()
    actions.calendars["centre"] = Hours.CLOSED
    script = [(MAIN, "3"), ("语音登记投诉", "1"), ("编号是", "*"), (MAIN, HANGS_UP)]
    call = walked(shipped(), script, actions, messages=[VoiceMessage("leg-1", 30.0, "#")])
    (draft,) = call.actions.drafts
    assert (draft.kind, draft.topic) == ("complaint", "语音投诉")
    assert [what for what, _ in actions.acts] == ["text_order"]
    at_night = walked(shipped(), [(MAIN, "3"), ("语音登记投诉", "0")], actions)
    assert at_night.ending == ToQueue("complaint", 0, Reason.ASKED)


def test_3_with_a_long_queue_is_called_back_or_waits() -> None:
    actions = FakeActions()
    actions.queues["complaint"] = 5
    script = [(MAIN, "3"), ("排队的人较多", "2"), ("回电请按1", "1")]
    call = walked(shipped(), script, actions)
    assert actions.acts == [("callback", "complaint 120")]
    assert "十一月二十八日十一点前会有工作人员回电" in call.heard
    assert call.ending == HangUp()
    waits = walked(shipped(), [(MAIN, "3"), ("排队的人较多", "2"), ("回电请按1", "2")], actions)
    assert waits.ending == ToQueue("complaint", 0, Reason.CHOSEN)
    actions.callback_due = None
    withheld = walked(shipped(), [(MAIN, "3"), ("排队的人较多", "2"), ("回电请按1", "1")], actions)
    assert withheld.ending == ToQueue("complaint", 0, Reason.CHOSEN)


def test_who_hangs_up_after_entering_something_leaves_a_trace_and_others_do_not() -> None:
    plate = [(MAIN, "5"), ("车牌号", "12345#")]
    call = walked(shipped(), [*plate, ("今天乘车", HANGS_UP)])
    (draft,) = call.actions.drafts
    assert (draft.topic, draft.answers, draft.message) == (
        "财物遗失",
        {"plate_digits": "12345"},
        None,
    )
    assert walked(shipped(), [(MAIN, "5"), ("车牌号", HANGS_UP)]).actions.drafts == []
    elsewhere = FakeActions()
    elsewhere.road_answers["1"] = G1
    script = [(MAIN, "1"), (ROAD, "1#"), ("短信发送", "*"), (MAIN, "5"), ("车牌号", HANGS_UP)]
    assert walked(shipped(), script, elsewhere).actions.drafts == [], "asked about a road only"
    assert walked(shipped(), [*plate, ("今天乘车", "0")]).actions.drafts == []


def test_star_makes_the_words_slow_and_remembers_it() -> None:
    actions = FakeActions()
    script = [(MAIN, "*"), ("慢速播报请按1", "1"), (MAIN, "*"), ("慢速播报请按1", "2"), (MAIN, "0")]
    call = walked(shipped(), script, actions)
    assert actions.acts == [("join", "slow"), ("leave", "slow")]
    paces = [sentence.slow for sentence in call.caller.sentences if MAIN in sentence.text]
    assert paces == [False, True, False]


def test_who_wants_it_goes_straight_to_a_person_next_time_and_can_hear_the_menu() -> None:
    actions = FakeActions()
    walked(shipped(), [(MAIN, "*"), ("慢速播报请按1", "3"), (MAIN, HANGS_UP)], actions)
    assert actions.acts == [("join", "direct")]
    actions.groups = frozenset({"direct"})
    script = [("直接转人工", "*"), (MAIN, "*"), ("慢速播报请按1", "4"), (MAIN, "0")]
    walked(shipped(), script, actions)
    assert actions.acts[-1] == ("leave", "direct")


def test_the_slow_group_hears_slow_words_from_the_first() -> None:
    actions = FakeActions()
    actions.groups = frozenset({"slow"})
    call = walked(shipped(), [(MAIN, "0")], actions)
    assert all(sentence.slow for sentence in call.caller.sentences)


def test_emergency_mode_has_a_short_menu() -> None:
    actions = FakeActions()
    actions.switches.add("emergency")
    actions.roads = ("全省高速公路封闭。",)
    call = walked(shipped(), [("听最新路况", "1"), ("听最新路况", "0")], actions)
    assert "全省高速公路封闭" in call.heard
    assert "ETC" not in call.heard


def test_the_main_menu_takes_no_more_than_twenty_seconds() -> None:
    (text,) = shipped().main.steps["main"].says()
    assert seconds(text) <= 20.5


@pytest.mark.parametrize(
    ("key", "topic"), [("1", "coach_tickets"), ("2", "bus_lines"), ("3", "taxi_fares")]
)
def test_7_6_answers_other_questions_from_the_knowledge_base(key: str, topic: str) -> None:
    actions = FakeActions()
    actions.answers[topic] = ("可在汽车站窗口或网上购票。",)
    script = [(MAIN, "7"), ("高速救援请按1", "6"), ("客运站购票", key), ("有用请按1", "1")]
    call = walked(shipped(), [*script, ("其他问题", "0")], actions)
    assert "窗口" in call.heard
    assert actions.acts == [("useful", topic)]
    nothing = walked(shipped(), [*script[:2], ("客运站购票", key)])
    assert nothing.ending == ToQueue("common", 0, Reason.CHOSEN)


@pytest.mark.parametrize(
    ("key", "number"),
    [("1", "12122"), ("2", "12306"), ("3", "12326"), ("4", "12305"), ("5", "96199")],
)
def test_7_tells_other_services_numbers_or_puts_through_where_allowed(
    key: str, number: str
) -> None:
    which, after = ("高速救援请按1", key), "听其他号码"
    told = walked(shipped(), [(MAIN, "7"), which, (after, "1"), which, (after, "*"), (MAIN, "0")])
    assert any(text.endswith(f"请拨{number}") for text in told.caller.heard)
    assert told.ending == ASKED
    actions = FakeActions()
    actions.transfers.add(number)
    assert walked(shipped(), [(MAIN, "7"), which], actions).ending == ToNumber(number)


def test_8_puts_a_distress_call_through_in_one_key_without_a_question() -> None:
    actions = FakeActions()
    actions.transfers.add("12395")
    call = walked(shipped(), [(MAIN, "8")], actions)
    assert call.ending == ToNumber("12395")
    assert call.caller.heard[1:] == ["正在转接水上搜救中心，请不要挂机"]


def test_8_tells_12395_and_queues_first_of_all_where_no_transfer_is_allowed() -> None:
    call = walked(shipped(), [(MAIN, "8")])
    assert "12395" in call.heard
    assert call.ending == ToQueue("common", 100, Reason.CHOSEN)


def test_an_emergency_announcement_comes_before_the_menu() -> None:
    actions = FakeActions()
    actions.notice = "受暴雪影响，全省高速公路封闭。"
    call = walked(shipped(), [(MAIN, "0")], actions)
    assert call.caller.heard[0] == actions.notice
    assert call.caller.heard[1].startswith(MAIN)


def test_a_key_pressed_into_the_announcement_chooses_in_the_menu_unheard() -> None:
    actions = FakeActions()
    actions.notice = "受暴雪影响，全省高速公路封闭。"
    call = walked(shipped(), [("暴雪", "3")], actions)
    assert call.ending == ToQueue("complaint", 0, Reason.CHOSEN)
    assert MAIN not in call.heard


def test_an_announcement_is_heard_even_by_those_who_have_no_menu() -> None:
    actions = FakeActions()
    actions.notice, actions.switches = "受暴雪影响，全省高速公路封闭。", {"direct"}
    call = walked(shipped(), [], actions)
    assert call.caller.heard == [actions.notice, "正在为您转接人工座席，请稍候"]


def test_direct_mode_has_no_menu_at_all() -> None:
    actions = FakeActions()
    actions.switches.add("direct")
    call = walked(shipped(), [], actions)
    assert call.ending == ToQueue("common", 0, Reason.CHOSEN)
    assert len(call.caller.heard) == 1


@pytest.mark.parametrize(
    ("group", "queue"), [("direct", "common"), ("elder", "common"), ("truck_driver", "driver")]
)
def test_callers_of_a_group_go_straight_to_their_person(group: str, queue: str) -> None:
    actions = FakeActions()
    actions.groups = frozenset({group})
    assert walked(shipped(), [], actions).ending == ToQueue(queue, 0, Reason.CHOSEN)


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_the_survey_keeps_one_of_five_levels(level: int) -> None:
    call = walked(shipped("survey"), [("请对本次服务", str(level))])
    assert call.actions.ratings == [("service", level)]
    assert call.ending == HangUp()
    assert "感谢您的来电" in call.heard


def test_the_survey_lets_a_silent_caller_go() -> None:
    call = walked(shipped("survey"), [("请对本次服务", QUIET), ("请对本次服务", "9")])
    assert call.actions.ratings == []
    assert call.ending == HangUp()


def test_a_caller_who_wants_a_person_again_gets_one_from_the_survey() -> None:
    assert walked(shipped("survey"), [("请对本次服务", "0")]).ending == ToQueue("", 0, Reason.ASKED)
