"""One test or more for each article of the measures that binds a hotline centre.

《12328交通运输服务监督热线管理办法》 (交运发〔2021〕89号); names say the article.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from tests.centre import (
    ADMIN,
    AGENT,
    AUTHORITY,
    COMPLAINT,
    CONSULTATION,
    CONTENT,
    DEPARTMENT,
    DISPATCHER,
    FOUR_ANSWERS,
    LEADER,
    PHONE,
    REPLY,
    REVISITOR,
    SUGGESTION,
    UNITS,
    Centre,
    at,
)
from ticketing import catalogues
from ticketing.actors import SYSTEM
from ticketing.errors import InvalidInput, NotAllowed, NotFound
from ticketing.orders import (
    archive,
    closing,
    dispatch,
    disposal,
    handling,
    intake,
    merging,
    return_visits,
    review,
    supervision,
    views,
)
from ticketing.orders.dispatch import Assignment
from ticketing.orders.return_visits import Visit
from ticketing.orders.supervision import Demand, SupervisionType
from ticketing.orders.views import OrderFilter
from ticketing.records.calls import News
from ticketing.records.order_life import RatingFix, ReturnRequest, ServiceRating
from ticketing.records.work_orders import WorkOrder, WorkOrderEvent
from ticketing.rules.acceptance import RejectCode
from ticketing.rules.calendar import last_day_of
from ticketing.rules.classification import Classification, Kind
from ticketing.rules.deadlines import Clock, LegalOverride
from ticketing.rules.guards import ExtensionGround
from ticketing.rules.ratings import Question, Rating
from ticketing.rules.recordings import retain_until
from ticketing.rules.states import Event, ReviewState, State

LONG_RESULT = "经查询沈大高速今天上午八点已经解除临时管制，全线双向正常通行"


def news_of(centre: Centre, order: WorkOrder) -> list[News]:
    return list(
        centre.session.scalars(select(News).where(News.subject == order.order_no).order_by(News.id))
    )


# --- 第二条 三类业务，各渠道 ---


@pytest.mark.parametrize("what", [CONSULTATION, COMPLAINT, SUGGESTION])
def test_article_2_each_of_the_three_kinds_is_taken(centre: Centre, what: intake.Intake) -> None:
    order = centre.submitted(what)
    assert order.kind == what.kind
    assert order.order_no == "JT2101002026112551955520"


@pytest.mark.parametrize("channel", ["phone", "wechat", "app", "web", "miniapp", "sms"])
def test_article_2_it_may_come_by_phone_wechat_app_or_website(centre: Centre, channel: str) -> None:
    assert centre.drafted(replace(COMPLAINT, channel=channel)).channel == channel


# --- 第七条 全程追溯、保密 ---


def test_article_7_every_step_is_on_record_with_who_when_and_why(centre: Centre) -> None:
    order = centre.closed()
    events = views.history(centre.session, order)
    assert [event.event for event in events] == [
        "open",
        "submit",
        "dispatch",
        "sign",
        "reply",
        "confirm",
        "schedule_revisit",
    ]
    assert [event.who_name for event in events][:4] == ["话务员甲", "话务员甲", "派单员乙", "张三"]
    assert archive.verify(centre.session, order) is None


def test_article_7_nobody_edits_history_not_even_with_sql(
    centre: Centre,
) -> None:
    order = centre.closed()
    for statement in (
        update(WorkOrderEvent).values(reason="改了"),
        delete(WorkOrderEvent).where(WorkOrderEvent.work_order_id == order.id),
    ):
        with pytest.raises(DBAPIError, match="append-only"), centre.session.begin_nested():
            centre.session.execute(statement)
    assert archive.verify(centre.session, order) is None


def test_article_7_an_edit_behind_the_databases_back_is_found(centre: Centre) -> None:
    order = centre.closed()
    event = views.history(centre.session, order)[4]
    centre.session.expunge(event)
    order.last_hash = "0" * 64
    tampered = archive.verify(centre.session, order)
    assert tampered is not None
    assert tampered.where.reason == "末尾记录缺失"
    assert archive.verify_some(centre.session) == ([tampered], None)


def test_article_7_a_confidential_caller_is_hidden_and_the_seal_is_broken_on_record(
    centre: Centre,
) -> None:
    order = centre.dispatched(replace(COMPLAINT, confidential=True))
    handler = centre.handler()
    assert views.caller_of(handler, order).number == "138****5678"
    assert views.caller_of(handler, order).name == "王**"
    with pytest.raises(NotAllowed, match="没有这项权限"):
        views.reveal_caller(centre.session, centre.now, handler, order.order_no, "想看")
    with pytest.raises(NotAllowed, match="理由"):
        views.reveal_caller(centre.session, centre.now, LEADER, order.order_no, "")
    seen = views.reveal_caller(centre.session, centre.now, LEADER, order.order_no, "涉嫌伪造诉求")
    assert seen.number == PHONE
    assert views.history(centre.session, order)[-1].reason == "涉嫌伪造诉求"


def test_article_7_a_unit_sees_its_own_orders_only(centre: Centre) -> None:
    taxi, bus = centre.dispatched(), centre.dispatched(SUGGESTION, "BUS")
    page = views.list_orders(centre.session, centre.handler("BUS"), views.OrderFilter())
    assert [order.order_no for order in page.orders] == [bus.order_no]
    with pytest.raises(NotFound):
        views.work_order(centre.session, centre.handler("BUS"), taxi.order_no)


# --- 第八条 好差评 ---


def revisited(centre: Centre, answers: dict[Question, Rating], order: WorkOrder) -> WorkOrder:
    centre.later(hours=1)
    call = centre.call_out(f"call-{order.order_no}-{centre.now:%H%M}")
    visit = Visit("phone", answers, "处理得很及时", call.key)
    return return_visits.record_visit(centre.session, centre.now, REVISITOR, order.order_no, visit)


def test_article_8_a_bad_rating_opens_a_task_and_is_rated_again_after_it(centre: Centre) -> None:
    order = revisited(
        centre, {**FOUR_ANSWERS, Question.SATISFACTION: Rating.DISSATISFIED}, centre.closed()
    )
    fix = centre.session.scalars(select(RatingFix)).one()
    assert last_day_of(fix.due_at) == date(2026, 12, 16)
    handler = centre.handler()
    return_visits.fix_bad_rating(
        centre.session, centre.later(days=2), handler, order.order_no, "再次上门道歉并退费"
    )
    return_visits.rate(
        centre.session, centre.later(days=1), REVISITOR, order.order_no, Rating.SATISFIED, "sms"
    )
    ratings = centre.session.scalars(select(ServiceRating).order_by(ServiceRating.id)).all()
    assert [(one.rating, one.after_fix) for one in ratings] == [
        ("dissatisfied", False),
        ("satisfied", True),
    ]


def test_article_8_nobody_can_change_a_rating(centre: Centre) -> None:
    revisited(centre, FOUR_ANSWERS, centre.closed())
    with pytest.raises(DBAPIError, match="append-only"), centre.session.begin_nested():
        centre.session.execute(update(ServiceRating).values(rating="very_satisfied"))


# --- 第十一条、第二十五条 实时报送 ---


def test_article_11_every_step_is_told_in_the_transaction_that_makes_it(centre: Centre) -> None:
    order = centre.dispatched()
    told = [(one.detail["event"], one.detail["seq"]) for one in news_of(centre, order)]
    assert told == [("open", 1), ("submit", 2), ("dispatch", 3)]


# --- 第十五条 统一受理 ---


def test_article_15_what_12345_passes_on_keeps_its_number_and_is_taken_once(
    centre: Centre,
) -> None:
    handed = replace(
        COMPLAINT, channel="hotline_12345", source_system="12345", source_no="SY20261125-000731"
    )
    first, again = centre.drafted(handed), centre.drafted(handed)
    assert first.id == again.id
    assert first.source_no == "SY20261125-000731"
    found = views.list_orders(centre.session, AGENT, views.OrderFilter(number="SY20261125-000731"))
    assert [order.id for order in found.orders] == [first.id]


# --- 第十七条 即时答复、24小时转办 ---


def test_article_17_what_can_be_answered_is_answered_at_once(centre: Centre) -> None:
    draft = centre.drafted(CONSULTATION)
    order = intake.answer_instantly(centre.session, centre.now, AGENT, draft.order_no, LONG_RESULT)
    assert (order.state, order.answered_instantly, order.close_mode) == ("closed", True, "instant")


def test_article_17_passing_on_is_not_answering_at_once(centre: Centre) -> None:
    draft = centre.drafted(CONSULTATION)
    with pytest.raises(InvalidInput) as refused:
        intake.answer_instantly(
            centre.session,
            centre.now,
            AGENT,
            draft.order_no,
            "您反映的情况我们已经详细记录下来并转交相关部门处理",
        )
    assert [finding.field for finding in refused.value.findings] == ["result"]
    assert draft.state == State.DRAFT


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        ("2026-11-25 10:00", "2026-11-26 10:00"),
        ("2026-11-27 16:00", "2026-11-30 16:00"),
        ("2026-11-28 10:00", "2026-12-01 00:00"),
        ("2026-02-14 17:00", "2026-02-24 17:00"),
    ],
)
def test_article_17_forwarding_is_due_in_24_hours_days_off_postponed(
    centre: Centre, accepted: str, due: str
) -> None:
    centre.now = at(accepted)
    order = centre.submitted()
    assert order.clock == Clock.FORWARD
    assert order.due_at == at(due)


def test_article_17_the_24_hours_run_from_acceptance_not_from_submitting(centre: Centre) -> None:
    draft = centre.drafted()
    order = intake.submit(centre.session, centre.later(hours=3), AGENT, draft.order_no)
    assert order.due_at == at("2026-11-26 10:00")
    intake.escalate(centre.session, centre.now, DISPATCHER, order.order_no, "省中心", "两地")
    intake.take_back(centre.session, centre.later(days=1), DISPATCHER, order.order_no, "属地办理")
    assert order.due_at == at("2026-11-27 13:00")


def test_article_17_a_wrong_class_is_corrected_and_the_first_one_kept(centre: Centre) -> None:
    order = centre.submitted()
    better = Classification(Kind.COMPLAINT, "城市客运", "巡游出租汽车", "拒载")
    dispatch.reclassify(centre.session, centre.now, DISPATCHER, order.order_no, better)
    assert order.sub_item == "拒载"
    assert order.first_class["sub_item"] == "计价议价"
    with pytest.raises(NotAllowed, match="下没有细项"):
        dispatch.reclassify(
            centre.session,
            centre.now,
            DISPATCHER,
            order.order_no,
            replace(better, sub_item="到站不停"),
        )


def test_article_17_another_kind_has_another_limit_from_the_same_start(centre: Centre) -> None:
    centre.now = at("2026-03-02 09:00")
    order = centre.signed()
    really = Classification(Kind.CONSULT, "城市客运", "巡游出租汽车", "计价议价")
    dispatch.reclassify(centre.session, centre.later(hours=1), DISPATCHER, order.order_no, really)
    assert order.clock == Clock.CONSULT
    assert order.due_at is not None
    assert last_day_of(order.due_at) == date(2026, 3, 5)


# --- 第十八条 报请上级 ---


def test_article_18_two_regions_business_goes_up_and_comes_back_with_its_result(
    centre: Centre,
) -> None:
    order = centre.submitted()
    intake.escalate(
        centre.session,
        centre.now,
        DISPATCHER,
        order.order_no,
        "省级热线服务中心",
        "涉及沈阳、大连两地",
    )
    assert (order.state, order.escalated_to) == ("escalated", "省级热线服务中心")
    intake.close_escalated(
        centre.session, centre.later(days=2), DISPATCHER, order.order_no, LONG_RESULT
    )
    assert order.state == State.REVISIT_PENDING


def test_article_18_going_up_needs_a_target_and_a_reason(centre: Centre) -> None:
    order = centre.submitted()
    with pytest.raises(NotAllowed, match="须说明理由；须写明报请的上级"):
        intake.escalate(centre.session, centre.now, DISPATCHER, order.order_no, "", "")


# --- 第十九条 不予受理 ---


@pytest.mark.parametrize("code", list(RejectCode))
def test_article_19_each_of_the_six_cases_is_refused_with_its_reason_told(
    centre: Centre, code: RejectCode
) -> None:
    draft = centre.drafted()
    order = intake.reject(
        centre.session, centre.now, AGENT, draft.order_no, code, code.zh, told=True
    )
    assert (order.state, order.reject_code) == ("rejected", code)
    assert views.history(centre.session, order)[-1].reason == code.zh


def test_article_19_a_refusal_not_told_is_no_refusal(centre: Centre) -> None:
    draft = centre.drafted()
    with pytest.raises(NotAllowed, match="应当及时告知来电人"):
        intake.reject(
            centre.session,
            centre.now,
            AGENT,
            draft.order_no,
            RejectCode.PETITION,
            "已在信访处理",
            told=False,
        )


def test_article_19_secrets_are_not_kept_in_the_text(centre: Centre) -> None:
    draft = centre.drafted()
    order = intake.reject(
        centre.session, centre.now, AGENT, draft.order_no, RejectCode.SECRET, "涉及隐私", told=True
    )
    assert CONTENT not in order.content
    found = views.list_orders(centre.session, AGENT, views.OrderFilter(text="计价器"))
    assert found.orders == ()


def test_article_19_a_refused_12345_order_goes_back_with_its_reason(centre: Centre) -> None:
    handed = replace(COMPLAINT, channel="hotline_12345", source_system="12345", source_no="A-1")
    order = centre.submitted(handed)
    intake.reject(
        centre.session,
        centre.now,
        DISPATCHER,
        order.order_no,
        RejectCode.OUT_OF_DUTY,
        "属于市场监管部门职责",
        told=True,
    )
    news = news_of(centre, order)[-1]
    assert "return_to_source" in news.detail["effects"]
    assert views.history(centre.session, order)[-1].evidence["returned_to"] == "12345"


@pytest.mark.parametrize("missing", ["object", "reason"])
def test_article_19_a_complaint_needs_an_object_and_reasons(centre: Centre, missing: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        centre.submitted(replace(COMPLAINT, **{missing: ""}))  # type: ignore[arg-type]  # one text
    assert missing in {finding.field for finding in refused.value.findings}


# --- 第二十一条 谁主管谁负责、协调、安全生产 ---


def test_article_21_a_helping_unit_tells_the_lead_unit_what_it_found(centre: Centre) -> None:
    order = centre.submitted()
    assignment = Assignment("TAXI", co_unit_codes=("BUS",))
    this = (centre.session, centre.now)
    dispatch.dispatch(*this, DISPATCHER, order.order_no, assignment)
    helper = centre.handler("BUS")
    page = views.list_orders(centre.session, helper, OrderFilter())
    assert order.order_no in [one.order_no for one in page.orders]
    handling.contribute(*this, helper, order.order_no, "该车当日由我公司承包给个人经营")
    assert views.history(centre.session, order)[-1].who_name == "李四"
    with pytest.raises(NotAllowed, match="不在您的单位"):
        handling.sign(*this, helper, order.order_no)


def test_article_21_the_routing_table_names_unit_and_person_and_its_gaps(centre: Centre) -> None:
    route = dispatch.suggest_route(centre.session, centre.submitted())
    assert route is not None
    assert (route.unit_code, route.responsible_person) == ("TAXI", "张三")
    missing = {matter.topic for matter in dispatch.routing_gaps(centre.session)}
    assert "道路货物运输" in missing
    assert "巡游出租汽车" not in missing


def test_article_21_no_order_goes_to_a_unit_without_a_responsible_person(centre: Centre) -> None:
    centre.unit("TAXI").duty_person = ""
    with pytest.raises(NotAllowed, match="责任人"):
        centre.dispatched()


def test_article_21_a_safety_matter_goes_to_the_authority_at_once_even_as_a_draft(
    centre: Centre,
) -> None:
    centre.now = at("2026-11-28 23:30")
    draft = centre.drafted()
    with pytest.raises(NotAllowed, match="本级交通运输主管部门"):
        dispatch.dispatch_safety(
            centre.session, centre.now, AGENT, draft.order_no, Assignment("TAXI")
        )
    order = dispatch.dispatch_safety(
        centre.session, centre.now, AGENT, draft.order_no, Assignment("BUREAU")
    )
    assert (order.state, order.priority, order.dispatched_at) == (
        "dispatched",
        "safety",
        centre.now,
    )
    assert "notify_authority" in news_of(centre, order)[-1].detail["effects"]


def returned(centre: Centre, order: WorkOrder, unit: str) -> WorkOrder:
    return handling.request_return(
        centre.session,
        centre.later(hours=1),
        centre.handler(unit),
        order.order_no,
        "不属于我单位职责",
    )


def test_article_21_an_order_passed_round_goes_to_the_authority_who_decides(
    centre: Centre,
) -> None:
    order = centre.submitted()
    for unit in ("TAXI", "BUS"):
        centre.dispatch(order, unit)
        returned(centre, order, unit)
        dispatch.accept_return(centre.session, centre.now, DISPATCHER, order.order_no)
    centre.dispatch(order, "ROAD")
    returned(centre, order, "ROAD")
    with pytest.raises(NotAllowed, match="报请主管部门协调"):
        dispatch.accept_return(centre.session, centre.now, DISPATCHER, order.order_no)
    dispatch.coordinate(
        centre.session, centre.now, DISPATCHER, order.order_no, "三家单位均称非本单位职责"
    )
    with pytest.raises(NotAllowed, match="主管部门审批人"):
        dispatch.decide_coordination(
            centre.session, centre.now, DISPATCHER, order.order_no, Assignment("TAXI"), "我定"
        )
    dispatch.decide_coordination(
        centre.session,
        centre.later(hours=2),
        AUTHORITY,
        order.order_no,
        Assignment("TAXI"),
        "由运管处主办",
    )
    assert (order.state, order.coordinated, order.returns) == ("dispatched", True, 2)
    with pytest.raises(NotAllowed, match="主管部门协调确定"):
        returned(centre, order, "TAXI")
    outcomes = centre.session.scalars(select(ReturnRequest.outcome).order_by(ReturnRequest.id))
    assert list(outcomes) == ["accepted", "accepted", "coordination"]


def test_article_21_one_unit_leads_and_others_help(centre: Centre) -> None:
    order = centre.submitted()
    dispatch.dispatch(
        centre.session,
        centre.now,
        DISPATCHER,
        order.order_no,
        Assignment("TAXI", co_unit_codes=("BUS",)),
    )
    assert views.work_order(centre.session, centre.handler("BUS"), order.order_no) is order
    with pytest.raises(NotAllowed, match="不在您的单位"):
        handling.sign(centre.session, centre.now, centre.handler("BUS"), order.order_no)


# --- 第二十二条 退回 ---


def test_article_22_a_unit_returns_within_24_hours_with_a_reason(centre: Centre) -> None:
    order = centre.dispatched()
    with pytest.raises(NotAllowed, match="理由"):
        handling.request_return(centre.session, centre.now, centre.handler(), order.order_no, " ")
    returned(centre, order, "TAXI")
    assert order.state == State.RETURN_REQUESTED
    dispatch.accept_return(centre.session, centre.now, DISPATCHER, order.order_no, "centre")
    assert (order.state, order.returns, order.lead_unit_id) == ("pending_review", 1, None)


def test_article_22_after_24_hours_it_is_too_late_to_return(centre: Centre) -> None:
    order = centre.signed()
    centre.later(hours=24, minutes=1)
    with pytest.raises(NotAllowed, match="24小时退回时限"):
        handling.request_return(
            centre.session, centre.now, centre.handler(), order.order_no, "不属于我单位职责"
        )


def test_article_22_a_refused_return_leaves_the_clock_running(centre: Centre) -> None:
    order = centre.dispatched()
    due = order.due_at
    returned(centre, order, "TAXI")
    dispatch.reject_return(
        centre.session,
        centre.later(hours=1),
        DISPATCHER,
        order.order_no,
        "三定方案明确为贵单位职责",
    )
    assert (order.state, order.due_at) == ("in_progress", due)


def test_article_22_the_first_contact_with_the_caller_is_noted(centre: Centre) -> None:
    order = centre.dispatched()
    contacted = centre.later(hours=1)
    handling.first_contact(centre.session, contacted, centre.handler(), order.order_no, "c-1")
    handling.first_contact(
        centre.session, centre.later(hours=1), centre.handler(), order.order_no, "c-2"
    )
    assert order.first_contact_at == contacted


# --- 第二十三条 限时办结 ---


@pytest.mark.parametrize(
    ("what", "last"),
    [
        (CONSULTATION, date(2026, 2, 25)),
        (SUGGESTION, date(2026, 2, 27)),
        (COMPLAINT, date(2026, 3, 5)),
    ],
)
def test_article_23_each_kind_has_3_5_or_10_working_days_from_receipt(
    centre: Centre, what: intake.Intake, last: date
) -> None:
    centre.now = at("2026-02-13 09:00")
    order = centre.dispatched(what, "ROAD")
    assert order.due_at is not None
    assert last_day_of(order.due_at) == last
    handling.sign(centre.session, at("2026-02-24 09:00"), centre.handler("ROAD"), order.order_no)
    assert last_day_of(order.due_at) == last


def test_article_23_the_order_explains_its_deadline_day_by_day(centre: Centre) -> None:
    centre.now = at("2026-02-13 09:00")
    deadline = views.explained_deadline(centre.session, centre.dispatched(CONSULTATION, "ROAD"))
    assert deadline is not None
    assert "第二十三条（一）" in deadline.basis
    assert deadline.days[1].text == "2月14日 周六 调休上班（春节） 第1日"


def test_article_23_another_law_sets_its_own_limit_with_its_basis(centre: Centre) -> None:
    order = centre.submitted()
    legal = LegalOverride(20, "《示例条例》第八条")
    dispatch.dispatch(
        centre.session, centre.now, DISPATCHER, order.order_no, Assignment("TAXI", legal=legal)
    )
    deadline = views.explained_deadline(centre.session, order)
    assert deadline is not None
    assert (order.clock, deadline.amount) == (Clock.OTHER_LAW, 20)
    assert deadline.basis.endswith("《示例条例》第八条")


def test_article_23_a_limit_into_a_year_without_notice_is_provisional_then_recomputed(
    centre: Centre,
) -> None:
    centre.now = at("2026-12-25 09:00")
    order = centre.dispatched(SUGGESTION, "BUS")
    assert order.due_provisional
    before = order.due_at
    known = catalogues.calendar(centre.session, date(2027, 1, 1))
    notice = replace(
        known,
        version="2027",
        years=known.years | {2027},
        exceptions={day: one for day, one in known.exceptions.items() if day.year < 2027},
    )
    catalogues.release_calendar(centre.session, centre.now, "admin", notice)
    assert supervision.recompute_due(centre.session, centre.now) == [order.order_no]
    assert order.due_at != before
    assert (order.due_provisional, order.calendar_version) == (False, "2027")
    assert views.history(centre.session, order)[-1].event == Event.RECOMPUTE_DUE
    assert supervision.outdated(centre.session, centre.now) == []


# --- 第二十四条 延期 ---


def extension_asked(centre: Centre, days: int = 10) -> WorkOrder:
    order = centre.signed()
    handling.request_extension(
        centre.session,
        centre.later(days=1),
        centre.handler(),
        order.order_no,
        ExtensionGround.EVIDENCE,
        "行车记录已被覆盖，需调取路面监控",
        days,
    )
    return order


def test_article_24_the_authority_extends_by_up_to_10_working_days_and_the_caller_is_told(
    centre: Centre,
) -> None:
    centre.now = at("2026-03-02 09:00")
    order = extension_asked(centre)
    handling.approve_extension(centre.session, centre.later(hours=1), AUTHORITY, order.order_no)
    assert order.original_due_at is not None
    assert order.due_at is not None
    assert last_day_of(order.original_due_at) == date(2026, 3, 16)
    assert last_day_of(order.due_at) == date(2026, 3, 30)
    last = news_of(centre, order)[-1]
    assert {"notify_caller", "notify_centre"} <= set(last.detail["effects"])
    assert "路面监控" in views.history(centre.session, order)[-1].reason
    deadline = views.explained_deadline(centre.session, order)
    assert deadline is not None
    assert deadline.days[-1].text == "3月30日 周一 工作日 第10日"


@pytest.mark.parametrize("actor", [DISPATCHER, LEADER, ADMIN])
def test_article_24_neither_centre_nor_administrator_approves(
    centre: Centre, actor: object
) -> None:
    order = extension_asked(centre)
    with pytest.raises(NotAllowed, match="主管部门审批人"):
        handling.approve_extension(centre.session, centre.now, actor, order.order_no)  # type: ignore[arg-type]  # parametrized


def test_article_24_eleven_days_are_too_many(centre: Centre) -> None:
    with pytest.raises(InvalidInput, match="1至10个工作日"):
        extension_asked(centre, 11)


def test_article_24_too_late_and_twice_are_refused(centre: Centre) -> None:
    order = extension_asked(centre, 5)
    handling.approve_extension(centre.session, centre.now, AUTHORITY, order.order_no)
    again = (ExtensionGround.COMPLEX, "仍需时间", 5)
    with pytest.raises(NotAllowed, match="只能延长一次"):
        handling.request_extension(
            centre.session, centre.now, centre.handler(), order.order_no, *again
        )
    late = centre.signed()
    assert late.due_at is not None
    with pytest.raises(InvalidInput, match="已届满"):
        handling.request_extension(
            centre.session,
            late.due_at + timedelta(minutes=1),
            centre.handler(),
            late.order_no,
            *again,
        )


def test_article_24_an_extension_not_approved_before_the_limit_comes_too_late(
    centre: Centre,
) -> None:
    order = extension_asked(centre)
    assert order.due_at is not None
    late = order.due_at + timedelta(minutes=1)
    with pytest.raises(NotAllowed, match="已届满"):
        handling.approve_extension(centre.session, late, AUTHORITY, order.order_no)
    handling.refuse_extension(centre.session, late, AUTHORITY, order.order_no, "期限已过")
    assert order.state == State.IN_PROGRESS


def test_article_24_a_refused_extension_changes_nothing(centre: Centre) -> None:
    order = extension_asked(centre)
    due = order.due_at
    handling.refuse_extension(centre.session, centre.now, AUTHORITY, order.order_no, "可以按期办结")
    assert (order.state, order.due_at, order.extended_days) == ("in_progress", due, 0)


# --- 第二十五条 同步流转、复核 ---


def test_article_25_a_forwarded_complaint_goes_to_the_province_with_all_that_follows(
    centre: Centre,
) -> None:
    order = centre.closed()
    copied = [
        one.detail["event"] for one in news_of(centre, order) if one.detail["copied_to_province"]
    ]
    assert copied == ["dispatch", "sign", "reply", "confirm", "schedule_revisit"]
    other = centre.dispatched(SUGGESTION, "BUS")
    assert not any(one.detail["copied_to_province"] for one in news_of(centre, other))


def test_article_25_the_province_reviews_within_5_working_days_of_closing(
    centre: Centre,
) -> None:
    order = centre.closed()
    assert order.review_state == ReviewState.PENDING
    assert order.review_due_at is not None
    assert last_day_of(order.review_due_at) == date(2026, 12, 2)
    waiting = views.OrderFilter(review_state=ReviewState.PENDING)
    assert list(views.list_orders(centre.session, DEPARTMENT, waiting).orders) == [order]
    with pytest.raises(NotAllowed, match="省级业务归口管理部门"):
        review.pass_review(centre.session, centre.now, DISPATCHER, order.order_no)
    review.pass_review(centre.session, centre.now, DEPARTMENT, order.order_no, "属实")
    assert order.review_state == ReviewState.OK


def test_article_25_failed_twice_is_counted_twice(centre: Centre) -> None:
    order = centre.closed()
    for _ in range(2):
        review.fail_review(
            centre.session, centre.now, DEPARTMENT, order.order_no, "答复不准确", "inaccurate"
        )
        closing.rework(centre.session, centre.now, DEPARTMENT, order.order_no, "复核未通过")
        handling.sign(centre.session, centre.now, centre.handler(), order.order_no)
        handling.reply(centre.session, centre.now, centre.handler(), order.order_no, REPLY)
        closing.confirm(centre.session, centre.now, DISPATCHER, order.order_no)
    assert (order.review_failures, order.reworks, order.review_state) == (
        2,
        2,
        ReviewState.PENDING,
    )


def test_article_25_the_department_supervises_with_a_number(centre: Centre) -> None:
    order = centre.signed()
    demand = Demand(SupervisionType.WRITTEN, UNITS["TAXI"][0], "三日内说明进展")
    row = supervision.supervise(centre.session, centre.now, DEPARTMENT, order.order_no, demand)
    assert row.number == f"{order.order_no}-D01"
    answered = supervision.answer_supervision(
        centre.session, centre.later(days=1), row.number, "已约谈司机"
    )
    assert answered.answered_at == centre.now


# --- 第二十六条 反映集中的问题 ---


def test_article_26_five_complaints_on_one_object_raise_an_alarm(centre: Centre) -> None:
    for _ in range(5):
        centre.drafted()
    (spot,) = merging.hot_spots(centre.session, centre.now)
    assert (spot.object, spot.count, len(spot.order_nos)) == ("辽A12345", 5, 5)
    parent = centre.drafted()
    merging.gather(centre.session, centre.now, parent, spot.order_nos)
    children = views.list_orders(
        centre.session, AGENT, views.OrderFilter(parent_id=parent.id)
    ).orders
    assert len(children) == 5
    assert {child.state for child in children} == {State.DRAFT}


# --- 第二十七条 逾期提醒 ---


def test_article_27_an_overdue_order_is_reminded_and_reported_once(centre: Centre) -> None:
    order = centre.signed()
    assert order.due_at is not None
    assert supervision.report_overdue(centre.session, order.due_at) == []
    late = order.due_at + timedelta(minutes=1)
    assert supervision.report_overdue(centre.session, late) == [order.order_no]
    assert supervision.report_overdue(centre.session, late) == []
    effects = news_of(centre, order)[-1].detail["effects"]
    assert {"notify_unit", "notify_authority"} <= set(effects)


def test_article_27_what_is_due_soon_is_seen_before(centre: Centre) -> None:
    order = centre.signed()
    assert order.due_at is not None
    day_before = order.due_at - timedelta(hours=20)
    assert supervision.due_soon(centre.session, day_before, timedelta(days=1)) == [order]
    assert supervision.due_soon(centre.session, centre.now, timedelta(days=1)) == []


def test_article_27_a_replied_order_is_not_overdue_while_the_centre_looks_at_it(
    centre: Centre,
) -> None:
    order = centre.replied()
    assert order.handling_due_at is not None
    assert supervision.report_overdue(centre.session, order.handling_due_at + timedelta(1)) == []


# --- 第二十八条 逐件回复 ---


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"process": ""}, "办理过程"),
        ({"basis": ""}, "处理依据"),
        ({"told_by": ""}, "征询意见"),
    ],
)
def test_article_28_a_reply_tells_result_process_and_basis_and_reaches_the_caller(
    centre: Centre, change: dict[str, str], part: str
) -> None:
    order = centre.signed()
    with pytest.raises(NotAllowed, match=part):
        handling.reply(
            centre.session,
            centre.now,
            centre.handler(),
            order.order_no,
            replace(REPLY, **change),  # type: ignore[arg-type]  # one text field a time
        )


def test_article_28_who_cannot_be_reached_is_excepted_with_proof_of_calls(
    centre: Centre,
) -> None:
    order = centre.signed()
    tried = replace(REPLY, told_by="", call_keys=("call-1", "call-2"))
    handling.reply(centre.session, centre.now, centre.handler(), order.order_no, tried)
    assert order.state == State.REPLIED


def test_article_28_a_merged_order_is_answered_on_its_own(centre: Centre) -> None:
    master = centre.submitted()
    child = centre.submitted(replace(COMPLAINT, caller_number="13900000000"))
    merging.merge(
        centre.session, centre.now, DISPATCHER, child.order_no, master.order_no, "同一车辆同一行程"
    )
    assert (child.state, child.parent_id) == (State.MERGED, master.id)
    with pytest.raises(NotAllowed, match="主工单尚未办结"):
        merging.answer_merged(centre.session, centre.now, DISPATCHER, child.order_no, REPLY)
    centre.dispatch(master)
    handling.sign(centre.session, centre.now, centre.handler(), master.order_no)
    handling.reply(centre.session, centre.now, centre.handler(), master.order_no, REPLY)
    closing.confirm(centre.session, centre.now, DISPATCHER, master.order_no)
    with pytest.raises(NotAllowed, match="征询意见"):
        merging.answer_merged(
            centre.session, centre.now, DISPATCHER, child.order_no, replace(REPLY, told_by="")
        )
    merging.answer_merged(centre.session, centre.now, DISPATCHER, child.order_no, REPLY)
    assert (child.state, child.close_mode) == (State.REVISIT_PENDING, "merged")


def test_article_28_truck_drivers_matters_are_never_merged(centre: Centre) -> None:
    master = centre.submitted()
    child = centre.submitted(replace(COMPLAINT, caller_group="货车司机"))
    with pytest.raises(InvalidInput, match="一事一办"):
        merging.merge(
            centre.session, centre.now, DISPATCHER, child.order_no, master.order_no, "同一问题"
        )


# --- 第二十九条 回访 ---


def test_article_29_every_closed_complaint_is_to_be_revisited_in_5_working_days(
    centre: Centre,
) -> None:
    order = centre.closed()
    assert (order.state, order.clock) == (State.REVISIT_PENDING, Clock.REVISIT)
    assert order.due_at is not None
    assert last_day_of(order.due_at) == date(2026, 12, 2)


def test_article_29_the_visit_asks_all_four_questions(centre: Centre) -> None:
    order = centre.closed()
    visit = Visit("phone", {Question.SATISFACTION: Rating.SATISFIED}, call_key="c")
    with pytest.raises(InvalidInput, match="工作效率、回复情况、处理结果"):
        return_visits.record_visit(centre.session, centre.now, REVISITOR, order.order_no, visit)
    assert revisited(centre, FOUR_ANSWERS, order).state == State.REVISITED


@pytest.mark.parametrize(
    ("seconds", "number", "before"),
    [(0.0, PHONE, 0), (60.0, "13900000000", 0), (60.0, PHONE, 3)],
    ids=["nobody picked up", "another number", "before it was closed"],
)
def test_article_29_a_visit_without_a_real_call_is_no_visit(
    centre: Centre, seconds: float, number: str, before: int
) -> None:
    order = centre.closed()
    centre.later(hours=1 - before)
    call = centre.call_out("call-1", seconds, number)
    with pytest.raises(NotAllowed, match="须有凭据"):
        return_visits.record_visit(
            centre.session,
            centre.now,
            REVISITOR,
            order.order_no,
            Visit("phone", FOUR_ANSWERS, call_key=call.key),
        )


def test_article_29_the_callers_own_message_is_evidence_too(centre: Centre) -> None:
    order = centre.closed()
    visit = Visit("sms", FOUR_ANSWERS, message_key="sms-731")
    return_visits.record_visit(centre.session, centre.now, REVISITOR, order.order_no, visit)
    assert order.state == State.REVISITED


def test_article_29_unreachable_is_said_after_two_calls_not_before(centre: Centre) -> None:
    order = centre.closed()
    for attempt in range(2):
        with pytest.raises(NotAllowed, match="须有凭据"):
            return_visits.record_visit(
                centre.session, centre.now, REVISITOR, order.order_no, Visit("phone")
            )
        centre.later(hours=2)
        call = centre.call_out(f"try-{attempt}", seconds=0)
        return_visits.record_attempt(
            centre.session, centre.now, REVISITOR, order.order_no, call.key
        )
    return_visits.record_visit(
        centre.session, centre.now, REVISITOR, order.order_no, Visit("phone")
    )
    rating = centre.session.scalars(select(ServiceRating)).one()
    assert (order.state, rating.rating) == (State.REVISITED, Rating.UNREACHABLE)


def test_article_29_other_kinds_are_sampled_with_a_seed_that_is_kept(centre: Centre) -> None:
    since = centre.now
    for _ in range(12):
        draft = centre.drafted(CONSULTATION)
        intake.answer_instantly(centre.session, centre.now, AGENT, draft.order_no, LONG_RESULT)
    until = centre.later(hours=1)
    drawn = return_visits.draw_sample(centre.session, centre.now, since, until, seed=12328)
    assert len(drawn) == 2
    order = views.work_order(centre.session, REVISITOR, drawn[0])
    assert order.state == State.REVISIT_PENDING
    last = views.history(centre.session, order)[-1]
    assert last.evidence == {"seed": 12328, "share": 0.1, "of": 12}


def test_article_29_dissatisfied_and_justified_is_done_again(centre: Centre) -> None:
    bad = {**FOUR_ANSWERS, Question.SATISFACTION: Rating.VERY_DISSATISFIED}
    order = revisited(centre, bad, centre.closed())
    closing.rework(centre.session, centre.now, REVISITOR, order.order_no, "费用没有退")
    assert (order.state, order.reworks, order.clock) == (State.REWORK, 1, Clock.COMPLAINT)
    handling.sign(centre.session, centre.now, centre.handler(), order.order_no)
    handling.reply(centre.session, centre.now, centre.handler(), order.order_no, REPLY)
    closing.confirm(centre.session, centre.now, DISPATCHER, order.order_no)
    assert order.state == State.REVISIT_PENDING


def test_article_29_an_instant_answer_found_wrong_is_taken_up_anew(centre: Centre) -> None:
    draft = centre.drafted()
    answer = "经查询该车辆属于合规巡游出租汽车，计价标准已向您详细说明"
    order = intake.answer_instantly(centre.session, centre.now, AGENT, draft.order_no, answer)
    assert order.state == State.REVISIT_PENDING
    closing.rework(centre.session, centre.now, REVISITOR, order.order_no, "来电人要求处理司机")
    assert (order.state, order.clock) == (State.PENDING_REVIEW, Clock.FORWARD)


# --- 第三十条 程序性确认、归档 ---


def test_article_30_the_centre_confirms_and_whoever_replied_does_not(centre: Centre) -> None:
    order = centre.replied()
    with pytest.raises(NotAllowed, match="派单员"):
        closing.confirm(centre.session, centre.now, centre.handler(), order.order_no)
    closing.confirm(centre.session, centre.now, DISPATCHER, order.order_no)
    assert order.closed_at == centre.now


def test_article_30_a_reply_sent_back_runs_on_with_its_old_clock(centre: Centre) -> None:
    order = centre.signed()
    due = order.due_at
    handling.reply(centre.session, centre.now, centre.handler(), order.order_no, REPLY)
    assert order.due_at is None
    closing.send_back(
        centre.session, centre.later(hours=1), DISPATCHER, order.order_no, "依据不明", "inaccurate"
    )
    assert (order.state, order.due_at, order.reworks) == (State.REWORK, due, 1)


def test_article_30_a_complaint_is_archived_only_after_visit_and_review(centre: Centre) -> None:
    order = centre.closed()
    with pytest.raises(NotAllowed, match="待回访"):
        archive.archive(centre.session, centre.now, DISPATCHER, order.order_no)
    revisited(centre, FOUR_ANSWERS, order)
    with pytest.raises(NotAllowed, match="省级复核尚未通过"):
        archive.archive(centre.session, centre.now, DISPATCHER, order.order_no)
    review.pass_review(centre.session, centre.now, DEPARTMENT, order.order_no)
    archive.archive(centre.session, centre.now, DISPATCHER, order.order_no)
    assert order.state == State.ARCHIVED
    assert archive.keep_until(centre.session, order) == date(2031, 11, 25)
    with pytest.raises(NotAllowed, match="已归档"):
        intake.supplement(centre.session, centre.now, AGENT, order.order_no, "再补充一点")


def test_article_30_the_job_archives_what_is_ready_and_nothing_else(centre: Centre) -> None:
    draft = centre.drafted(CONSULTATION)
    consulted = intake.answer_instantly(
        centre.session, centre.now, AGENT, draft.order_no, LONG_RESULT
    )
    waiting = centre.closed()
    centre.later(days=10)
    fresh = intake.answer_instantly(
        centre.session, centre.now, AGENT, centre.drafted(CONSULTATION).order_no, LONG_RESULT
    )
    week_ago = centre.now - timedelta(days=7)
    assert archive.archive_due(centre.session, centre.now, week_ago) == [consulted.order_no]
    assert (waiting.state, fresh.state) == (State.REVISIT_PENDING, State.CLOSED)


def test_article_30_recordings_stay_a_year_and_orders_five(centre: Centre) -> None:
    limits = catalogues.policy(centre.session).limits()
    assert limits[Clock.KEEP_RECORDINGS].amount == 1
    assert limits[Clock.KEEP_ORDERS].amount == 5
    assert retain_until(centre.now) == date(2027, 11, 25)


def test_article_30_an_order_ends_after_five_years_with_a_certificate(centre: Centre) -> None:
    centre.now = at("2019-03-04 10:00")
    draft = centre.drafted(CONSULTATION)
    this = (centre.session, centre.now)
    intake.answer_instantly(*this, AGENT, draft.order_no, LONG_RESULT)
    archived = archive.archive(*this, DISPATCHER, draft.order_no)
    centre.drafted(CONSULTATION)
    with pytest.raises(NotAllowed, match="2024-03-04"):
        disposal.dispose(centre.session, at("2024-03-04 23:00"), archived.id)
    certificate = disposal.dispose(centre.session, at("2024-03-05 00:00"), archived.id)
    assert certificate.order_no == draft.order_no
    assert "第三十条" in certificate.rule
    with pytest.raises(NotFound):
        views.work_order(centre.session, AGENT, draft.order_no)


def test_article_30_closings_too_fast_to_be_true_are_listed(centre: Centre) -> None:
    since = centre.now
    order = centre.signed()
    handling.reply(centre.session, centre.later(minutes=2), centre.handler(), order.order_no, REPLY)
    closing.confirm(centre.session, centre.now, DISPATCHER, order.order_no)
    honest = centre.closed(replace(COMPLAINT, object="辽A54321"))
    (found,) = [
        one
        for one in review.suspicious_closings(
            centre.session, since, centre.later(hours=1), timedelta(minutes=10)
        )
        if one.order_no != honest.order_no
    ]
    assert found.order_no == order.order_no
    assert "短于一次通话" in found.why
    assert "没有呼叫记录" in found.why


# --- 第三十二条 报告期限 ---


def test_article_32_reports_are_due_on_the_5th_and_10th_working_day(centre: Centre) -> None:
    clocks = catalogues.clocks(centre.session, date(2026, 1, 1))
    assert last_day_of(clocks.report(Clock.MONTHLY_REPORT, 2026, 1).due_at) == date(2026, 2, 6)
    assert last_day_of(clocks.report(Clock.ANNUAL_REPORT, 2025).due_at) == date(2026, 1, 15)


def test_the_system_itself_closes_nothing(centre: Centre) -> None:
    """No job may stand in for a person's answer."""
    order = centre.replied()
    with pytest.raises(NotAllowed):
        closing.confirm(centre.session, centre.now, SYSTEM, order.order_no)
