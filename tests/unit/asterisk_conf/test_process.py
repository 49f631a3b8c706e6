"""What is prepared before a start, and what the health check sees."""

import wave
from pathlib import Path

import pytest

from asterisk_conf.music import write_music
from asterisk_conf.process import AsteriskError, Instance
from asterisk_conf.render import Folders
from tests.unit.asterisk_conf.house import ASTERISK


def instance(home: Path) -> Instance:
    return Instance(ASTERISK, Folders(home))


def test_sounds_are_the_prompts_folder_and_documentation_is_the_trees(tmp_path: Path) -> None:
    pbx = instance(tmp_path / "a")
    for _ in range(2):  # a second start finds everything in its place
        pbx.prepare({"x.conf": "1"}, tmp_path / "prompts", tmp_path / "monitor")
    assert (tmp_path / "a/data/sounds").readlink() == tmp_path / "prompts"
    assert (tmp_path / "a/data/documentation").readlink() == ASTERISK.data / "documentation"
    assert (tmp_path / "a/etc/x.conf").read_text("utf-8") == "1"


def test_a_state_folder_too_deep_for_a_socket_is_told_before_the_start(tmp_path: Path) -> None:
    with pytest.raises(AsteriskError, match="shorter --state"):
        instance(tmp_path / ("x" * 100)).prepare({}, tmp_path / "p", tmp_path / "m")


def test_the_health_check_reads_this_start_only(tmp_path: Path) -> None:
    pbx = instance(tmp_path)
    assert pbx.failures() == []
    pbx.folders.log.mkdir()
    pbx.messages.write_text(
        "NOTICE[1] loader.c: 108 modules will be loaded.\n"
        "ERROR[1] loader.c: Error loading module 'res_agi.so': undefined symbol: ast_speech_new\n"
        "ERROR[1] loader.c: res_agi declined to load.\n",
        "utf-8",
    )
    assert len(pbx.failures()) == 2
    pbx.prepare({}, tmp_path / "p", tmp_path / "m")
    assert pbx.failures() == []


def test_an_asterisk_that_ends_while_starting_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(AsteriskError, match="ended while starting"):
        instance(tmp_path).wait_until_ready(lambda: False)


def test_the_music_is_quiet_and_long_enough(tmp_path: Path) -> None:
    write_music(tmp_path / "moh.wav")
    with wave.open(str(tmp_path / "moh.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        assert file.getnframes() > 15 * 8000
        data = file.readframes(file.getnframes())
    loudest = max(
        abs(int.from_bytes(data[i : i + 2], "little", signed=True)) for i in range(0, len(data), 2)
    )
    assert 2000 < loudest < 20000
