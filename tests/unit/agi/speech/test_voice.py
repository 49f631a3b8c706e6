"""Who speaks is told from what only makes a noise."""

import numpy as np
import pytest

from agi.speech.media.tones import FRAME, KeyTones
from agi.speech.media.voice import Look, VoiceWatch
from tests.asterisk.sound import RATE, Sound, tone
from tests.fakes.throat import cough, hiss, pause, rumble, vowel


def looks(*sounds: Sound) -> list[Look]:
    watch = VoiceWatch(KeyTones())
    whole = np.concatenate(sounds)
    return [watch.look(whole[at : at + FRAME]) for at in range(0, len(whole) - FRAME + 1, FRAME)]


def share_voiced(found: list[Look]) -> float:
    return sum(look.voiced for look in found) / len(found)


@pytest.mark.parametrize("pitch", [90.0, 140.0, 220.0, 300.0])
def test_a_voice_is_a_voice_high_or_low(pitch: float) -> None:
    assert share_voiced(looks(pause(0.5), vowel(1.0, pitch=pitch))[27:]) > 0.9


@pytest.mark.parametrize("decibels", [20, 10])
def test_a_voice_is_heard_in_noise(decibels: int) -> None:
    noise = hiss(2.0, 0.1 * 10 ** (-decibels / 20))
    speech = np.concatenate((pause(1.0), vowel(1.0, level=0.1)))
    assert share_voiced(looks(noise + speech)[52:]) > 0.8


@pytest.mark.parametrize(
    "sound",
    [
        pause(2.0),
        hiss(2.0, 0.1),
        hiss(2.0, 0.01),
        rumble(2.0, 0.1),
        cough(0.3),
        tone(450.0, seconds=2.0),
        tone(770.0, 1336.0, seconds=2.0),
        np.full(RATE, 0.4),
    ],
    ids=["silence", "loud hiss", "hiss", "rumble", "cough", "ring-back", "key", "direct current"],
)
def test_noise_is_no_voice(sound: Sound) -> None:
    assert share_voiced(looks(pause(0.5), sound)) < 0.05


def test_the_floor_follows_the_noise_and_not_the_words() -> None:
    watch = VoiceWatch(KeyTones())
    whole = np.concatenate((hiss(3.0, 0.003), vowel(2.0) + hiss(2.0, 0.003)))
    floors = []
    for at in range(0, len(whole) - FRAME + 1, FRAME):
        watch.look(whole[at : at + FRAME])
        floors.append(watch.floor or 0.0)
    assert -55 < floors[149] < -48
    assert floors[-1] < floors[149] + 4


@pytest.mark.parametrize("key", [(697.0, 1209.0), (941.0, 1477.0), (852.0, 1633.0)])
def test_keys_are_known_by_their_tones(key: tuple[float, float]) -> None:
    assert all(KeyTones().are_in(frame) for frame in frames(tone(*key, seconds=0.2)))


@pytest.mark.parametrize("sound", [vowel(1.0), hiss(1.0, 0.2), tone(697.0, seconds=1.0)])
def test_what_is_no_key_is_not_taken_for_one(sound: Sound) -> None:
    assert not any(KeyTones().are_in(frame) for frame in frames(sound))


def frames(sound: Sound) -> list[Sound]:
    return list(sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME))
