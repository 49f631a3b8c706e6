"""How a record must be written, rule by rule, with the message a person reads."""

import pytest

from ticketing.rules.acceptance import (
    RejectCode,
    When,
    check_texts,
    check_title,
    han_characters,
)
from ticketing.rules.classification import Kind

LONG = "乘客反映昨日晚间在火车站乘坐出租汽车时司机拒绝使用计价器并索要高价"
COMPLAINT = {"content": LONG, "object": "辽A12345", "reason": "要求退还多收费用并处理司机"}


def messages(when: When, kind: Kind, **texts: str) -> list[str]:
    return [finding.message for finding in check_texts({**COMPLAINT, **texts}, when, kind)]


def test_a_well_written_complaint_has_no_findings() -> None:
    assert messages(When.INTAKE, Kind.COMPLAINT) == []


def test_nineteen_characters_are_too_few_and_the_message_counts_them() -> None:
    (message,) = messages(When.INTAKE, Kind.CONSULT, content="一" * 19 + "abc123，。")
    assert "目前19个" in message
    assert messages(When.INTAKE, Kind.CONSULT, content="一" * 20) == []


def test_rare_characters_are_characters_too() -> None:
    assert han_characters("𠮷野家，ok") == 3


@pytest.mark.parametrize("missing", ["object", "content", "reason"])
def test_a_complaint_needs_object_facts_and_reasons(missing: str) -> None:
    found = check_texts({**COMPLAINT, missing: " "}, When.INTAKE, Kind.COMPLAINT)
    assert missing in {finding.field for finding in found}


def test_a_consultation_needs_no_object() -> None:
    assert messages(When.INTAKE, Kind.CONSULT, object="", reason="") == []


def test_the_word_of_refusal_belongs_to_refused_orders_only() -> None:
    (message,) = messages(When.INTAKE, Kind.CONSULT, content=LONG + "，不予受理")
    assert "“不予受理”" in message


@pytest.mark.parametrize(
    "result",
    [
        "您反映的问题我们已经记录下来，将转办给相关的承办单位进行处理答复",
        "您反映的问题我们已经记录下来，我们会转有关部门进行核实处理答复您",
    ],
)
def test_an_instant_reply_must_not_say_it_was_passed_on(result: str) -> None:
    (message,) = messages(When.INSTANT_REPLY, Kind.CONSULT, result=result)
    assert "即时答复" in message


def test_telling_where_to_change_trains_is_not_passing_on() -> None:
    result = "请您在市府广场站转乘二号线，沿途约二十分钟即可到达沈阳北站"
    assert messages(When.INSTANT_REPLY, Kind.CONSULT, result=result) == []


def test_a_units_reply_may_say_it_was_passed_on() -> None:
    result = "经我单位转办至车队核实，已对驾驶员进行批评教育并退还多收费用"
    assert messages(When.REPLY, Kind.COMPLAINT, result=result) == []


def test_the_six_cases_of_refusal_have_words_for_the_caller() -> None:
    assert [code.value for code in RejectCode] == ["R1", "R2", "R3", "R4", "R5", "R6"]
    assert "信访" in RejectCode.PETITION.script


def test_the_form_of_address_fits() -> None:
    assert check_title("先生", "male") is None
    assert check_title("先生", "") is None
    finding = check_title("先生", "female")
    assert finding is not None
    assert "女士" in finding.message
