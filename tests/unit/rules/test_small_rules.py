"""Classification, routing, permissions, masking, ratings and how long recordings stay."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing import data
from ticketing.rules.classification import Classification, Kind
from ticketing.rules.masking import (
    masked_name,
    masked_phone,
    masked_speech,
    masked_text,
)
from ticketing.rules.permissions import RIGHTS, Right, Role, rights_of
from ticketing.rules.ratings import BY_KEY, THREE_LEVELS, Rating, satisfaction_rate
from ticketing.rules.recordings import Hold, retain_until, why_kept
from ticketing.rules.routing import (
    Matter,
    Route,
    choose_route,
    gaps,
    is_ping_pong,
    region_covers,
)

TREE = data.taxonomy()


# --- classification ---


def test_the_shipped_tree_is_the_one_of_the_annual_report() -> None:
    topics = {entry.topic for entry in TREE.entries}
    sub_items = {(entry.topic, entry.sub_item) for entry in TREE.entries}
    third = [entry for entry in TREE.entries if entry.third_level]
    assert (len(TREE.domains), len(topics), len(sub_items), len(third)) == (11, 8, 40, 6)


def test_every_entry_lies_in_a_known_domain_and_is_a_valid_class() -> None:
    for entry in TREE.entries:
        found = Classification(
            Kind.COMPLAINT, entry.domain, entry.topic, entry.sub_item, entry.third_level
        )
        assert TREE.problems(found) == []


def test_a_topic_without_a_sub_item_is_a_class_and_so_is_a_domain_alone() -> None:
    assert TREE.problems(Classification(Kind.COMPLAINT, "城市客运", "巡游出租汽车")) == []
    assert TREE.problems(Classification(Kind.CONSULT, "水路")) == []


def test_a_topic_may_be_named_as_the_report_prints_it() -> None:
    found = Classification(Kind.COMPLAINT, "城市客运", "网络预约出租车", "绕路")
    assert TREE.problems(found) == []


@pytest.mark.parametrize(
    ("found", "part"),
    [
        (Classification(Kind.CONSULT, "航天"), "业务领域“航天”"),
        (Classification(Kind.CONSULT, "水路", "公共汽电车"), "“水路”下没有"),
        (Classification(Kind.CONSULT, "城市客运", "公共汽电车", "拒载"), "下没有细项“拒载”"),
        (Classification(Kind.CONSULT, "城市客运", "", "拒载"), "先选择热点事项"),
        (Classification(Kind.CONSULT, "城市客运", "公共汽电车", "", "甲"), "先选择细项"),
        (Classification(Kind.CONSULT, "城市客运", "公共汽电车", "线路", "甲"), "三级事项“甲”"),
    ],
)
def test_a_class_outside_the_tree_is_told_exactly(found: Classification, part: str) -> None:
    (message,) = TREE.problems(found)
    assert part in message


def test_12345s_types_map_where_they_can_and_ask_where_they_cannot() -> None:
    kinds = data.source_kinds()
    assert kinds["投诉"] is Kind.COMPLAINT
    assert kinds["求助"] is None


def test_every_channel_has_a_row_in_the_ministrys_form_and_every_city_its_province() -> None:
    assert all(channel.report_name for channel in data.channels())
    assert {r.parent for r in data.regions() if r.kind == "city"} == {"210000"}


# --- routing ---

ROUTES = [
    Route("出租办", "张三", domain="城市客运", topic="巡游出租汽车"),
    Route("沈阳出租办", "李四", topic="巡游出租汽车", region_code="210100"),
    Route("城市客运处", "王五", domain="城市客运"),
    Route("货车司机第一部门", "赵六", caller_group="货车司机"),
    Route("水路处", "", domain="水路"),
]


@pytest.mark.parametrize(
    ("matter", "unit"),
    [
        (Matter("城市客运", "巡游出租汽车", "拒载", "210200"), "出租办"),
        (Matter("城市客运", "巡游出租汽车", "拒载", "210100"), "沈阳出租办"),
        (Matter("城市客运", "公共汽电车", region_code="210100"), "城市客运处"),
        (Matter("城市客运", "巡游出租汽车", "拒载", "210100", "货车司机"), "货车司机第一部门"),
    ],
)
def test_the_most_specific_route_wins(matter: Matter, unit: str) -> None:
    route = choose_route(ROUTES, matter)
    assert route is not None
    assert route.unit_code == unit


@given(st.permutations(ROUTES))
def test_the_order_of_rows_does_not_matter_between_unlike_routes(routes: list[Route]) -> None:
    route = choose_route(routes, Matter("城市客运", "巡游出租汽车", "拒载", "210103"))
    assert route is not None
    assert route.unit_code == "沈阳出租办"


def test_matters_without_unit_or_person_are_gaps() -> None:
    nobody, no_person = Matter("铁路"), Matter("水路")
    assert gaps(ROUTES, [nobody, no_person, Matter("城市客运")]) == [nobody, no_person]


def test_a_province_covers_its_cities_and_a_city_its_districts() -> None:
    assert region_covers("210000", "210103")
    assert region_covers("210100", "210103")
    assert region_covers("", "210103")
    assert not region_covers("210200", "210103")
    assert not region_covers("210103", "210100")


def test_three_units_that_pass_an_order_round_are_noticed() -> None:
    assert is_ping_pong(["甲", "乙", "丙"])
    assert is_ping_pong(["甲", "乙"], next_unit="甲")
    assert not is_ping_pong(["甲", "乙"], next_unit="丙")
    assert not is_ping_pong(["甲"], next_unit="甲")


# --- permissions ---


def test_every_role_has_a_row_and_a_chinese_name() -> None:
    assert set(RIGHTS) == set(Role)
    assert all(role.zh for role in Role)


def test_the_administrator_hears_nothing_and_sees_no_numbers() -> None:
    own = rights_of([Role.ADMIN])
    assert not own & {Right.LISTEN_RECORDINGS, Right.SEE_NUMBERS, Right.BREAK_CONFIDENTIALITY}


def test_two_roles_open_what_either_opens() -> None:
    assert rights_of([Role.AGENT, Role.AUDITOR]) == RIGHTS[Role.AGENT] | RIGHTS[Role.AUDITOR]
    assert rights_of([]) == frozenset()


# --- masking ---


def test_numbers_and_names_are_hidden_in_the_middle() -> None:
    assert masked_phone("13812345678") == "138****5678"
    assert masked_phone("12328") == "*****"
    assert masked_phone("02412345678") == "024****5678"
    assert masked_name("张三丰") == "张**"
    assert masked_name("") == ""


def test_numbers_inside_a_text_are_hidden_and_the_rest_stays() -> None:
    text = "联系13812345678，身份证210102199001011234，工单JT2101002024120251955520"
    assert masked_text(text) == (
        "联系138****5678，身份证210102********1234，工单JT2101002024120251955520"
    )


def test_spoken_numbers_and_plates_are_hidden_but_for_their_end() -> None:
    assert masked_speech("辽A一二三四五 对") == "辽A***四五 对"
    assert masked_speech("幺三八零零幺三八零零零") == "*********零零"
    assert masked_speech("我要投诉出租车 G一五") == "我要投诉出租车 G一五"


@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True))
def test_no_phone_number_survives_masking(number: str) -> None:
    masked = masked_phone(number)
    assert len(masked) == len(number)
    assert masked.count("*") >= min(4, len(number))


# --- ratings ---


def test_neutral_counts_as_answered_but_not_as_satisfied() -> None:
    rate = satisfaction_rate(
        [
            Rating.VERY_SATISFIED,
            Rating.BASICALLY_SATISFIED,
            Rating.DISSATISFIED,
            Rating.SATISFIED,
            Rating.UNRATED,
            Rating.UNREACHABLE,
        ]
    )
    assert rate.value == Fraction(2, 4)


def test_without_answers_there_is_no_rate() -> None:
    assert satisfaction_rate([Rating.UNRATED, Rating.UNREACHABLE]).value is None


def test_five_levels_five_keys_and_two_of_them_are_bad() -> None:
    assert set(BY_KEY.values()) == set(THREE_LEVELS)
    assert [rating for rating in Rating if rating.is_bad] == [
        Rating.DISSATISFIED,
        Rating.VERY_DISSATISFIED,
    ]


# --- recordings ---

ENDED = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)  # 3 March, 1:30 in Shanghai


def test_a_recording_stays_a_year_counted_in_shanghai_days() -> None:
    assert retain_until(ENDED) == date(2027, 3, 3)
    assert retain_until(ENDED, years=3) == date(2029, 3, 3)


def test_less_than_a_year_is_against_the_law() -> None:
    with pytest.raises(ValueError, match="一年"):
        retain_until(ENDED, years=0)


def test_a_recording_goes_only_after_its_period_and_without_a_hold() -> None:
    until = retain_until(ENDED)
    held, released = Hold("工单未办结"), Hold("申诉", released_at=ENDED)
    assert why_kept(until, [], until) == "存档期限至2027-03-03"
    assert why_kept(until, [held, released], date(2027, 3, 4)) == "被保全：工单未办结"
    assert why_kept(until, [released], date(2027, 3, 4)) is None


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001
def test_nothing_goes_before_365_days(naive: datetime) -> None:
    ended = naive.replace(tzinfo=UTC)
    assert (retain_until(ended) - ended.date()).days >= 365
