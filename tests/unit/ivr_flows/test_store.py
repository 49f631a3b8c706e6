"""An edit reaches the next call; a broken edit reaches nobody."""

import logging
from pathlib import Path

import pytest

from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.store import FlowStore

GOOD = "flow: main\ntitle: t\nsteps:\n  a: {do: hang_up, text: 第一版。}\n"


def test_the_shipped_flow_is_there_without_any_file(tmp_path: Path) -> None:
    store = FlowStore([tmp_path / "flows"])
    assert store.current("12328").main.title == "12328 主菜单"


def test_an_edit_reaches_the_next_call_and_not_the_one_under_way(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text(GOOD, "utf-8")
    store = FlowStore([tmp_path])
    under_way = store.current("main")
    (tmp_path / "main.yaml").write_text(GOOD.replace("第一版", "第二版改"), "utf-8")
    following = store.current("main")
    assert following.version != under_way.version
    assert "第一版" in str(under_way.main.steps["a"])
    assert "第二版改" in str(following.main.steps["a"])


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text(GOOD, "utf-8")
    store = FlowStore([tmp_path])
    assert store.current("main") is store.current("main")


def test_a_broken_edit_is_told_once_and_the_last_good_version_answers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "main.yaml").write_text(GOOD, "utf-8")
    store = FlowStore([tmp_path])
    good = store.current("main")
    for broken in ("steps: [", GOOD.replace("hang_up", "say"), "", "\x00"):
        (tmp_path / "main.yaml").write_text(broken, "utf-8")
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            assert store.current("main") is good
            assert store.current("main") is good
        assert len(caplog.records) == 1
    (tmp_path / "main.yaml").write_bytes("flow: 中".encode("gb18030"))
    assert store.current("main") is good
    (tmp_path / "main.yaml").unlink()
    assert store.current("main") is good


def test_a_site_flow_broken_from_the_start_gives_way_to_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "12328.yaml").write_text("flow: 12328\n", "utf-8")
    assert FlowStore([tmp_path]).current("12328").main.title == "12328 主菜单"


def test_a_site_may_replace_only_one_sub_flow(tmp_path: Path) -> None:
    text = "flow: etc\ntitle: 本地ETC\nsteps:\n  a: {do: to_agent, skill: etc}\n"
    (tmp_path / "etc.yaml").write_text(text, "utf-8")
    bundle = FlowStore([tmp_path]).current("12328")
    assert bundle.flows["etc"].flow.title == "本地ETC"
    assert bundle.version != FlowStore([]).current("12328").version


def test_a_flow_that_never_was_is_told(tmp_path: Path) -> None:
    with pytest.raises(FlowMistakesError, match="没有名为“nothing”的流程文件"):
        FlowStore([tmp_path]).current("nothing")
