"""Following a file: whole lines only, across rotation, damage and restarts."""

from pathlib import Path

import pytest

from ticketing.recordings import tail
from ticketing.recordings.tail import Position, read_piece


class Follower:
    """Reads everything there is, as the worker does, keeping the position."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.position: Position | None = None
        self.lines: list[str] = []

    def read(self) -> list[str]:
        """The new lines."""
        new: list[str] = []
        while (piece := read_piece(self.path, self.position)) is not None:
            new += piece.lines
            self.position = piece.position
        self.lines += new
        return new


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "cel.json"


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_a_file_that_is_not_there_yet_is_nothing_new(log: Path) -> None:
    assert read_piece(log, None) is None


def test_a_half_line_waits_for_its_other_half(log: Path) -> None:
    follower = Follower(log)
    append(log, "one\ntw")
    assert follower.read() == ["one"]
    assert follower.read() == []
    append(log, "o\nthree\n")
    assert follower.read() == ["two", "three"]


def test_half_a_character_is_not_broken_by_a_half_line(log: Path) -> None:
    follower = Follower(log)
    whole = "道路\n".encode()
    log.write_bytes(whole[:4])
    assert follower.read() == []
    log.write_bytes(whole)
    assert follower.read() == ["道路"]


def test_rotation_by_rename_loses_nothing(log: Path) -> None:
    """What was written before and after the rename, and into the old file until the new one is."""
    follower = Follower(log)
    append(log, "one\n")
    follower.read()
    append(log, "two\n")
    log.rename(log.with_name("cel.json.1"))
    assert follower.read() == ["two"]
    append(log.with_name("cel.json.1"), "three\n")
    assert follower.read() == ["three"]
    append(log, "four\n")
    assert follower.read() == ["four"]


def test_two_rotations_while_the_worker_was_away_lose_nothing(log: Path) -> None:
    follower = Follower(log)
    append(log, "one\n")
    follower.read()
    append(log, "two\n")
    log.rename(log.with_name("cel.json.2"))
    append(log, "three\n")
    log.rename(log.with_name("cel.json.1"))
    append(log, "four\n")
    assert follower.read() == ["two", "three", "four"]


def test_a_half_line_left_by_a_crash_before_rotation_is_handed_on_as_it_is(log: Path) -> None:
    """It never gets its other half; the reader calls it garbage."""
    follower = Follower(log)
    append(log, "one\nhal")
    follower.read()
    log.rename(log.with_name("cel.json.1"))
    append(log, "two\n")
    assert follower.read() == ["hal", "two"]


def test_a_file_that_shrank_is_read_again(log: Path) -> None:
    follower = Follower(log)
    append(log, "one\ntwo\n")
    follower.read()
    log.write_text("three\n")
    assert follower.read() == ["three"]


def test_when_the_old_file_was_removed_the_present_one_is_read(log: Path) -> None:
    follower = Follower(log)
    append(log, "one\n")
    follower.read()
    log.rename(log.with_name("cel.json.1"))
    append(log, "two\n")
    log.with_name("cel.json.1").unlink()
    assert follower.read() == ["two"]


def test_megabytes_without_a_line_end_are_passed_on_as_damage(log: Path) -> None:
    follower = Follower(log)
    log.write_bytes(b"\x00" * (tail.LONGEST_LINE + 10) + b"\nnext\n")
    new = follower.read()
    assert new[-1] == "next"


def test_many_lines_come_in_pieces_and_in_order(log: Path) -> None:
    follower = Follower(log)
    lines = [f"{number:08}" * 20 for number in range(5000)]
    append(log, "".join(f"{line}\n" for line in lines))
    assert follower.read() == lines
