"""Real calls to a real recogniser: the test model, which understands synthetic speech only."""

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest

from tests.asterisk.carrier import Carrier
from tests.asterisk.sound import RATE
from tests.asterisk.speech.house import LONG, PHRASES, SHORT, SpeechHouse, ask
from tests.asterisk.speech.spoken import TEST_MODEL, spoken
from tests.asterisk.speech.test_faults import SEVERAL, answers_by_key, calls_in_their_turns
from tests.benchmarks.processes import descendants
from tests.fakes.throat import hiss


@pytest.fixture
def ears(house: SpeechHouse) -> Iterator[SpeechHouse]:
    """The house with the real recogniser, its model loaded."""
    house.media.stop()
    house.media.start_with(TEST_MODEL, house.pbx.settings.installation_secret)
    house.wait_for_ears()
    yield house
    for pid in descendants(house.media.pid):
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_into_the_question_is_understood(
    ears: SpeechHouse, carrier: Carrier, phrase: str
) -> None:
    ears.play = ask(LONG)
    phone = carrier.dial("12328")
    phone.hears(ears.sound(LONG))
    phone.says(spoken(phrase))
    heard = ears.result_heard()
    assert (heard.deaf, heard.key) == (False, None)
    assert heard.guesses[0].text == phrase


@pytest.mark.parametrize("decibels", [20, 10])
def test_a_phrase_in_noise_is_understood(
    ears: SpeechHouse, carrier: Carrier, decibels: int
) -> None:
    level = 0.1 * 10 ** (-decibels / 20)
    ears.play = ask(LONG)
    phone = carrier.dial("12328")
    phone.hums(hiss(5.0, level))
    phone.hears(ears.sound(LONG))
    words = spoken("投诉出租车")
    phone.says(words + hiss(len(words) / RATE + 1, level)[: len(words)])
    assert ears.result_heard().guesses[0].text == "投诉出租车"


@pytest.mark.parametrize("words", ["今天天气怎么样", "苹果香蕉西红柿"])
def test_other_words_are_none_of_the_phrases(
    ears: SpeechHouse, carrier: Carrier, words: str
) -> None:
    ears.play = ask(SHORT)
    phone = carrier.dial("12328")
    phone.hears(ears.sound(SHORT))
    phone.says(np.concatenate((np.zeros(RATE), spoken(words))))
    heard = ears.result_heard()
    assert not heard.deaf
    assert heard.guesses
    assert heard.guesses[0].text not in PHRASES


@pytest.mark.parametrize("hurt", [signal.SIGKILL, signal.SIGSTOP])
def test_recognisers_killed_or_frozen_leave_their_callers_to_keys(
    ears: SpeechHouse, carrier: Carrier, hurt: signal.Signals
) -> None:
    """The media server lives on, and its new recognisers hear the next caller."""
    phones = calls_in_their_turns(ears, carrier, SEVERAL)
    for pid in descendants(ears.media.pid):
        os.kill(pid, hurt)
    for phone in phones:
        phone.says(spoken(PHRASES[0]))
    results = answers_by_key(ears, phones)
    assert all(result.heard.deaf for result in results)
    for phone in phones:
        phone.hang_up()
    ears.wait_for_ears()
    test_a_phrase_into_the_question_is_understood(ears, carrier, PHRASES[0])
