"""Settings of an installation: what its keeper added survives the next start."""

from pathlib import Path
from typing import Any

import pytest

from asterisk_conf.installation import doctor
from asterisk_conf.installation.house import House
from asterisk_conf.installation.layout import Layout, Wishes
from asterisk_conf.process import Instance
from asterisk_conf.render import Folders
from tests.speech_model.graph import MODEL
from tests.unit.asterisk_conf.house import ASTERISK


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def wishes(layout: Layout, model: Path | None = None) -> Wishes:
    return Wishes(layout.state, False, 8000, "127.0.0.1", None, None, model)


def processes(layout: Layout, settings: dict[str, Any]) -> list[str]:
    house = House(layout, settings, Instance(ASTERISK, Folders(layout.asterisk)))
    return [program.name for program in house.programs()]


def test_without_a_model_nobody_listens(layout: Layout) -> None:
    settings = layout.write_settings(wishes(layout))
    assert settings["speech"] is None
    assert "speech" not in processes(layout, settings)


def test_a_model_told_once_stays(layout: Layout) -> None:
    model = layout.state / "model"
    layout.write_settings(wishes(layout, model))
    settings = layout.write_settings(wishes(layout))
    assert settings["speech"] == {"model": str(model)}
    assert processes(layout, settings) == ["asterisk", "worker", "speech", "agi", "desk"]


@pytest.mark.parametrize(
    ("model", "good", "told"),
    [
        (MODEL, True, "测试模型，只听得懂合成语音"),
        (MODEL.parent, False, "模型在下一层目录 vosk-test-espeak-cmn-8k"),
        (Path("/nowhere"), False, "没有这个目录"),
    ],
)
def test_doctor_says_what_the_model_can_do_or_why_not(
    layout: Layout, model: Path, good: bool, told: str
) -> None:
    layout.write_settings(wishes(layout, model))
    remarks = [one for one in doctor.examine(layout, 27_900) if told in one.text]
    assert [remark.good for remark in remarks] == [good]
