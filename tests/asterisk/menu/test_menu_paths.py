"""Every way through the shipped menu, pressed on a real telephone line."""

import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from asterisk_conf.names import DialplanEvent, QueuedReason
from ivr_flows.interfaces import Sentence
from tests.asterisk.carrier import Carrier
from tests.asterisk.menu.house import AGENT, MAIN, OUTSIDE, QUEUES, SURVEY, MenuHouse
from tests.asterisk.sound import read_wav, seconds_of_tone
from tests.waiting import wait_for
from ticketing import information
from ticketing.clock import SystemClock
from ticketing.information import RoadNoticeText
from ticketing.people.person import process
from ticketing.records.notices import Notice
from ticketing.records.recordings import OrderStretch
from ticketing.records.work_orders import WorkOrder, WorkOrderEvent

CALLER = "13900001111"
HOUR = timedelta(hours=1)
WHOSE = "登记的就是这个来电号码请按1，是其他号码请按2，返回请按星号键，人工服务请按0"
ACTS = "催办请按1，语音补充请按2，撤回请按3，查其他工单请按4，返回请按星号键，人工服务请按0"


@pytest.mark.parametrize(
    ("keys", "queue"),
    [
        ("0", "common"),
        ("3", "complaint"),
        ("4", "common"),
        ("20", "etc"),
        ("21", "etc"),
        ("2*0", "common"),
        ("50", "common"),
        ("60", "common"),
        ("70", "common"),
        ("720", "common"),
        ("72*3", "complaint"),
        ("1#*4", "common"),
        ("93", "complaint"),
    ],
)
def test_keys_lead_to_a_seat_with_the_skill(
    menu: MenuHouse, carrier: Carrier, keys: str, queue: str
) -> None:
    """Typed as fast as a person who knows the menu: no key is lost."""
    menu.pbx.sign_in("1041", *QUEUES)
    call = menu.call(carrier)
    call.phone.press(keys)
    carrier.rings("1041").answer(hums=AGENT)
    call.phone.hears_tone(AGENT)
    queued = menu.pbx.told(DialplanEvent.QUEUED, call.key)[-1]
    assert (queued["queue"], queued["reason"]) == (queue, QueuedReason.FLOW)
    row = menu.row(call)
    assert (row.caller_number, row.dialled, row.flow_ending) == (CALLER, "12328", "queue")
    pressed = "".join(step.pressed for step in menu.steps(call))
    assert pressed == keys


@pytest.mark.parametrize("hundredths", range(0, 20, 2))
def test_a_key_pressed_as_the_words_end_is_not_lost(
    menu: MenuHouse, carrier: Carrier, hundredths: int
) -> None:
    """The words last a second; the phone has heard 0.8 s of them when `call` returns."""
    call = menu.call(carrier)
    time.sleep(0.08 + hundredths / 100)  # not a wait for anything: when the person presses
    call.phone.press("8")
    carrier.rings("12395")
    assert menu.row(call).flow_ending == "transfer"


def test_without_road_notices_the_caller_hears_that_there_are_none(
    menu: MenuHouse, carrier: Carrier
) -> None:
    call = menu.call(carrier)
    call.phone.press("1#")
    call.phone.hears(menu.phrases("目前没有收到高速公路管制和封闭的消息"))
    call.phone.press("*")
    call.phone.hears(menu.phrases(MAIN))


def test_a_road_notice_typed_a_minute_ago_is_spoken(
    menu: MenuHouse, carrier: Carrier, moment: datetime
) -> None:
    """Its words have no sound yet: the voice makes it while the caller is on the line."""
    now = SystemClock().now()
    notice = RoadNoticeText(
        "closure", "G1", "京哈高速", "沈阳至四平段", "210100", "因大雪双向封闭。", now, now + HOUR
    )
    with menu.database.transaction() as session:
        posted = information.post_road_notice(session, now, process("duty"), notice)
        spoken = Sentence((" ".join(information.spoken(posted).split()),))
    call = menu.call(carrier)
    call.phone.press("1#")
    with menu.phrases.library.spoken(spoken) as sound:
        call.phone.hears(sound, seconds=40)
    with menu.database.transaction() as session:
        information.cancel_road_notice(session, SystemClock().now(), process("duty"), posted.id)


def test_wrong_keys_are_said_to_be_wrong_and_the_third_leads_to_a_seat(
    menu: MenuHouse, carrier: Carrier
) -> None:
    menu.pbx.sign_in("1041", *QUEUES)
    call = menu.call(carrier)
    for _ in range(2):
        call.phone.press("#")
        call.phone.hears(menu.phrases("按键无效，请重新选择"))
        call.phone.hears(menu.phrases(MAIN))
    call.phone.press("#")
    carrier.rings("1041").answer()
    assert menu.steps(call)[-1].outcome == "person"


def test_a_caller_who_presses_nothing_has_a_seat_in_the_end(
    menu: MenuHouse, carrier: Carrier
) -> None:
    menu.pbx.sign_in("1041", *QUEUES)
    call = menu.call(carrier)
    call.phone.hears(menu.phrases("没有收到您的按键"), seconds=40)
    call.phone.hears(menu.phrases(MAIN))
    carrier.rings("1041", seconds=90).answer()


def test_distress_is_one_key_and_both_hear_each_other(menu: MenuHouse, carrier: Carrier) -> None:
    call = menu.call(carrier)
    call.phone.press("8")
    carrier.rings("12395").answer(hums=OUTSIDE)
    call.phone.hears_tone(OUTSIDE)
    assert menu.row(call).flow_ending == "transfer"


def test_a_number_that_may_not_be_put_through_is_told(menu: MenuHouse, carrier: Carrier) -> None:
    call = menu.call(carrier)
    call.phone.press("74")
    call.phone.hears(menu.phrases("邮政和快递的申诉请拨12305"))
    call.phone.press("*")
    call.phone.hears(menu.phrases(MAIN))


def test_an_orders_progress_is_told_for_its_number_and_the_callers_phone(
    menu: MenuHouse, carrier: Carrier, moment: datetime
) -> None:
    with menu.database.transaction() as session:
        session.add(an_order("JT2101002026112851952743", moment))
    call = menu.call(carrier)
    call.phone.press("6")
    call.phone.hears(menu.phrases(WHOSE))
    call.phone.press("1")
    call.phone.press("2743")
    call.phone.hears(menu.phrases(ACTS), seconds=40)
    call.phone.hang_up()
    wait_for("the walk is written", lambda: menu.row(call).flow_ending == "gone")
    outcomes = {step.step: step.outcome for step in menu.steps(call)}
    assert outcomes["ask_by_caller"] == "found"


def an_order(order_no: str, moment: datetime) -> WorkOrder:
    return WorkOrder(
        order_no=order_no,
        state="in_progress",
        kind="complaint",
        region_code="210100",
        channel="phone",
        caller_number=CALLER,
        content="公交车到站不停",
        accepted_at=moment,
        due_at=moment,
        created_at=moment,
        updated_at=moment,
    )


def test_somebody_elses_phone_does_not_open_an_order(menu: MenuHouse, carrier: Carrier) -> None:
    call = menu.call(carrier, caller="13900002222")
    call.phone.press("6")
    call.phone.hears(menu.phrases(WHOSE))
    call.phone.press("1")
    call.phone.press("2743")
    call.phone.hears(menu.phrases("没有查到，编号或电话号码可能有误"))


def test_the_survey_after_a_talk_is_kept(menu: MenuHouse, carrier: Carrier) -> None:
    menu.pbx.sign_in("1041", *QUEUES)
    call = menu.call(carrier)
    call.phone.press("3")
    seat = carrier.rings("1041").answer(hums=AGENT)
    call.phone.hears_tone(AGENT)
    seat.hang_up()
    call.phone.hears(menu.phrases(SURVEY))
    call.phone.press("1")
    call.phone.hears(menu.phrases("感谢您的来电，再见"))
    call.phone.waits_for_end()
    assert menu.row(call).rating == 5


def test_0_in_the_survey_leads_to_a_person_again(menu: MenuHouse, carrier: Carrier) -> None:
    """Who forgot to ask something need not dial anew."""
    menu.pbx.sign_in("1041", *QUEUES)
    call = menu.call(carrier)
    call.phone.press("3")
    carrier.rings("1041").answer(hums=AGENT).hang_up()
    call.phone.hears(menu.phrases(SURVEY))
    call.phone.press("0")
    carrier.rings("1041").answer(hums=AGENT)
    call.phone.hears_tone(AGENT)


def test_a_key_pressed_during_the_recording_notice_counts_in_the_menu(
    menu: MenuHouse, carrier: Carrier
) -> None:
    """Who calls every day presses 3 at once and is not asked again."""
    menu.pbx.sign_in("1041", *QUEUES)
    call = menu.dial(carrier)
    call.phone.press("3")
    carrier.rings("1041")
    assert not call.phone.has_heard(menu.phrases(MAIN), whole_call=True)
    assert menu.pbx.told(DialplanEvent.QUEUED, call.key)[-1]["queue"] == "complaint"


def test_a_notice_board_switch_sends_everybody_to_a_person(
    menu: MenuHouse, carrier: Carrier
) -> None:
    """值班员一键取消菜单: from the next call on, no key is asked."""
    menu.pbx.sign_in("1041", *QUEUES)
    with menu.switched("direct"):
        call = menu.dial(carrier)
        carrier.rings("1041").answer()
    walked = [step.step for step in menu.steps(call)]
    assert walked[-2:] == ["direct_mode", "straight"]
    assert "main" not in walked


def test_what_a_caller_lost_is_recorded_and_becomes_a_draft_whose_number_is_told(
    menu: MenuHouse, carrier: Carrier
) -> None:
    call = menu.call(carrier)
    call.phone.press("5")
    call.phone.hears(
        menu.phrases(
            "请输入车牌号里的数字，字母不用输，按井号键结束。不记得请直接按井号键。人工服务请按0"
        )
    )
    call.phone.press("#")
    call.phone.hears(menu.phrases("今天乘车请按1，昨天请按2，更早请按3"))
    call.phone.press("1")
    call.phone.press("#")
    call.phone.hears(
        menu.phrases(
            "请在提示音后说出车牌里的字母、丢了什么、从哪里上车到哪里下车、怎么联系您。"
            "说完请按井号键"
        )
    )
    stretch = menu.pbx.wait_told(DialplanEvent.STRETCH, lambda f: f["call"] == call.key)
    call.phone.speaks(1450)
    file = menu.pbx.settings.monitor / stretch["file"].rsplit("/", 1)[1]
    wait_for("three seconds on disk", lambda: file.exists() and file.stat().st_size > 48_000)
    call.phone.press("#")
    message = menu.pbx.wait_told(DialplanEvent.VOICE_MESSAGE, lambda f: f["call"] == call.key)
    assert message["stretch"] == stretch["stretch"] == f"{call.key}-1-message"
    assert seconds_of_tone(read_wav(file), 1450) > 1.5
    call.phone.hears(menu.phrases("已经登记，编号是"))
    with menu.database.reading() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.call_key == call.key)).one()
    assert (order.state, order.sub_item, order.caller_number) == ("draft", "财物遗失", CALLER)
    assert "乘车日：今天" in order.content


def test_a_road_by_its_number_is_told_texted_and_subscribed_to(
    menu: MenuHouse, carrier: Carrier
) -> None:
    now = SystemClock().now()
    notice = RoadNoticeText(
        "closure", "G1", "京哈高速", "沈阳至四平段", "210100", "因大雪封闭。", now, now + HOUR
    )
    with menu.database.transaction() as session:
        posted = information.post_road_notice(session, now, process("duty"), notice)
    call = menu.call(carrier)
    call.phone.press("11#")
    words = Sentence((" ".join(information.without_road(posted).split()),))
    with menu.phrases.library.spoken(words) as sound:
        call.phone.hears(sound, seconds=60)
    call.phone.hears(
        menu.phrases(
            "短信发送请按1，路况变化时短信通知请按2，查其他路请按3，返回请按星号键，"
            "重听请按9，人工服务请按0"
        )
    )
    call.phone.press("1")
    call.phone.hears(menu.phrases("短信马上发到这个号码"))
    call.phone.press("21")
    call.phone.hears(menu.phrases("已经登记，路况变化时会发短信，回复字母T随时停止"))
    with menu.database.transaction() as session:
        information.cancel_road_notice(session, SystemClock().now(), process("duty"), posted.id)
        texts = session.scalars(
            select(Notice.text)
            .where(Notice.number == CALLER, Notice.text.contains("G1京哈高速"))
            .order_by(Notice.id)
        ).all()
    told, changed = texts  # earlier tests' callers have the same number
    assert told.startswith("【12328】G1京哈高速：")
    assert "已解除" in changed


def test_a_spoken_supplement_belongs_to_the_order_and_urging_is_on_its_log(
    menu: MenuHouse, carrier: Carrier, moment: datetime
) -> None:
    number = "JT2101002026112851959999"
    with menu.database.transaction() as session:
        session.add(an_order(number, moment))
    call = menu.call(carrier)
    call.phone.press("6")
    call.phone.hears(menu.phrases(WHOSE))
    call.phone.press("19999")
    call.phone.hears(menu.phrases(ACTS), seconds=40)
    call.phone.press("1")
    call.phone.hears(menu.phrases("已经催办，承办单位会收到提醒"))
    call.phone.press("2")
    call.phone.hears(menu.phrases("请在提示音后补充，说完请按井号键"))
    stretch = menu.pbx.wait_told(DialplanEvent.STRETCH, lambda f: f["call"] == call.key)
    call.phone.speaks(1450)
    file = menu.pbx.settings.monitor / stretch["file"].rsplit("/", 1)[1]
    wait_for("three seconds on disk", lambda: file.exists() and file.stat().st_size > 48_000)
    call.phone.press("#")
    call.phone.hears(menu.phrases("补充已经附在工单上，承办单位可以听到"))
    with menu.database.reading() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.order_no == number)).one()
        events = session.scalars(
            select(WorkOrderEvent.event).where(WorkOrderEvent.work_order_id == order.id)
        ).all()
        bound = session.scalars(
            select(OrderStretch.stretch).where(OrderStretch.work_order_id == order.id)
        ).all()
    assert list(events) == ["remind", "supplement"]
    assert list(bound) == [stretch["stretch"]]


def test_slow_words_are_slower_and_the_same(menu: MenuHouse, carrier: Carrier) -> None:
    """What the phone hears after choosing it is the slowed sound of the same words."""
    call = menu.call(carrier, caller="13900005555")
    call.phone.press("*1")
    told = menu.phrases.library.spoken(Sentence(("现在起慢速播报，以后来电也是",), slow=True))
    with told as sound:
        call.phone.hears(sound, seconds=40)
    with menu.database.reading() as session:
        assert information.caller_groups(session, "13900005555") == {"slow"}
