"""When a recording's file is whole, cut, empty, absent, or simply not finished yet."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.asterisk_files import tone, write_cut_wav, write_wav
from ticketing.recordings.verdict import Verdict, judge
from ticketing.recordings.wav import Look, Shape, look, samples

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def at(seconds_ago: float) -> datetime:
    return NOW - timedelta(seconds=seconds_ago)


@pytest.mark.parametrize(
    ("shape", "written_ago", "ended_ago", "verdict"),
    [
        (Shape.CLOSED, 0, None, Verdict.WHOLE),
        (Shape.CLOSED, 0, 0, Verdict.WHOLE),
        (Shape.OPEN, 0, None, Verdict.GROWING),
        (Shape.OPEN, 600, None, Verdict.GROWING),  # a silent line in a call that lasts
        (Shape.OPEN, 1, 5, Verdict.GROWING),  # two agents talk on after the caller left
        (Shape.OPEN, 60, 1, Verdict.GROWING),  # the call ended this moment: it is being closed
        (Shape.OPEN, 60, 30, Verdict.CUT),
        (Shape.EMPTY, 600, None, Verdict.GROWING),
        (Shape.EMPTY, 600, 1, Verdict.GROWING),
        (Shape.EMPTY, 600, 5, Verdict.EMPTY),
        (Shape.ABSENT, 0, None, Verdict.GROWING),
        (Shape.ABSENT, 0, 5, Verdict.GROWING),
        (Shape.ABSENT, 0, 11, Verdict.ABSENT),
    ],
)
def test_a_file_is_judged_by_its_header_and_its_call(
    shape: Shape, written_ago: float, ended_ago: float | None, verdict: Verdict
) -> None:
    modified = 0.0 if shape is Shape.ABSENT else at(written_ago).timestamp()
    ended_at = None if ended_ago is None else at(ended_ago)
    assert judge(Look(shape, modified, 0), ended_at, NOW) is verdict


def test_the_header_tells_a_closed_file_from_an_open_one(tmp_path: Path) -> None:
    sound = tone(1.5, 1000)
    closed = look(write_wav(tmp_path / "closed.wav", sound))
    cut = look(write_cut_wav(tmp_path / "cut.wav", sound, odd_bytes=1))
    empty = look(write_wav(tmp_path / "empty.wav", sound[:0]))
    assert (closed.shape, closed.duration_ms) == (Shape.CLOSED, 1500)
    assert (cut.shape, cut.duration_ms) == (Shape.OPEN, 1500)
    assert empty.shape is Shape.EMPTY
    assert look(tmp_path / "none.wav").shape is Shape.ABSENT


def test_a_cut_file_gives_every_whole_sample(tmp_path: Path) -> None:
    """Without changing the file Asterisk may still hold."""
    sound = tone(1.5, 1000)
    path = write_cut_wav(tmp_path / "cut.wav", sound, odd_bytes=1)
    before = path.read_bytes()
    assert samples(path).tolist() == sound.tolist()
    assert path.read_bytes() == before
