"""Conversion: what goes in comes out, each side for itself, where it was said."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.asterisk_files import loudness, silence, tone, write_cut_wav, write_wav
from ticketing.recordings.converter import ConversionFailed, Converter
from ticketing.recordings.opus import BadSound, Part, decoded, make

OUT_RATE = 48_000
FAINT = 80
"""One per cent (-40 dB) of the tones used here."""


def heard(path: Path, side: int, start: float, seconds: float, hertz: float) -> float:
    """Amplitude of a tone on one side of a decoded file, 0 to 32768."""
    sound = np.concatenate(list(decoded(path)), axis=1)[side]
    piece = sound[int(start * OUT_RATE) : int((start + seconds) * OUT_RATE)]
    return 32768 * loudness(piece, OUT_RATE, hertz)


def test_both_sides_stay_apart_and_in_time(tmp_path: Path) -> None:
    """Caller 0-4 s at 1000 Hz; first agent 1-2 s at 500 Hz; second agent 3-4 s at 700 Hz."""
    caller = write_wav(tmp_path / "c.wav", tone(4, 1000))
    first = write_wav(tmp_path / "a.wav", tone(1, 500))
    second = write_wav(tmp_path / "b.wav", tone(1, 700))
    out = tmp_path / "out.opus"
    made = make([Part(caller, 0, 0), Part(first, 1000, 1), Part(second, 3000, 1)], 2, out)
    assert made.duration_ms == 4000
    assert heard(out, 0, 0.2, 3.6, 1000) == pytest.approx(8000, rel=0.15)
    assert heard(out, 1, 1.2, 0.6, 500) == pytest.approx(8000, rel=0.15)
    assert heard(out, 1, 3.2, 0.6, 700) == pytest.approx(8000, rel=0.15)
    assert heard(out, 1, 2.2, 0.6, 500) < FAINT
    assert heard(out, 1, 0.2, 3.6, 1000) < FAINT, "the caller leaks into the agents' side"
    assert heard(out, 0, 1.2, 0.6, 500) < FAINT, "the agent leaks into the caller's side"


def test_the_waveform_shows_who_spoke_when(tmp_path: Path) -> None:
    sound = np.concatenate([silence(1), tone(1, 1000, 16000)])
    path = write_wav(tmp_path / "a.wav", sound)
    made = make([Part(path, 0, 0)], 1, tmp_path / "out.opus")
    assert made.peaks_per_second == 10
    assert made.peaks[0][:10] == (0,) * 10
    assert set(made.peaks[0][10:]) == {48}


def test_a_long_call_has_a_waveform_of_bounded_size(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", np.tile(tone(1, 1000), 700))
    made = make([Part(path, 0, 0)], 1, tmp_path / "out.opus")
    assert len(made.peaks[0]) == 2334
    assert made.peaks_per_second == pytest.approx(10 / 3)


def test_a_cut_file_is_converted_to_its_last_sample(tmp_path: Path) -> None:
    path = write_cut_wav(tmp_path / "a.wav", tone(6.14, 1000), odd_bytes=1)
    out = tmp_path / "out.opus"
    assert make([Part(path, 0, 0)], 1, out).duration_ms == 6140
    assert heard(out, 0, 5.5, 0.6, 1000) == pytest.approx(8000, rel=0.15)


def test_nothing_to_hear_is_bad_sound(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", silence(0))
    with pytest.raises(BadSound):
        make([Part(path, 0, 0)], 1, tmp_path / "out.opus")


def test_the_converter_answers_and_survives_the_death_of_its_process(tmp_path: Path) -> None:
    """A file that kills the decoder costs one try, not the worker."""
    path = write_wav(tmp_path / "a.wav", tone(1, 1000))
    converter = Converter()
    try:
        first = converter.make([Part(path, 0, 0)], 1, tmp_path / "1.opus")
        converter.kill()
        with suppress(ConversionFailed):
            converter.make([Part(path, 0, 0)], 1, tmp_path / "2.opus")
        second = converter.make([Part(path, 0, 0)], 1, tmp_path / "2.opus")
        assert (first.duration_ms, second.duration_ms) == (1000, 1000)
        with pytest.raises(ConversionFailed):
            converter.make([Part(path, 0, 0)], 1, tmp_path / "no" / "such" / "folder.opus")
        with pytest.raises(ConversionFailed):
            converter.make([Part(tmp_path / "none.wav", 0, 0)], 1, tmp_path / "3.opus")
        empty = write_wav(tmp_path / "e.wav", silence(0))
        with pytest.raises(BadSound):
            converter.make([Part(empty, 0, 0)], 1, tmp_path / "4.opus")
    finally:
        converter.close()
