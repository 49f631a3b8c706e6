"""Speech turns on a real line: words and keys, whichever comes first."""

import time

import numpy as np
import pytest

from agi.caller import TelephoneCaller
from asterisk_conf.names import DialplanEvent
from ivr_flows.interfaces import Heard, Listening, Sentence
from tests.asterisk.carrier import Carrier
from tests.asterisk.sound import RATE, read_wav, seconds_of_any_sound, tone
from tests.asterisk.speech.house import (
    ENDLESS,
    LISTENING,
    LONG,
    PHRASES,
    SHORT,
    THANKS,
    SpeechHouse,
    ask,
)
from tests.fakes.throat import cough, vowel
from tests.waiting import wait_for


def test_words_after_the_question_are_understood(house: SpeechHouse, carrier: Carrier) -> None:
    house.play = ask(SHORT)
    phone = carrier.dial("12328")
    phone.hears(house.sound(SHORT))
    phone.says(np.concatenate((np.zeros(RATE), vowel(0.8))))
    heard = house.result_heard()
    assert (heard.key, heard.deaf) == (None, False)
    assert heard.guesses[0].text == PHRASES[0]
    phone.hears(house.sound(THANKS))


def test_words_into_the_question_cut_it_short(house: SpeechHouse, carrier: Carrier) -> None:
    house.play = ask(LONG)
    phone = carrier.dial("12328")
    phone.hears(house.sound(LONG))
    phone.says(vowel(0.8))
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


def test_what_was_said_is_announced_and_kept_as_a_recording(
    house: SpeechHouse, carrier: Carrier
) -> None:
    house.play = ask(LONG)
    phone = carrier.dial("12328")
    phone.hears(house.sound(LONG))
    phone.says(vowel(1.0))
    heard = house.result_heard()
    told = house.pbx.wait_told(DialplanEvent.STRETCH, lambda f: f["stretch"] == heard.stretch)
    assert told["role"] == "caller"
    assert told["stretch"].endswith("-1-speech")
    file = house.pbx.settings.monitor / told["file"].rsplit("/", 1)[1]
    assert 0.8 < seconds_of_any_sound(read_wav(file)) < 1.3


def test_who_has_not_heard_that_the_call_is_recorded_is_not_recorded(
    house: SpeechHouse, carrier: Carrier
) -> None:
    """They cut the notice short with a key; their words are understood, and kept nowhere."""
    house.play = ask(LONG)
    phone = carrier.dial("12328")
    wait_for("the notice begins", phone.hears_anything)
    phone.press("5")
    phone.hears(house.sound(LONG))
    phone.says(vowel(0.8))
    heard = house.result_heard()
    assert heard.guesses
    assert heard.stretch == ""


def test_a_cough_or_a_click_does_not_stop_the_words(house: SpeechHouse, carrier: Carrier) -> None:
    house.play = ask(LONG, Listening(PHRASES, wait=0.5, longest=5.0))
    phone = carrier.dial("12328")
    phone.hears(house.sound(LONG))
    phone.says(np.concatenate([cough(0.25), np.zeros(RATE), np.full(80, 0.5), np.zeros(RATE)]))
    heard = house.result_heard(30)
    assert (heard.guesses, heard.key, heard.deaf, heard.stretch) == ((), None, False, "")


def test_key_tones_in_the_sound_are_no_words(house: SpeechHouse, carrier: Carrier) -> None:
    """A telephone that sends its keys as sound only is not understood, and not misunderstood."""
    house.play = ask(SHORT, Listening(PHRASES, wait=2.0, longest=5.0))
    phone = carrier.dial("12328")
    phone.hears(house.sound(SHORT))
    phone.says(np.concatenate([np.zeros(RATE), tone(770.0, 1336.0, seconds=0.6)]))
    assert house.result_heard() == Heard()


@pytest.mark.parametrize("key_after", [0.1, 0.5, 1.0])
def test_a_key_and_a_voice_at_once_are_a_key(
    house: SpeechHouse, carrier: Carrier, key_after: float
) -> None:
    house.play = ask(LONG)
    phone = carrier.dial("12328")
    phone.hears(house.sound(LONG))
    phone.says(vowel(2.0))
    wait_for("words before the key", lambda: len(phone.said_at) > key_after * 50)
    phone.press("0")
    heard = house.result_heard()
    assert (heard.key, heard.guesses, heard.deaf) == ("0", (), False)


def test_keys_typed_ahead_answer_the_next_questions(house: SpeechHouse, carrier: Carrier) -> None:
    """Who knows the menu types on; every turn gets its key and none is lost."""

    def four_turns(caller: TelephoneCaller, _number: str) -> str:
        keys = [caller.listen(Sentence((LONG,)), LISTENING).key for _ in range(2)]
        keys += [caller.ask(Sentence((SHORT,)), 5.0) for _ in range(2)]
        return "".join(key or "-" for key in keys)

    house.play = four_turns
    for _ in range(5):
        phone = carrier.dial("12328")
        phone.hears(house.sound(LONG))
        phone.press("1234")
        assert house.result() == "1234"
        phone.hang_up()


def test_a_key_pressed_as_the_turn_ends_is_not_lost(house: SpeechHouse, carrier: Carrier) -> None:
    """Between the question's silence and the next step, whichever of the two gets it."""
    ends: list[float] = []

    def silence_then_a_key(caller: TelephoneCaller, _number: str) -> str | None:
        heard = caller.listen(Sentence((SHORT,)), Listening(PHRASES, wait=1.0, longest=5.0))
        ends.append(time.monotonic())
        return heard.key or caller.wait_key(5.0)

    house.play = silence_then_a_key
    usual = 1.4  # seconds from hearing the question to the turn's end; learnt below
    for early in (300, *range(120, -60, -20)):
        phone = carrier.dial("12328")
        phone.hears(house.sound(SHORT))
        began = time.monotonic()
        time.sleep(max(0.0, usual - early / 1000))  # not a wait for anything: when one presses
        phone.press("5")
        assert house.result() == "5"
        usual = ends[-1] - began if early == 300 else usual
        phone.hang_up()


def test_words_longer_than_asterisk_keeps_are_heard_to_their_end(
    house: SpeechHouse, carrier: Carrier
) -> None:
    """Asterisk keeps twenty seconds and drops what is sent beyond without a word."""
    house.play = ask(ENDLESS, Listening(PHRASES, wait=0.5, longest=5.0))
    phone = carrier.dial("12328")
    phone.hears(house.sound(ENDLESS))
    assert house.result_heard(60) == Heard()
    phone.hears(house.sound(THANKS))
    assert seconds_of_any_sound(phone.heard()) > 28.5, "with the notice before and a word after"
