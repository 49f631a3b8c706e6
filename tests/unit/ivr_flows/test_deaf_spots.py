"""The author is told what the model in use will never hear, line by line, before callers are."""

from ivr_flows.deaf_spots import deaf_spots
from ivr_flows.speech.vocabulary import Vocabulary, vocabulary
from tests.unit.ivr_flows.walking import bundle_of

FLOW = """
main:
  do: listen
  text: 请说。
  keys: {"1": after}
  intents:
    taxi: {title: 投诉, phrases: [投诉出租车, 投诉网约车], next: after}
    road: {title: 查询, phrases: ["{road}路况"], next: after}
  slots: {road: {kind: word, values: {京哈高速: [京哈], 沈康高速: []}}}
after: {do: digits, text: 请说号码。, sets: x, min: 1, max: 3, spoken: digits}
end: {do: hang_up}
"""


def known(*words: str) -> Vocabulary:
    return vocabulary(iter(words))


def test_phrases_and_values_the_model_lacks_are_told_with_their_line() -> None:
    model = known("人工", "投诉", "出租车", "路况", "京哈", *"零一二三四五六七八九")
    found = [str(one) for one in deaf_spots(bundle_of(FLOW), model)]
    assert len(found) == 2
    assert "main.yaml:" in found[0]
    assert "投诉网约车" in found[0]
    assert "“网约车”" in found[0]
    assert "沈康高速" in found[1]
    assert "京哈" not in found[1]


def test_a_model_that_cannot_hear_the_wish_for_a_person_is_told() -> None:
    found = [str(one) for one in deaf_spots(bundle_of(FLOW), known("投诉"))]
    assert any("人工" in one for one in found)
    assert any("零" in one for one in found)


def test_a_flow_of_keys_has_no_deaf_spots() -> None:
    assert deaf_spots(bundle_of("bye: {do: hang_up}"), known()) == []
