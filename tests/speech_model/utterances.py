"""What is said and by whom; the voices of tests are never trained on."""

import csv
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from tests.speech_model.espeak import Espeak, Speech
from tests.speech_model.lexicon import DIGITS, phrases, syllables, words
from tests.speech_model.telephone import RATE, Sound, at_line_rate, over_the_line

TRAINING_VOICES: Final = (
    *("", "", "", "", "", "", "m1", "m2", "m3", "m4", "m5", "m7", "m8", "f1", "f2", "f3", "f5"),
    *("Alex", "Alicia", "Andrea", "Andy", "Denis", "Diogo", "Gene", "Henrique", "Hugo", "Jacky"),
    *("Lee", "Marco", "Mike", "Mr_serious", "Nguyen", "RicishayMax", "RicishayMax3", "Tweaky"),
    *("adam", "anika", "announcer", "antonio", "aunty", "belinda", "benjamin", "boris", "caleb"),
    *("ed", "edward", "grandma", "grandpa", "gustave", "iven", "iven2", "iven4", "john"),
    *("kaukovalta", "klatt", "klatt3", "klatt4", "marcelo", "max", "miguel", "norbert", "pablo"),
    *("paul", "pedro", "quincy", "rob", "sandro", "shelby", "steph", "steph3", "travis", "zac"),
)
TEST_VOICES: Final = (
    *("f4", "m6", "Annie", "Mario", "Michael", "david", "linda", "robert", "steph2", "victor"),
    *("michel", "iven3"),
)
TRAINING_SPEEDS: Final = (135, 155, 175, 195, 215)
TEST_SPEEDS: Final = (120, 145, 165, 185, 205)
_KINDS: Final = ("phrase", "word", "words", "digits", "syllables")
_SHARES: Final = (0.13, 0.12, 0.17, 0.13, 0.45)
_TONES: Final = (0.24, 0.24, 0.24, 0.24, 0.04)


class Author:
    """Chooses texts to train on: the hotline's words, and syllables so that new words need none."""

    def __init__(self, dice: np.random.Generator) -> None:
        self._dice = dice
        self._words, self._phrases, self._syllables = words(), phrases(), syllables()

    def words(self) -> list[list[str]]:
        """Words, each as syllables with tone."""
        kind = _KINDS[self._dice.choice(len(_KINDS), p=_SHARES)]
        if kind == "syllables":
            return [[self._syllable()] for _ in range(self._dice.integers(1, 8))]
        return [self.way_of(word) for word in self._text(kind)]

    def way_of(self, word: str) -> list[str]:
        ways = self._words[word]
        return ways[self._dice.integers(len(ways))].split()

    def _text(self, kind: str) -> Sequence[str]:
        if kind == "phrase":
            return self._phrases[self._dice.integers(len(self._phrases))].split()
        source = DIGITS if kind == "digits" else tuple(self._words)
        count = {"word": 1, "words": int(self._dice.integers(2, 5))}.get(kind)
        count = count or int(self._dice.integers(1, 9))
        return [source[self._dice.integers(len(source))] for _ in range(count)]

    def _syllable(self) -> str:
        tone = "12345"[self._dice.choice(5, p=_TONES)]
        return self._syllables[self._dice.integers(len(self._syllables))] + tone


def spoken(
    espeak: Espeak,
    dice: np.random.Generator,
    said: Sequence[Sequence[str]],
    voices: Sequence[str],
    speeds: Sequence[int],
) -> Speech:
    """In a random voice, at a random speed and pitch."""
    parts = ["".join(word) if dice.random() < 0.5 else " ".join(word) for word in said]
    text = parts[0] + "".join((", " if dice.random() < 0.12 else " ") + part for part in parts[1:])
    speed = speeds[dice.integers(len(speeds))] + int(dice.integers(-9, 10))
    voice = voices[dice.integers(len(voices))]
    return espeak.say(text, voice, speed, int(dice.integers(15, 86)))


def say_labelled_set(
    folder: Path, wanted: Sequence[str], count: int, *, seed: int = 1, snr: float | None = None
) -> None:
    """Wav files and labels.csv for `python -m agi hear`: `count` times each phrase, test voices.

    A phrase is words of the lexicon with blanks; one that begins with `!` is to be understood as
    nothing. `snr` in dB; None: a quiet line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dice, espeak, babble = np.random.default_rng(seed), Espeak(), list[Sound]()
    author = Author(dice)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "said"])
        for index, phrase in enumerate(wanted * count):
            said = [author.way_of(word) for word in phrase.removeprefix("!").split()]
            speech = spoken(espeak, dice, said, TEST_VOICES, TEST_SPEEDS)
            clean = at_line_rate(speech.sound, speech.rate)
            babble = [*babble[-30:], clean]
            line = quiet(clean) if snr is None else over_the_line(dice, clean, babble, snr)[0]
            name = f"{index:04d}.wav"
            write_wav(folder / name, line)
            table.writerow([name, "" if phrase.startswith("!") else phrase.replace(" ", "")])


def quiet(speech: Sound) -> Sound:
    """With the pauses around it that a turn has."""
    return np.concatenate([np.zeros(RATE * 3 // 10), speech, np.zeros(RATE * 6 // 10)])


def write_wav(path: Path, sound: Sound) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.clip(np.round(sound), -32768, 32767).astype("<i2").tobytes())
