"""How values are read out on the telephone."""

import pytest

from ivr_flows.interfaces import Sentence
from ivr_flows.texts import UnknownVariableError, fill, fixed_phrases
from ivr_flows.values import PAUSE, ReadAs, Value, every_phrase, numeral


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "零"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (1050, "一千零五十"),
        (2026, "二千零二十六"),
        (9999, "九千九百九十九"),
        (10_000, "一万"),
        (10_500, "一万零五百"),
        (120_015, "十二万零一十五"),
        (20_300_000, "二千零三十万"),
    ],
)
def test_quantities_are_read_as_quantities(number: int, said: str) -> None:
    assert numeral(number) == said
    assert "".join(Value(str(number), ReadAs.NUMBER).phrases()) == said


@pytest.mark.parametrize(
    ("text", "read_as", "said"),
    [
        ("12328", ReadAs.DIGITS, "幺二三二八"),
        (
            "JT2101002026112851952743",
            ReadAs.ORDER_NO,
            "JT，二幺零幺零零，二零二六幺幺二八，五幺九五二七四三",
        ),
        ("辽a12d45", ReadAs.PLATE, "辽A幺二D四五"),
        ("2026-02-03", ReadAs.DATE, "二月三日"),
        ("15", ReadAs.TIME, "十五点"),
        ("08:05", ReadAs.TIME, "八点五分"),
        ("正在办理", ReadAs.TEXT, "正在办理"),
    ],
)
def test_each_type_has_its_way(text: str, read_as: ReadAs, said: str) -> None:
    assert "".join(Value(text, read_as).phrases()) == said


@pytest.mark.parametrize("read_as", list(ReadAs))
@pytest.mark.parametrize(
    "text", ["", "abc", "99:99", "2026-13-40", "-1", "🚕", "12345678901234567890"]
)
def test_a_value_that_does_not_fit_its_type_is_still_said(text: str, read_as: ReadAs) -> None:
    assert all(isinstance(phrase, str) and phrase for phrase in Value(text, read_as).phrases())
    assert Value(text, read_as).phrases()


def test_every_phrase_of_a_typed_value_is_built_before_the_call() -> None:
    known = {*every_phrase(), PAUSE}
    values = [
        Value("JT2101002026112851952743", ReadAs.ORDER_NO),
        Value("辽A12345", ReadAs.PLATE),
        *(Value(f"2026-{month:02d}-01", ReadAs.DATE) for month in range(1, 13)),
        *(Value(f"2026-01-{day:02d}", ReadAs.DATE) for day in range(1, 32)),
        *(Value(f"{hour:02d}:{hour + 30}", ReadAs.TIME) for hour in range(24)),
        *(Value(str(number), ReadAs.NUMBER) for number in range(0, 10_000, 7)),
    ]
    assert {phrase for value in values for phrase in value.phrases()} <= known


def test_a_text_is_cut_into_phrases_that_do_not_change_and_values() -> None:
    text = "工单{no}，目前{state}。"
    assert fixed_phrases(text) == ("工单", "目前")
    filled = fill(text, {"no": Value("12", ReadAs.DIGITS), "state": Value("正在办理")})
    assert filled == Sentence(("工单", "幺", "二", PAUSE, "目前", "正在办理"))


def test_a_folded_line_has_no_blank_between_chinese_words() -> None:
    assert fill("请按1，\n  再按2。", {}).text == "请按1，再按2"


def test_a_variable_that_was_never_set_is_an_error() -> None:
    with pytest.raises(UnknownVariableError, match="no"):
        fill("工单{no}", {})
