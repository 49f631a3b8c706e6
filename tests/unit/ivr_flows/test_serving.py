"""Steps in which the menu serves by itself: their words, their checks, and slow speech."""

from pathlib import Path

import numpy as np
import pytest

from ivr_flows.interfaces import Gone, Reason, Sentence, ToQueue, VoiceMessage
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import Recordings
from ivr_flows.prompts.sound import RATE, Sound
from ivr_flows.prompts.tempo import SLOW, slowed
from tests.fakes.business import ORDER, FakeActions
from tests.fakes.voice import ToneVoice
from tests.unit.ivr_flows.walking import CALLER, bundle_of, mistakes_of, walked


def tone(hertz: float, seconds: float) -> Sound:
    return Sound(0.4 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE), RATE)


def loudest_frequency(samples: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples)))) * RATE / len(samples)


@pytest.mark.parametrize("hertz", [150.0, 440.0, 1300.0])
def test_slow_speech_is_longer_and_keeps_its_pitch_and_level(hertz: float) -> None:
    usual = tone(hertz, 1.5)
    slow = slowed(usual)
    assert len(slow.samples) == pytest.approx(len(usual.samples) / SLOW, abs=2)
    assert loudest_frequency(slow.samples) == pytest.approx(hertz, rel=0.02)
    middle = slow.samples[2000:-2000]
    assert np.std(middle) == pytest.approx(np.std(usual.samples), rel=0.1)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(100), np.zeros(5000), np.ones(257)])
def test_a_sound_too_short_or_silent_is_no_trouble(samples: np.ndarray) -> None:
    assert np.all(np.isfinite(slowed(Sound(samples, RATE)).samples))


def test_slow_sentences_have_sounds_of_their_own(tmp_path: Path) -> None:
    library = Library(tmp_path, ToneVoice(), Recordings(tmp_path / "recorded"))
    sizes = {}
    for phrases in (("您好，请讲",), ("您的工单", "一", "二")):
        for slow in (False, True):
            with library.spoken(Sentence(phrases, slow)) as sound:
                sizes[phrases, slow] = sound.stat().st_size
        assert sizes[phrases, True] > 1.25 * sizes[phrases, False]
    with library.spoken(Sentence(("您好，请讲",), slow=True)) as first:
        made = first.stat().st_mtime_ns
    with library.spoken(Sentence(("您好，请讲",), slow=True)) as again:
        assert again.stat().st_mtime_ns == made, "made once"


def test_a_road_must_be_told_before_it_is_sent_or_subscribed_to() -> None:
    told = mistakes_of(
        """
        a: {do: send_message, what: road}
        b: {do: subscribe, refused: c}
        c: {do: hang_up}
        """
    )
    assert len(told) == 2
    assert all("变量“road”可能还没有值" in one for one in told)


def test_the_time_of_the_last_update_is_known_only_where_the_road_is_clear() -> None:
    told = mistakes_of(
        """
        a: {do: road, number: caller_number, clear: b, never: b, unknown: c}
        b: {do: say, text: "更新于{road_updated}。"}
        c: {do: hang_up}
        """
    )
    assert any("road_updated" in one for one in told)


def test_an_order_must_be_found_before_anything_is_done_with_it() -> None:
    steps = """
        a: {do: order, what: urge, refused: b}
        b: {do: supplement, text: 请讲。, refused: c}
        c: {do: hang_up}
        """
    assert [one for one in mistakes_of(steps) if "order_no" in one] != []


@pytest.mark.parametrize(
    "step",
    [
        "{do: order, what: close, refused: b}",
        "{do: subscribe, hours: '0', refused: b}",
        "{do: offer_callback, text: 好, within: '5', accepted: b}",
        "{do: pace, speed: fast}",
        "{do: offer, text: 好, key: '0', accepted: b}",
        "{do: branch, on: queue, cases: {long: b}}",
        "{do: branch, on: queue, of: q, cases: {full: b}}",
        "{do: road, number: x, text: '{', clear: b, never: b, unknown: b}",
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(step: str) -> None:
    with pytest.raises(FlowMistakesError) as caught:
        bundle_of(f"a: {step}\nb: {{do: hang_up}}")
    assert {mistake.line for mistake in caught.value.mistakes} == {5}


def test_an_order_can_be_opened_without_a_voice() -> None:
    call = walked(
        bundle_of(
            """
            a: {do: choose, text: 一或二, sets: x, answers: {"1": 甲}}
            b: {do: open_order, kind: suggestion, topic: 线路, sets: no}
            c: {do: hang_up, text: "编号{no}。"}
            """
        ),
        [("一或二", "1")],
    )
    (draft,) = call.actions.drafts
    assert (draft.kind, draft.answers, draft.message) == ("suggestion", {"x": "甲"}, None)


def test_a_supplement_too_short_is_asked_for_again_and_then_a_person_comes() -> None:
    bundle = bundle_of(
        """
        a: {do: query_order, number: dialled_number, phone: caller_number, not_found: c}
        b: {do: supplement, text: 请讲。, refused: c}
        c: {do: hang_up}
        """
    )
    actions = FakeActions()
    actions.orders["12328", CALLER] = ORDER
    short = VoiceMessage("leg", 0.5)
    call = walked(bundle, [], actions, messages=[short, short, short])
    assert actions.acts == []
    assert call.ending == ToQueue("", 0, Reason.SILENCE)


def test_a_trace_that_cannot_be_kept_does_not_hurt_the_call() -> None:
    bundle = bundle_of(
        """
        a: {do: choose, text: 一或二, sets: x, answers: {"1": 甲}}
        b: {do: choose, text: 三或四, sets: y, answers: {"1": 乙}}
        c: {do: hang_up}
        """,
        "trace: {kind: consult, topic: 其他}",
    )
    actions = FakeActions()
    actions.fault = OSError("away")
    call = walked(bundle, [("一或二", "1"), ("三或四", "×")], actions)
    assert call.ending == Gone()
