"""Who is told, with reasons: 第十九、二十一、二十二、二十四、二十七条 through the real moves."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from tests.centre import AGENT, AUTHORITY, COMPLAINT, DISPATCHER, PHONE, Centre, at
from ticketing.notices.reminding import remind_due_soon
from ticketing.notices.views import notices_for
from ticketing.orders import dispatch, handling, intake, supervision
from ticketing.orders.dispatch import Assignment
from ticketing.records.notices import Notice
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.acceptance import RejectCode
from ticketing.rules.guards import ExtensionGround

REASON = "行车记录已被覆盖，需调取路面监控"
DUTY = "13900001111"


def told(centre: Centre, order: WorkOrder, kind: str, recipient: str, means: str) -> list[Notice]:
    query = select(Notice).where(
        Notice.work_order_id == order.id,
        Notice.kind == kind,
        Notice.recipient == recipient,
        Notice.means == means,
    )
    return list(centre.session.scalars(query))


def extension_asked(centre: Centre) -> WorkOrder:
    order = centre.signed()
    handling.request_extension(
        centre.session,
        centre.later(days=1),
        centre.handler(),
        order.order_no,
        ExtensionGround.EVIDENCE,
        REASON,
        10,
    )
    return order


def extended(centre: Centre) -> WorkOrder:
    order = extension_asked(centre)
    handling.approve_extension(centre.session, centre.later(hours=1), AUTHORITY, order.order_no)
    return order


def test_article_19_the_caller_is_told_of_a_refusal_with_its_reason(centre: Centre) -> None:
    order = centre.drafted()
    why = "该事项已进入诉讼程序，请依法定途径解决"
    intake.reject(
        centre.session,
        centre.now,
        AGENT,
        order.order_no,
        RejectCode.OTHER_PROCEDURE,
        why,
        told=True,
    )
    (message,) = told(centre, order, "rejected", "caller", "sms")
    assert why in message.text
    assert message.number == PHONE


def test_article_21_a_safety_matter_is_told_to_the_authority_at_once(centre: Centre) -> None:
    centre.unit("BUREAU").duty_phone = DUTY
    order = centre.drafted()
    dispatch.dispatch_safety(
        centre.session, centre.now, AGENT, order.order_no, Assignment("BUREAU")
    )
    (shown,) = told(centre, order, "safety", "authority", "in_app")
    (message,) = told(centre, order, "safety", "authority", "sms")
    assert "安全生产" in shown.text
    assert (message.number, message.state, message.next_try_at) == (DUTY, "waiting", centre.now)


def test_article_21_what_needs_coordination_is_told_to_the_authority(centre: Centre) -> None:
    order = centre.submitted()
    why = "涉及客运与公路两家单位"
    dispatch.coordinate(centre.session, centre.now, DISPATCHER, order.order_no, why)
    (shown,) = notices_for(centre.session, AUTHORITY)
    assert (shown.kind, shown.order_no) == ("协调", order.order_no)
    assert why in shown.text


def test_article_22_a_unit_whose_return_is_refused_is_told_why(centre: Centre) -> None:
    order = centre.dispatched()
    session, handler = centre.session, centre.handler()
    handling.request_return(session, centre.now, handler, order.order_no, "不属本单位职责")
    dispatch.reject_return(session, centre.now, DISPATCHER, order.order_no, "职责清单第三条")
    assert "职责清单第三条" in notices_for(session, handler)[0].text
    assert [one.kind for one in notices_for(session, DISPATCHER)] == ["退单申请"]


def test_article_24_the_authority_and_the_centre_hear_of_the_request(centre: Centre) -> None:
    order = extension_asked(centre)
    for person in (AUTHORITY, DISPATCHER):
        (shown,) = notices_for(centre.session, person)
        assert shown.order_no == order.order_no
        assert shown.text.startswith("出租汽车管理处就工单")
        assert "10个工作日" in shown.text
        assert REASON in shown.text


def test_article_24_the_caller_is_told_of_the_extension_with_its_reason_and_the_new_limit(
    centre: Centre,
) -> None:
    centre.now = at("2026-03-02 09:00")
    order = extended(centre)
    (message,) = told(centre, order, "extended", "caller", "sms")
    assert (message.number, message.state) == (PHONE, "waiting")
    assert "延长10个工作日" in message.text
    assert REASON in message.text
    assert "2026年3月30日" in message.text
    (centre_told,) = told(centre, order, "extended", "centre", "in_app")
    assert REASON in centre_told.text
    assert told(centre, order, "extended", "unit", "in_app")


def test_article_24_a_sealed_caller_is_not_written_to_and_the_record_says_why(
    centre: Centre,
) -> None:
    order = centre.signed(replace(COMPLAINT, confidential=True))
    session, handler = centre.session, centre.handler()
    ground = ExtensionGround.COMPLEX
    handling.request_extension(
        session, centre.later(days=1), handler, order.order_no, ground, REASON, 5
    )
    handling.approve_extension(session, centre.now, AUTHORITY, order.order_no)
    (message,) = told(centre, order, "extended", "caller", "sms")
    assert (message.state, message.number) == ("skipped", "")
    assert message.reason == "诉求人要求保密，不发短信"


def test_article_24_an_extension_refused_is_no_news_for_the_caller(centre: Centre) -> None:
    order = extension_asked(centre)
    session = centre.session
    handling.refuse_extension(session, centre.now, AUTHORITY, order.order_no, "理由不充分")
    assert told(centre, order, "extended", "caller", "sms") == []
    (shown,) = told(centre, order, "extension_refused", "unit", "in_app")
    assert "理由不充分" in shown.text


def overdue(centre: Centre) -> tuple[WorkOrder, datetime]:
    centre.unit("TAXI").duty_phone = DUTY
    order = centre.signed()
    assert order.due_at is not None
    due = order.due_at
    centre.now = due
    centre.later(minutes=1)
    return order, due


def test_article_27_the_unit_is_reminded_before_its_limit_ends(centre: Centre) -> None:
    order, due = overdue(centre)
    centre.now = due
    centre.later(hours=-8)
    assert remind_due_soon(centre.session, centre.now) == 2
    (message,) = told(centre, order, "due_soon", "unit", "sms")
    assert (message.number, message.state) == (DUTY, "waiting")
    assert "2026年12月9日" in message.text
    assert remind_due_soon(centre.session, centre.later(hours=1)) == 0


def test_article_27_at_the_limit_the_unit_is_reminded_and_the_authority_told_once(
    centre: Centre,
) -> None:
    order, _ = overdue(centre)
    assert supervision.report_overdue(centre.session, centre.now) == [order.order_no]
    assert supervision.report_overdue(centre.session, centre.later(hours=1)) == []
    (message,) = told(centre, order, "overdue", "unit", "sms")
    assert (message.number, message.state) == (DUTY, "waiting")
    assert "2026年12月9日已届满" in message.text
    (reminded,) = told(centre, order, "overdue", "unit", "in_app")
    assert "立即办理" in reminded.text
    (reported,) = told(centre, order, "overdue", "authority", "in_app")
    assert "请协调处理" in reported.text
    assert "出租汽车管理处" in reported.text


def test_article_27_urging_reaches_the_unit_each_time(centre: Centre) -> None:
    order = centre.dispatched()
    for words in ("来电人再次来电催问", "第三次来电催问"):
        supervision.remind(centre.session, centre.later(hours=1), AGENT, order.order_no, words)
    shown = told(centre, order, "urged", "unit", "in_app")
    assert ["再次来电" in shown[0].text, "第三次" in shown[1].text] == [True, True]
