"""Speech turns on a real line: words and keys, whichever comes first."""

import numpy as np

from ivr_flows.interfaces import Listening
from tests.asterisk.carrier import Carrier
from tests.asterisk.sound import RATE
from tests.asterisk.speech.house import (
    LISTENING,
    LONG,
    PHRASES,
    SHORT,
    THANKS,
    SpeechHouse,
    ask,
    voice,
)


def test_words_after_the_question_are_understood(house: SpeechHouse, carrier: Carrier) -> None:
    house.play = ask(SHORT)
    phone = carrier.dial("12328")
    phone.hears(house.sound(SHORT))
    phone.says(np.concatenate((np.zeros(RATE), voice(0.8))))
    heard = house.result_heard()
    assert (heard.key, heard.deaf) == (None, False)
    assert heard.guesses[0].text == PHRASES[0]
    phone.hears(house.sound(THANKS))


def test_words_into_the_question_cut_it_short(house: SpeechHouse, carrier: Carrier) -> None:
    house.play = ask(LONG)
    phone = carrier.dial("12328")
    phone.hears(house.sound(LONG))
    phone.says(voice(0.8))
    assert house.result_heard(8).guesses[0].text == PHRASES[0]


def test_a_key_into_the_question_counts(house: SpeechHouse, carrier: Carrier) -> None:
    house.play = ask(LONG)
    phone = carrier.dial("12328")
    phone.hears(house.sound(LONG))
    phone.press("3")
    assert house.result_heard(8).key == "3"


def test_silence_is_heard_as_silence(house: SpeechHouse, carrier: Carrier) -> None:
    house.play = ask(SHORT, Listening(PHRASES, wait=1.0, longest=LISTENING.longest))
    carrier.dial("12328")
    heard = house.result_heard()
    assert (heard.key, heard.guesses, heard.deaf, heard.stretch) == (None, (), False, "")
