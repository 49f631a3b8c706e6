"""Order numbers, ours and other systems'."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.rules.numbering import LAST_SEQUENCE, OrderNo, foreign_no, parse

numbers = st.builds(
    OrderNo,
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.dates(date(2014, 1, 1), date(2099, 12, 31)),
    st.integers(0, LAST_SEQUENCE),
)


@given(numbers)
def test_a_number_reads_back_as_it_was_written(number: OrderNo) -> None:
    assert len(str(number)) == 24
    assert parse(str(number)) == number


@given(st.text())
def test_reading_any_text_never_fails(text: str) -> None:
    found = parse(text)
    assert found is None or str(found) == text.strip().upper()


@pytest.mark.parametrize(
    ("text", "region", "day", "sequence"),
    [
        ("JT2101002024120251955520", "210100", date(2024, 12, 2), 51955520),
        ("JT2103002024113051952743", "210300", date(2024, 11, 30), 51952743),
        ("jt2104002024120451957097 ", "210400", date(2024, 12, 4), 51957097),
    ],
)
def test_the_printed_numbers_of_liaoning_are_understood(
    text: str, region: str, day: date, sequence: int
) -> None:
    assert parse(text) == OrderNo(region, day, sequence)


@pytest.mark.parametrize("text", ["JT2101002024133251955520", "JT210100", "", "JT２１０１００"])
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert parse(text) is None


def test_a_sequence_beyond_eight_digits_is_refused_not_cut() -> None:
    with pytest.raises(ValueError, match="eight digits"):
        OrderNo("210100", date(2026, 3, 2), LAST_SEQUENCE + 1)


def test_another_systems_number_is_kept_as_it_is() -> None:
    assert foreign_no(" 2024-12345/沈".replace("/沈", "/SY ")) == "2024-12345/SY"
    with pytest.raises(ValueError, match="不能识别"):
        foreign_no("'; drop table")
