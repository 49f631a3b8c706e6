"""What callers say is understood by whole phrases, by writing and by sound."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr_flows.interfaces import Guess
from ivr_flows.speech.numerals import day, digits, quantity
from ivr_flows.speech.slots import Slot, SlotKind, plate, roads, wordings
from ivr_flows.speech.understanding import (
    PERSON,
    YES_OR_NO,
    Choices,
    alike,
    choices,
    is_clear,
    understand,
)
from ivr_flows.values import numeral

TODAY = date(2026, 11, 28)
ROAD = {"road": Slot(SlotKind.ROAD)}


def meant(text: str, possible: Choices, confidence: float = 1.0) -> tuple[str, dict[str, str]]:
    found = understand([Guess(text, confidence)], possible, TODAY)
    if not found:
        return "", {}
    return found[0].intent, {name: value.text for name, value in found[0].values.items()}


def test_a_phrase_leads_to_its_intent() -> None:
    menu = choices([("road", ["路况查询"]), ("taxi", ["我要投诉出租车", "投诉出租车"])])
    assert meant("我要投诉出租车", menu) == ("taxi", {})


def test_a_word_more_or_less_does_no_harm() -> None:
    menu = choices([("road", ["路况查询"]), ("taxi", ["我要投诉出租车"])])
    assert meant("我投诉出租车", menu) == ("taxi", {})


def test_foreign_words_are_none_of_it() -> None:
    menu = choices([("road", ["路况查询"]), ("taxi", ["我要投诉出租车"])])
    assert meant("今天天气", menu) == ("", {})
    assert meant("", menu) == ("", {})


@pytest.mark.parametrize("heard", ["是", "十", "十的"])
def test_homophones_are_what_the_step_asks_for(heard: str) -> None:
    assert meant(heard, choices(YES_OR_NO))[0] == "yes"


def test_the_same_sound_is_the_other_word_where_the_step_means_that() -> None:
    assert meant("是", choices([("ten", ["十"])]))[0] == "ten"


def test_a_person_is_heard_at_every_step() -> None:
    assert meant("转人工", choices([("road", ["路况"])]))[0] == PERSON
    assert meant("人工服务", choices([]))[0] == PERSON


@pytest.mark.parametrize(
    "heard", ["查询京哈高速路况", "查询G一高速路况", "查询京哈路况", "查询G幺路况"]
)
def test_a_road_is_heard_by_name_and_by_number(heard: str) -> None:
    menu = choices([("road", ["查询{road}路况"])], ROAD)
    assert meant(heard, menu) == ("road", {"road": "京哈高速", "road_no": "1"})


def test_a_road_of_the_author_is_heard_too() -> None:
    own = {"road": Slot(SlotKind.ROAD, {"S26沈康高速": ("沈康", "新城子高速")})}
    assert meant("新城子高速路况", choices([("road", ["{road}路况"])], own)) == (
        "road",
        {"road": "S26沈康高速", "road_no": "26"},
    )


def test_a_plate_is_read_with_its_province() -> None:
    menu = choices([("plate", ["车牌号是{plate}"])], {"plate": Slot(SlotKind.PLATE)})
    assert meant("车牌号是辽A幺二三四五", menu) == ("plate", {"plate": "辽A12345"})
    assert meant("车牌号是辽I一二三四五", menu) == ("", {})
    assert plate("辽AD一二三四五") == "辽AD12345"


def test_digits_are_taken_only_in_the_length_asked_for() -> None:
    menu = choices([("number", ["{number}"])], {"number": Slot(SlotKind.DIGITS, {}, 4, 8)})
    assert meant("幺二三两八", menu) == ("number", {"number": "12328"})
    assert meant("一二", menu) == ("", {})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("昨天", date(2026, 11, 27)),
        ("二十八号", date(2026, 11, 28)),
        ("三号", date(2026, 12, 3)),
        ("十一月二日", date(2026, 11, 2)),
        ("一月三号", date(2027, 1, 3)),
        ("二月三十号", None),
        ("月日", None),
    ],
)
def test_a_day_is_the_nearest_one_so_called(said: str, expected: date | None) -> None:
    assert day(said, TODAY) == expected


@given(st.integers(0, 9999))
def test_quantities_are_read_as_they_are_said(number: int) -> None:
    assert quantity(numeral(number)) == number


@given(st.text(alphabet="零一二三四五六七八九", min_size=1, max_size=20))
def test_digits_are_read_one_by_one(text: str) -> None:
    entry = digits(text)
    assert entry is not None
    assert len(entry) == len(text)


def test_two_intents_too_close_are_asked_about() -> None:
    menu = choices([("jh", ["京哈高速"]), ("jhu", ["京沪高速"])])
    guesses = [Guess("京哈高速", 0.9), Guess("京沪高速", 0.88)]
    assert not is_clear(understand(guesses, menu, TODAY), 0.8)
    assert is_clear(understand([Guess("京哈高速", 1.0)], menu, TODAY), 0.8)
    assert not is_clear(understand([Guess("京哈高速", 0.5)], menu, TODAY), 0.8)


def test_everything_that_counts_is_listened_for() -> None:
    slots = {"plate": Slot(SlotKind.PLATE), **ROAD}
    menu = choices([("plate", ["车牌号是{plate}谢谢"]), ("road", ["查{road}"])], slots)
    assert {"人工", "车牌号是", "谢谢", "辽", "A", "幺", "查京哈高速"} <= set(menu.phrases())
    assert all(menu.phrases())


def test_a_phrase_with_a_slot_nobody_declared_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        wordings("查{road}", {})


def test_every_national_road_has_one_name() -> None:
    assert len(set(roads().values())) == len(roads())


@given(
    texts=st.lists(st.text(max_size=70), max_size=4),
    confidence=st.floats(-1, 2),
    phrases=st.lists(
        st.text(alphabet=st.characters(exclude_characters="{}"), min_size=1, max_size=40),
        max_size=4,
    ),
)
def test_whatever_a_recogniser_writes_it_is_understood_or_not(
    texts: list[str], confidence: float, phrases: list[str]
) -> None:
    slots = {"plate": Slot(SlotKind.PLATE), "day": Slot(SlotKind.DATE), **ROAD}
    possible = choices(
        [("own", phrases), ("plate", ["车{plate}"]), ("day", ["{day}"]), ("road", ["{road}"])],
        slots,
    )
    found = understand([Guess(text, confidence) for text in texts], possible, TODAY)
    assert all(0.0 <= one.sureness <= 1.0 for one in found)
    assert list(found) == sorted(found, key=lambda one: -one.sureness)


@given(
    st.text(alphabet="是十事好号路况", max_size=8), st.text(alphabet="是十事好号路况", max_size=8)
)
def test_likeness_is_the_same_both_ways_and_whole_only_for_the_same(one: str, other: str) -> None:
    assert alike(one, other) == pytest.approx(alike(other, one))
    assert (alike(one, other) == 1.0) == (one == other)
