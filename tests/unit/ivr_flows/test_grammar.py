"""Phrases become grammars that vosk survives, whatever the texts and whatever the model knows."""

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr_flows.speech.grammar import UNKNOWN, grammar, segmented, spoken, unknown_words
from ivr_flows.speech.vocabulary import (
    UnreadableModel,
    Vocabulary,
    read_vocabulary,
    vocabulary,
)


def knows(*words: str) -> Vocabulary:
    return vocabulary(iter(words))


def test_a_phrase_is_cut_into_the_fewest_words_the_model_knows() -> None:
    known = knows("人", "工", "人工", "服务", "服", "务")
    assert segmented("人工服务", known) == ["人工", "服务"]


def test_a_greedy_cut_that_leads_nowhere_is_not_taken() -> None:
    assert segmented("查询路况", knows("查询路", "查询", "路况")) == ["查询", "路况"]


def test_a_phrase_with_an_unknown_word_is_left_out_and_told() -> None:
    made = grammar(["查路况", "人工"], knows("人工", "查"))
    assert made.entries == ("人工",)
    assert made.unknown == ("查路况",)
    assert unknown_words("查路况", knows("人工", "查")) == ("路况",)


def test_digits_letters_and_signs_are_taken_as_they_are_said() -> None:
    assert spoken(" g１５，沈海 高速！") == "G一五沈海高速"
    assert segmented(spoken("etc查询"), knows("ETC", "查询")) == ["ETC", "查询"]
    assert segmented(spoken("ETC查询"), knows("etc", "查询")) == ["etc", "查询"]


def test_signs_of_the_model_are_never_words() -> None:
    known = knows("<eps>", "[unk]", "#0", "!SIL", "<s>", "人工", "a b", "x\0y", "\ufffd")
    assert set(known.words.values()) == {"人工"}


def test_an_empty_grammar_is_refused_before_it_ends_a_process() -> None:
    with pytest.raises(ValueError, match="empty"):
        grammar(["不认识"], knows("人工")).json()


@given(
    phrases=st.lists(st.text(max_size=80), max_size=30),
    words=st.lists(st.text(max_size=40), max_size=60),
)
def test_whatever_is_written_and_known_the_grammar_is_safe(
    phrases: list[str], words: list[str]
) -> None:
    known = vocabulary(iter(words))
    made = grammar(phrases, known)
    if made.is_empty:
        return
    text = made.json()
    text.encode("utf-8")
    assert "\0" not in text
    listed = json.loads(text)
    assert isinstance(listed, list)
    assert listed[-1] == UNKNOWN
    assert len(listed) >= 2
    for entry in listed[:-1]:
        parts = entry.split(" ")
        assert all(part and part in words for part in parts)
        assert "".join(parts).casefold() in {spoken(phrase).casefold() for phrase in phrases}


@given(st.text(alphabet="甲乙丙", max_size=12), st.sets(st.text("甲乙丙", min_size=1, max_size=3)))
def test_a_phrase_is_known_exactly_when_some_cut_of_it_is(text: str, words: set[str]) -> None:
    reachable = {0}
    for end in range(1, len(text) + 1):
        if any(text[start:end] in words for start in reachable):
            reachable.add(end)
    assert (segmented(text, vocabulary(iter(words))) is not None) == (len(text) in reachable)


def _graph_with_words(*words: str) -> bytes:
    def text(value: str) -> bytes:
        return struct.pack("<i", len(value.encode())) + value.encode()

    table = (
        struct.pack("<i", 2125658996) + text("words") + struct.pack("<qq", len(words), len(words))
    )
    table += b"".join(text(word) + struct.pack("<q", key) for key, word in enumerate(words))
    header = struct.pack("<i", 2125659606) + text("ngram") + text("standard")
    return header + struct.pack("<iiQqqq", 4, 2, 0, 0, 0, 0) + table + b"arcs follow"


def test_words_are_read_from_the_graph_itself_as_the_small_models_have_them(tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "Gr.fst").write_bytes(_graph_with_words("<eps>", "人工", "服务", "[unk]"))
    assert set(read_vocabulary(tmp_path).words) == {"人工", "服务"}


def test_words_are_read_from_their_list_where_the_graph_has_none(tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "words.txt").write_text("<eps> 0\n人工 1\n", "utf-8")
    assert read_vocabulary(tmp_path).word("人工") == "人工"


@pytest.mark.parametrize(
    "broken", [b"", b"\0" * 100, struct.pack("<i", 2125659606) + b"\xff" * 200]
)
def test_a_broken_graph_is_told_not_raised_as_noise(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "Gr.fst").write_bytes(broken)
    with pytest.raises(UnreadableModel):
        read_vocabulary(tmp_path)


def test_a_directory_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableModel):
        read_vocabulary(tmp_path / "nowhere")
