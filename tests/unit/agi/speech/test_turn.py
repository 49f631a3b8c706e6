"""When a turn's caller begins, has finished, or says nothing; by the wall clock, not by samples."""

from collections.abc import Iterable

import pytest

from agi.speech.media.tones import FRAME_BYTES, KeyTones
from agi.speech.media.turn import QUIET, QUIET_SETTLED, Ending, Turn
from agi.speech.media.voice import VoiceWatch
from ivr_flows.interfaces import Listening
from tests.asterisk.sound import Sound, tone
from tests.fakes.recognisers import FakeHearing, Mood
from tests.fakes.throat import cough, hiss, pause, pcm, vowel

LISTENING = Listening(("京哈高速", "京哈", "人工"), wait=2.0, longest=4.0)
FRAME_SECONDS = 0.02


class Line:
    """A caller's line with a wall clock."""

    def __init__(self, prompt_level: float = -100.0) -> None:
        self.now = 100.0
        self.hearing = FakeHearing(LISTENING.phrases, Mood.WELL)
        self.turn = Turn(
            LISTENING, self.hearing, VoiceWatch(KeyTones()), lambda _: prompt_level, self.now
        )

    def carries(self, *sounds: Sound) -> None:
        """Sound in frames, as it comes; stops when the turn is over."""
        data = pcm(*sounds)
        for at in range(0, len(data), FRAME_BYTES):
            if self.turn.ending is not None:
                return
            self.passes(FRAME_SECONDS, frame=data[at : at + FRAME_BYTES])

    def passes(self, seconds: float, frame: bytes = b"") -> None:
        """Time in ticks of 20 ms, with nothing on the line (but `frame` at the end)."""
        for _ in range(round(seconds / FRAME_SECONDS)):
            self.now += FRAME_SECONDS
            if not frame:
                self.turn.tick(self.now)
        if frame:
            self.turn.hears(frame, self.now)

    def until_over(self, seconds: float = 10.0) -> float:
        """Silence until the turn is over; returns how long that took."""
        began = self.now
        while self.turn.ending is None:
            assert self.now - began < seconds, "the turn goes on"
            self.passes(FRAME_SECONDS)
        return self.now - began


def test_words_into_the_prompt_begin_within_a_fifth_of_a_second() -> None:
    line = Line()
    line.carries(pause(1.0))
    line.carries(vowel(0.2))
    assert line.turn.speaking


def test_the_recogniser_gets_the_beginning_of_the_word_too() -> None:
    line = Line()
    line.carries(pause(1.0), vowel(0.5), pause(1.0))
    assert line.turn.ending is Ending.WORDS
    line.turn.hand_over()
    seconds = len(line.hearing.pcm) / 16_000
    assert 0.5 + 0.4 < seconds < 0.5 + 0.6 + QUIET + 0.1
    assert bytes(line.hearing.pcm) == line.turn.said


@pytest.mark.parametrize(
    "sounds",
    [
        [cough(0.3), pause(1.0), cough(0.2)],
        [hiss(0.01, 0.8), pause(0.5), hiss(0.01, 0.8)],
        [vowel(0.08)],
        [hiss(2.0, 0.1)],
        [tone(941.0, 1336.0, seconds=0.5)],
    ],
    ids=["coughs", "clicks", "a hiccup", "noise", "a key's tone"],
)
def test_what_is_no_speech_does_not_stop_the_prompt(sounds: Iterable[Sound]) -> None:
    line = Line()
    line.carries(pause(0.5), *sounds, pause(1.0))
    assert not line.turn.speaking
    assert line.turn.ending is None
    assert line.turn.said == b""


def test_our_own_words_coming_back_from_the_telephone_do_not_stop_them() -> None:
    line = Line(prompt_level=-18.0)
    line.carries(pause(0.5), vowel(1.0, level=0.01))
    assert not line.turn.speaking
    line.carries(vowel(0.5, level=0.1))
    assert line.turn.speaking


def test_a_soft_voice_is_heard_after_the_prompt() -> None:
    line = Line(prompt_level=-18.0)
    line.carries(pause(0.5))
    line.turn.prompt_ended(line.now)
    line.carries(vowel(0.5, level=0.012))
    assert line.turn.speaking


def test_who_stops_speaking_has_finished_though_no_more_sound_comes() -> None:
    """The telephone suppresses silence: not one more packet."""
    line = Line()
    line.carries(pause(0.3), vowel(0.6))
    assert line.turn.ending is None
    assert line.until_over() == pytest.approx(QUIET, abs=0.1)
    assert line.turn.ending is Ending.WORDS


def test_comfort_noise_counts_as_silence() -> None:
    line = Line()
    line.carries(hiss(1.0, 0.004), vowel(0.6) + hiss(0.6, 0.004), hiss(1.2, 0.004))
    assert line.turn.ending is Ending.WORDS


def test_a_breath_between_two_words_does_not_end_them() -> None:
    line = Line()
    line.carries(pause(0.3), vowel(0.4), pause(0.4), vowel(0.4))
    assert line.turn.ending is None


def test_a_whole_phrase_that_nothing_continues_ends_sooner() -> None:
    line = Line()
    line.hearing.partial = "人工"
    line.carries(pause(0.3), vowel(0.6))
    assert line.until_over() == pytest.approx(QUIET_SETTLED, abs=0.1)


def test_a_phrase_that_may_go_on_is_waited_for() -> None:
    line = Line()
    line.hearing.partial = "京哈"
    line.carries(pause(0.3), vowel(0.6))
    assert line.until_over() == pytest.approx(QUIET, abs=0.1)


def test_endless_speech_is_cut() -> None:
    line = Line()
    line.carries(pause(0.3), vowel(10.0))
    assert line.turn.ending is Ending.WORDS
    assert line.now == pytest.approx(100.3 + LISTENING.longest, abs=0.3)


def test_silence_counts_from_the_end_of_the_prompt() -> None:
    line = Line()
    line.passes(5.0)
    assert line.turn.ending is None
    line.turn.prompt_ended(line.now)
    assert line.until_over() == pytest.approx(LISTENING.wait, abs=0.1)
    assert line.turn.ending is Ending.SILENCE


def test_a_key_ends_the_turn_and_the_ones_after_it_are_kept() -> None:
    line = Line()
    line.carries(pause(0.3), vowel(0.4))
    for key in ("7", "", "x", "12", "#"):
        line.turn.pressed(key)
    assert line.turn.ending is Ending.KEY
    assert line.turn.keys == "7#"


def test_a_turn_does_not_end_while_a_key_may_be_down() -> None:
    """Its line would be on the way back when the key is let go."""
    line = Line()
    line.carries(pause(1.0))
    line.turn.prompt_ended(line.now)
    line.carries(pause(LISTENING.wait - 0.04))
    line.passes(0.2)
    assert line.turn.ending is None
    line.turn.pressed("5")
    assert line.turn.ending is Ending.KEY


def test_a_keys_tone_between_words_is_cut_out_with_its_edges() -> None:
    line = Line()
    line.carries(pause(0.3), vowel(0.4), tone(770.0, 1336.0, seconds=0.1), vowel(0.2))
    line.turn.hand_over()
    said = bytes(line.hearing.pcm)
    key = pcm(tone(770.0, 1336.0, seconds=0.1))
    for at in range(0, len(key), FRAME_BYTES):
        assert key[at : at + FRAME_BYTES] not in said
    assert bytes(6 * FRAME_BYTES) in said


def test_a_pause_without_packets_between_words_becomes_silence() -> None:
    line = Line()
    line.carries(pause(0.3), vowel(0.4))
    before = len(line.turn.said)
    line.passes(0.4)
    line.carries(vowel(0.02))
    assert len(line.turn.said) - before == pytest.approx(0.42 * 16_000, abs=2 * FRAME_BYTES)


def test_a_stall_of_ours_is_not_the_callers_silence() -> None:
    """The machine was busy for a second; the words spoken meanwhile come all at once."""
    line = Line()
    line.carries(pause(0.3), vowel(0.4))
    line.now += 1.0
    line.turn.tick(line.now)
    assert line.turn.ending is None
    for _ in range(50):
        line.turn.hears(pcm(vowel(0.02)), line.now)
    assert line.turn.ending is None


def test_odd_pieces_of_sound_are_put_together() -> None:
    whole = pcm(pause(0.3), vowel(0.6))
    line = Line()
    at = 0
    for size in [1, 319, 321, 7, 1000, 640] * 20:
        line.now += size / 16_000
        line.turn.hears(whole[at : at + size], line.now)
        at += size
    assert line.turn.speaking
