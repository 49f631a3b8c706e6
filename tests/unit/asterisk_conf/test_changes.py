"""Showing and applying a changed site."""

from pathlib import Path

import pytest

from asterisk_conf.changes import RestartNeededError, apply, current_files, diff
from asterisk_conf.process import AsteriskError, write_files
from tests.unit.asterisk_conf.house import rendered, settings, site

LONGER = {"text": "您的通话将被录音，谢谢。", "version": "2"}


def test_nothing_changed_is_an_empty_diff_and_no_command(tmp_path: Path) -> None:
    write_files(tmp_path, rendered())
    said: list[str] = []
    assert diff(current_files(tmp_path), rendered()) == ""
    assert apply(tmp_path, rendered(), lambda c: said.append(c) or "") == []
    assert said == []


def test_a_new_queue_reloads_queues_and_dialplan_only(tmp_path: Path) -> None:
    write_files(tmp_path, rendered())
    queues = {"common": {"title": "综合"}, "ship": {"title": "海事"}}
    changed = rendered(site(queues=queues))
    assert "+[ship]" in diff(current_files(tmp_path), changed)
    assert apply(tmp_path, changed, lambda _: "ok") == ["dialplan reload", "queue reload all"]
    assert current_files(tmp_path) == changed


def test_a_diff_shows_no_password(tmp_path: Path) -> None:
    write_files(tmp_path, rendered())
    other = rendered(some_settings=settings(installation_secret="77" * 32, ami_secret="b2" * 16))
    shown = diff(current_files(tmp_path), other)
    assert "password=(hidden)" in shown
    assert "a1a1" not in shown
    assert "b2b2" not in shown


@pytest.mark.parametrize(
    ("changes", "file"),
    [
        ({"http_port": 21012}, "http.conf"),
        ({"systemname": "other"}, "asterisk.conf"),
        ({"sip_port": 21011}, "pjsip.conf (transports)"),
    ],
)
def test_what_needs_a_restart_is_refused_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, object], file: str
) -> None:
    write_files(tmp_path, rendered())
    before = current_files(tmp_path)
    with pytest.raises(RestartNeededError) as caught:
        apply(tmp_path, rendered(some_settings=settings(**changes)), lambda _: "ok")
    assert file in caught.value.files
    assert current_files(tmp_path) == before


def test_a_reload_asterisk_does_not_take_is_an_error(tmp_path: Path) -> None:
    write_files(tmp_path, rendered())
    changed = rendered(site(notice=LONGER))
    with pytest.raises(AsteriskError, match="No such command"):
        apply(tmp_path, changed, lambda _: "No such command 'dialplan reload'")


def test_files_are_for_their_owner_only_and_old_ones_go(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.conf": "1", "b.conf": "2"})
    write_files(tmp_path, {"a.conf": "3"})
    assert current_files(tmp_path) == {"a.conf": "3"}
    assert (tmp_path / "a.conf").stat().st_mode & 0o077 == 0
