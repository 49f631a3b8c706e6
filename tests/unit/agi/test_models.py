"""A model directory is judged by its files; what is wrong with it is said in words."""

import shutil
from pathlib import Path

import pytest

from agi.speech.recognition.model import described, inspect
from ivr_flows.speech.vocabulary import UnreadableModel
from tests.speech_model.graph import MODEL


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODEL, tmp_path / "some-model"))


def test_the_test_model_says_what_it_is() -> None:
    facts = inspect(MODEL)
    assert (facts.rate, facts.fed_rate, facts.takes_phrases) == (8000, 8000, True)
    assert any("测试模型" in line for line in described(facts))
    assert facts.vocabulary.word("人工") == "人工"


def test_a_16_khz_model_is_fed_doubled_sound(copy: Path) -> None:
    settings = copy / "conf" / "mfcc.conf"
    settings.write_text("--use-energy=false\n", "utf-8")
    facts = inspect(copy)
    assert (facts.rate, facts.fed_rate) == (16000, 16000), "Kaldi's own default"
    assert any("升采样" in line for line in described(facts))
    assert not any("测试模型" in line for line in described(facts))


def test_a_static_graph_takes_no_phrases(copy: Path) -> None:
    shutil.copy(copy / "graph" / "HCLr.fst", copy / "graph" / "HCLG.fst")
    facts = inspect(copy)
    assert not facts.takes_phrases
    assert any("静态图" in line for line in described(facts))


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ("am/final.mdl", "不是 Vosk 模型"),
        ("conf/mfcc.conf", "没有 conf/mfcc.conf"),
        ("graph/Gr.fst", "缺少 HCLG.fst"),
        ("graph/words.txt", "读不出词表"),
    ],
)
def test_what_is_missing_is_named(copy: Path, gone: str, told: str) -> None:
    (copy / gone).unlink()
    with pytest.raises(UnreadableModel, match=told):
        inspect(copy)


def test_the_directory_above_the_model_is_recognised(copy: Path) -> None:
    with pytest.raises(UnreadableModel, match="下一层目录 some-model"):
        inspect(copy.parent)


def test_a_model_beyond_telephones_is_refused(copy: Path) -> None:
    (copy / "conf" / "mfcc.conf").write_text("--sample-frequency=44100\n", "utf-8")
    with pytest.raises(UnreadableModel, match="44100"):
        inspect(copy)
