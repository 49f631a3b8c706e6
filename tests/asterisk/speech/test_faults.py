"""Whatever fails in the ear, the caller is asked by keys and notices nothing else."""

import os
import signal

import numpy as np
import pytest

from tests.asterisk.carrier import Carrier
from tests.asterisk.phone import Phone
from tests.asterisk.sound import RATE
from tests.asterisk.speech.house import (
    LONG,
    SHORT,
    Answered,
    SpeechHouse,
    ask_whatever_happens,
)
from tests.fakes.recognisers import Mood
from tests.fakes.throat import vowel
from tests.waiting import wait_for

SEVERAL = int(os.environ.get("HOTLINE_SPEECH_CALLS", "5"))


def answers_by_key(house: SpeechHouse, phones: list[Phone]) -> list[Answered]:
    """Everybody hears the question again and answers it with 7."""
    for phone in phones:
        phone.hears(house.sound(SHORT))
        phone.press("7")
    results = [house.result() for _ in phones]
    assert all(isinstance(result, Answered) for result in results)
    return [result for result in results if isinstance(result, Answered)]


def calls_in_their_turns(house: SpeechHouse, carrier: Carrier, count: int) -> list[Phone]:
    house.play = ask_whatever_happens(LONG)
    phones = [carrier.dial("12328", f"1390000{number:04}") for number in range(count)]
    for phone in phones:
        phone.hears(house.sound(LONG))
    return phones


def test_without_a_server_the_step_goes_by_keys(house: SpeechHouse, carrier: Carrier) -> None:
    house.media.stop()
    house.play = ask_whatever_happens(LONG)
    phone = carrier.dial("12328")
    result = answers_by_key(house, [phone])[0]
    assert (result.heard.deaf, result.key) == (True, "7")
    assert not phone.has_heard(house.sound(LONG), whole_call=True)


@pytest.mark.parametrize("mood", [Mood.SLOW, Mood.LOST, Mood.FULL, Mood.BROKEN])
def test_a_recogniser_in_trouble_leaves_the_step_to_keys(
    house: SpeechHouse, carrier: Carrier, mood: Mood
) -> None:
    house.media.stop()
    house.media.start(mood)
    house.play = ask_whatever_happens(LONG)
    phone = carrier.dial("12328")
    if mood is not Mood.FULL:
        phone.hears(house.sound(LONG))
        phone.says(vowel(0.8))
    result = answers_by_key(house, [phone])[0]
    assert (result.heard.deaf, result.key) == (True, "7")


@pytest.mark.parametrize("hurt", [signal.SIGKILL, signal.SIGSTOP])
def test_a_server_killed_or_frozen_loses_nobody(
    house: SpeechHouse, carrier: Carrier, hurt: signal.Signals
) -> None:
    """Several callers in mid-question, some of them speaking: all are asked by keys."""
    phones = calls_in_their_turns(house, carrier, SEVERAL)
    for phone in phones[:2]:
        phone.says(vowel(3.0))
    house.media.send(hurt)
    wait_for("the guard saw it", lambda: house.media.is_over)
    results = answers_by_key(house, phones)
    assert [result.key for result in results] == ["7"] * SEVERAL
    assert all(result.heard.deaf for result in results)


def test_a_server_that_comes_back_is_used_again(house: SpeechHouse, carrier: Carrier) -> None:
    house.media.send(signal.SIGKILL)
    wait_for("the guard saw it", lambda: house.media.is_over)
    house.play = ask_whatever_happens(LONG)
    answers_by_key(house, [carrier.dial("12328")])
    house.media.start()

    def heard_again() -> bool:
        phone = carrier.dial("12328")
        phone.says(np.concatenate((np.zeros(RATE * 2), vowel(0.8), np.zeros(RATE * 9))))
        phone.press("7")
        result = house.result()
        phone.hang_up()
        return isinstance(result, Answered) and not result.heard.deaf

    wait_for("speech is back", heard_again)


@pytest.mark.parametrize("speaks", [True, False])
def test_a_hang_up_in_mid_turn_ends_the_call(
    house: SpeechHouse, carrier: Carrier, speaks: bool
) -> None:
    """And what was said until then is kept."""
    phone = calls_in_their_turns(house, carrier, 1)[0]
    monitor = house.pbx.settings.monitor
    before = set(monitor.glob("*-speech.wav"))
    if speaks:
        phone.says(vowel(5.0))
        heard = len(phone.heard())
        wait_for("a second of speech", lambda: len(phone.heard()) > heard + RATE)
    phone.hang_up()
    assert house.result() is None
    house.pbx.wait_quiet()
    kept = set(monitor.glob("*-speech.wav")) - before
    assert len(kept) == (1 if speaks else 0)
