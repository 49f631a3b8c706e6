"""What libvosk writes and what goes through the pipes: nothing that comes may break a turn."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agi.speech.recognition.frames import LONGEST, Frame, Frames, Kind, NoFrame
from agi.speech.recognition.results import MOST_GUESSES, Reading, guesses, partial, readings
from agi.speech.recognition.upsampling import Doubler
from agi.speech.recognition.worker import Turn, Worker

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["alternatives", "text", "confidence", "result", "word", "start", "end"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def told(*alternatives: tuple[str, float]) -> str:
    listed = [{"text": text, "confidence": score} for text, score in alternatives]
    return json.dumps({"alternatives": listed})


def test_scores_become_shares_and_blanks_go() -> None:
    found = guesses([readings(told(("我要 投诉", -10.0), ("我要 咨询", -12.0)))])
    assert [guess.text for guess in found] == ["我要投诉", "我要咨询"]
    assert found[0].confidence == pytest.approx(1 / (1 + math.exp(-2)))


def test_the_same_words_told_twice_count_together() -> None:
    found = guesses([readings(told(("人工", -1.0), ("人工", -1.0), ("工单", -1.0)))])
    assert [(guess.text, round(guess.confidence, 2)) for guess in found] == [
        ("人工", 0.67),
        ("工单", 0.33),
    ]


def test_unknown_sounds_make_less_sure_by_their_length() -> None:
    words = [
        {"word": "[unk]", "start": 0.0, "end": 1.0},
        {"word": "人工", "start": 1.0, "end": 2.0},
    ]
    result = {"alternatives": [{"text": "[unk] 人工", "confidence": 9.0, "result": words}]}
    found = guesses([readings(json.dumps(result))])
    assert (found[0].text, found[0].confidence) == ("人工", 0.5)


def test_nothing_but_unknown_sound_is_speech_that_is_none_of_it() -> None:
    found = guesses([readings(told(("[unk] [unk]", 1.0)))])
    assert found[0].text == ""


def test_silence_is_no_guess() -> None:
    assert guesses([readings(told(("", 0.0))), ()]) == ()


def test_what_is_said_with_pauses_is_one_sentence() -> None:
    found = guesses([readings(told(("路况", 1.0))), readings(told(("京哈 高速", 1.0)))])
    assert found[0].text == "路况京哈高速"
    assert {guess.text for guess in found[1:]} == {"路况", "京哈高速"}


@given(st.one_of(st.text(), JSON.map(json.dumps)))
def test_whatever_is_written_becomes_guesses_or_nothing(text: str) -> None:
    found = guesses([readings(text), readings(text)])
    assert all(0.0 <= guess.confidence <= 1.0 for guess in found)
    assert len(found) <= 2 * MOST_GUESSES
    assert " " not in partial(text)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=5))
def test_any_scores_are_shares(scores: list[float]) -> None:
    found = guesses([[Reading(f"词{n}", score, 1.0) for n, score in enumerate(scores)]])
    assert 0 < sum(guess.confidence for guess in found) <= 1 + 1e-9


@given(st.lists(st.tuples(st.sampled_from(Kind), st.integers(0, 99), st.binary(max_size=50))))
def test_frames_come_out_as_they_went_in_however_the_pipe_cuts_them(
    sent: list[tuple[Kind, int, bytes]],
) -> None:
    frames, data = Frames(), b"".join(Frame(*one).encoded() for one in sent)
    found = [frame for at in range(0, len(data), 7) for frame in frames.took(data[at : at + 7])]
    assert found == [Frame(*one) for one in sent]


@given(st.binary(min_size=9, max_size=60))
def test_noise_in_the_pipe_is_told_or_waits_for_more(data: bytes) -> None:
    try:
        for frame in Frames().took(data):
            assert len(frame.body) <= LONGEST
    except NoFrame:
        pass


def test_sound_is_doubled_without_a_seam() -> None:
    tone = np.round(8000 * np.sin(2 * np.pi * 700 * np.arange(4000) / 8000)).astype("<i2")
    whole = Doubler()(tone.tobytes())
    pieces, doubler = b"", Doubler()
    for at in range(0, len(tone), 37):
        pieces += doubler(tone[at : at + 37].tobytes())
    assert pieces == whole
    doubled = np.frombuffer(whole, "<i2").astype(float)
    assert len(doubled) == 2 * len(tone)
    spectrum = np.abs(np.fft.rfft(doubled[200:] * np.hanning(len(doubled) - 200)))
    hertz = np.fft.rfftfreq(len(doubled) - 200, 1 / 16000)
    assert abs(hertz[spectrum.argmax()] - 700) < 5
    mirrored = spectrum[abs(hertz - 7300) < 100].max()
    assert mirrored < spectrum.max() / 1000, "the mirror image is 60 dB below"


class CountingRecogniser:
    """Takes sound, tells how much; raises when told so."""

    def __init__(self, grammar: str) -> None:
        self.grammar, self.received = grammar, bytearray()

    def AcceptWaveform(self, data: bytes) -> int:  # noqa: N802
        if self.grammar == "raises":
            raise RuntimeError("Failed to process waveform")
        assert len(data) % 2 == 0
        self.received += data
        return 0

    def Result(self) -> str:  # noqa: N802
        return "{}"

    def PartialResult(self) -> str:  # noqa: N802
        return json.dumps({"partial": f"{len(self.received)}"})

    def FinalResult(self) -> str:  # noqa: N802
        return told((f"{len(self.received)}", 1.0))


@given(st.lists(st.binary(max_size=9), max_size=20))
def test_half_samples_are_kept_for_the_next_piece(pieces: list[bytes]) -> None:
    recogniser = CountingRecogniser("")
    turn = Turn(recogniser, 8000)
    for piece in pieces:
        turn.hear(piece)
    sound = b"".join(pieces)
    assert bytes(recogniser.received) == sound[: len(sound) & ~1]


def test_a_turn_that_fails_leaves_the_others_alone() -> None:
    worker = Worker(CountingRecogniser, 8000)
    worker.take(Frame(Kind.BEGIN, 1, b"raises"))
    worker.take(Frame(Kind.BEGIN, 2, b"[]"))
    failed = worker.take(Frame(Kind.SOUND, 1, b"1234"))
    assert failed is not None
    assert failed.kind is Kind.FAILED
    worker.take(Frame(Kind.SOUND, 2, b"1234"))
    answer = worker.take(Frame(Kind.FINISH, 2))
    assert answer is not None
    assert json.loads(answer.body) == [["4", 1.0]]
    assert worker.take(Frame(Kind.FINISH, 2)) is None
    assert worker.take(Frame(Kind.SOUND, 7, b"12")) is None
    assert worker.worked_off == 10
