"""A model is measured on a labelled set, by the command an administrator types."""

import csv
from pathlib import Path

import pytest

from agi.__main__ import main
from tests.speech_model.graph import MODEL
from tests.speech_model.utterances import say_labelled_set

PHRASES = ("我要 投诉 出租车", "京哈 高速 路况", "人工 服务", "!快递 邮政 满意")


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labelled")
    say_labelled_set(folder, PHRASES, 2, seed=5)
    return folder


def test_accuracy_false_accepts_delay_and_cost_are_told(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hear", str(labelled), "--model", str(MODEL)]) == 0
    told = capsys.readouterr().out
    assert "测试模型，只听得懂合成语音" in told
    assert "我要投诉出租车：" in told
    assert "误识：0/2" in told
    assert "总计：" in told
    assert "每秒声音用" in told
    assert "识别进程丢失 0 次" in told


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "没有写明说了什么"),
        ([{"file": "nowhere.wav", "said": "人工"}], "nowhere.wav"),
        ([{"file": "labels.csv", "said": "人工"}], "labels.csv"),
    ],
)
def test_a_set_that_cannot_be_used_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[dict[str, str]], told: str
) -> None:
    with (tmp_path / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["file", "said"])
        table.writeheader()
        table.writerows(rows)
    assert main(["hear", str(tmp_path), "--model", str(MODEL)]) == 1
    assert told in capsys.readouterr().err


def test_no_model_at_all_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hear", str(tmp_path), "--model", str(tmp_path / "none")]) == 1
    assert "没有这个目录" in capsys.readouterr().err
    assert main(["hear", str(tmp_path)]) == 2
