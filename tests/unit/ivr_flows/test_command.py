"""The command line an administrator uses."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from ivr_flows.__main__ import main
from ivr_flows.draw import mermaid
from ivr_flows.engine.walk import walk
from ivr_flows.interfaces import (
    CallFacts,
    Gone,
    HangUp,
    LeaveMessage,
    Reason,
    ToNumber,
    ToQueue,
)
from ivr_flows.prompts.sound import Sound, wav_bytes
from ivr_flows.simulation.business import MadeUpBusiness
from ivr_flows.simulation.data import example_facts
from ivr_flows.simulation.endings import ended_as
from ivr_flows.simulator import TerminalCaller, TerminalJournal
from tests.unit.ivr_flows.walking import bundle_of, shipped

MOMENT = datetime(2026, 11, 28, tzinfo=UTC)


def test_check_passes_the_shipped_flows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    printed = capsys.readouterr().out
    assert "12328 通过：9 个流程" in printed
    assert "survey 通过" in printed


def test_check_tells_every_mistake_of_a_folder_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.yaml").write_text("flow: one\ntitle: 一\nsteps:\n  a: {do: back}\n", "utf-8")
    (tmp_path / "two.yaml").write_text("flow: two\nsteps:\n  a: {do: fly}\n", "utf-8")
    assert main(["check", "--flows", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "one.yaml:4：steps.a：主流程没有可返回的上级" in printed
    assert "two.yaml:1：title：缺少 title" in printed
    assert "two.yaml:3：steps.a：没有“fly”这种步骤" in printed or "two.yaml:3" in printed


def test_draw_prints_every_step_and_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw"]) == 0
    picture = capsys.readouterr().out
    assert picture.startswith("flowchart TD\n")
    assert picture.count("subgraph") == 9
    assert '-->|"8"|' in picture


def test_a_label_cannot_break_out_of_the_picture() -> None:
    picture = mermaid(bundle_of("a: {do: hang_up, text: '说\"]-->|x|'}"))
    assert '说#34;#93;--#62;#124;x#124;"' in picture


def test_an_unknown_flow_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "nothing"]) == 1
    assert "没有名为“nothing”的流程文件" in capsys.readouterr().err


def typed(*lines: str, **options: object) -> tuple[object, list[str]]:
    """Walk the shipped flow with typed lines; returns the ending and all that was printed."""
    rest, printed = list(lines), []

    def read(prompt: str) -> str:
        printed.append(prompt)
        if not rest:
            raise EOFError
        return rest.pop(0)

    facts = example_facts(MOMENT).model_copy(update=options)
    ending = walk(
        shipped(),
        CallFacts("13800000000", "12328"),
        TerminalCaller(read, printed.append),
        MadeUpBusiness(facts),
        TerminalJournal(printed.append),
        lambda: MOMENT,
    )
    return ending, printed


def test_the_simulator_walks_like_a_caller() -> None:
    ending, printed = typed("6", "1", "5678", "0")
    assert ending == ToQueue("common", 0, Reason.ASKED)
    assert any("目前正在办理" in line for line in printed)


def test_the_simulator_takes_keys_typed_together_and_words_for_a_recording() -> None:
    ending, printed = typed("5", "123#2#", "", "手机落在车上了", "q")
    assert ending == Gone()
    assert any("编号是" in line for line in printed)


def test_the_simulator_plays_switches_and_groups() -> None:
    assert typed(switches=["direct"])[0] == ToQueue("common", 0, Reason.CHOSEN)
    assert typed(groups=["truck_driver"])[0] == ToQueue("driver", 0, Reason.CHOSEN)
    assert typed("7", "2", transfers=["12306"])[0] == ToNumber("12306")


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (ToQueue("", 5, Reason.ASKED), "转人工：队列 默认，优先级 5，按了0"),
        (ToNumber("12395"), "转接外线 12395"),
        (LeaveMessage(), "转语音留言"),
        (HangUp(), "流程结束，挂机"),
        (Gone(), "来电人已挂机"),
    ],
)
def test_every_ending_has_words(ending: object, words: str) -> None:
    assert ended_as(ending).words == words  # type: ignore[arg-type]


def test_prompts_are_made_where_the_settings_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = {"prompts": str(tmp_path / "prompts"), "flows": str(tmp_path / "flows")}
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"paths": paths}), "utf-8")
    fake = tmp_path / "espeak"
    wav = tmp_path / "tone.wav"
    wav.write_bytes(one_second_tone())
    fake.write_text(f"#!/bin/sh\ncat > /dev/null\ncat {wav}\n", "utf-8")
    fake.chmod(0o755)
    named = tmp_path / "named.yaml"
    named.write_text("named/closed: 现在不是人工服务时间。\n", "utf-8")
    arguments = ["prompts", "--settings", str(settings), "--named", str(named)]
    assert main([*arguments, "--espeak", str(fake), "--path=voices"]) == 0
    assert "提示音就绪" in capsys.readouterr().out
    assert (tmp_path / "prompts" / "named" / "closed.wav").exists()


def test_prompts_that_cannot_be_made_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prompts", "--out", str(tmp_path), "--espeak", "false"]) == 1
    assert "未能生成" in capsys.readouterr().err


def test_a_broken_flow_of_the_site_does_not_stop_the_sounds_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.yaml").write_text("flow: mine\n", "utf-8")
    (tmp_path / "12328.yaml").write_text("steps: [", "utf-8")
    assert main(["prompts", "--sheet", "--flows", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert "流程 mine 不可用，已跳过" in printed.err
    assert "水上遇险请按8" in printed.out


def test_the_sheet_for_a_speaker_names_file_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prompts", "--sheet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.endswith(".wav\t感谢您的来电，再见") for line in lines)


def one_second_tone() -> bytes:
    samples = 0.3 * np.sin(2 * np.pi * 700 * np.arange(22_050) / 22_050)
    return wav_bytes(Sound(samples, 22_050))
