"""What a place may decide for itself, and texts made fit to be kept and compared."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.rules.deadlines import Clock, LocalLimit, LocalLimitError, Postponement
from ticketing.rules.policy import Policy, from_document, to_document
from ticketing.rules.similarity import bigrams, likeness
from ticketing.rules.texts import clean

STRICT = replace(
    Policy(),
    postponement=Postponement.END_OF_NEXT_WORKING_DAY,
    local_limits=(LocalLimit(Clock.COMPLAINT, 7, "省实施细则"),),
    province_review=False,
)


@pytest.mark.parametrize("policy", [Policy(), STRICT])
def test_a_policy_comes_back_from_its_document(policy: Policy) -> None:
    document = json.loads(json.dumps(to_document(policy)))
    assert from_document(document) == policy


def test_what_a_document_leaves_out_is_the_regulations_own() -> None:
    assert from_document({"region_code": "210200"}) == replace(Policy(), region_code="210200")


def test_a_setting_nobody_knows_is_a_fault() -> None:
    with pytest.raises(ValueError, match="colour"):
        from_document({"colour": "red"})


def test_a_policy_laxer_than_the_regulation_is_not_read() -> None:
    lax = [{"clock": "D6", "amount": 15, "basis": "省"}]
    with pytest.raises(LocalLimitError, match="不得长于"):
        from_document({"local_limits": lax})


@given(st.text())
def test_a_cleaned_text_can_be_written_and_cleaning_it_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert "\x00" not in once
    assert once.encode().decode() == once
    assert clean(once) == once


@given(st.text(alphabet="出租汽车司机拒载ab1，。 ", max_size=30))
def test_a_text_is_wholly_like_itself_and_likeness_has_no_direction(text: str) -> None:
    assert likeness(text, text) == (1.0 if bigrams(text) else 0.0)
    assert likeness(text, "司机拒载") == likeness("司机拒载", text)


def test_punctuation_parts_words_and_case_does_not_matter() -> None:
    assert bigrams("辽A1，不打表") == {"辽a", "a1", "不打", "打表"}
    assert bigrams("价") == {"价"}
    assert likeness("出租车拒载", "高速封闭") == 0.0
