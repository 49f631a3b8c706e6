"""espeak-ng in this process, with the moment each phoneme begins (ctypes on its library)."""

import ctypes as c
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

VOICE: Final = "cmn-latn-pinyin"
"""Reads numbered pinyin (lu4 kuang4) rightly; the plain Mandarin voice of 1.51 is broken."""
_SYNCHRONOUS: Final = 2
_PHONEME_EVENTS: Final = 1
_END, _PHONEME = 0, 7
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4


class _Id(c.Union):
    _fields_ = [("number", c.c_int), ("name", c.c_char_p), ("string", c.c_char * 8)]


class _Event(c.Structure):
    _fields_ = [
        ("type", c.c_int),
        ("uid", c.c_uint),
        ("text_position", c.c_int),
        ("length", c.c_int),
        ("audio_position", c.c_int),
        ("sample", c.c_int),
        ("user_data", c.c_void_p),
        ("id", _Id),
    ]


_CALLBACK: Final = c.CFUNCTYPE(c.c_int, c.POINTER(c.c_short), c.c_int, c.POINTER(_Event))


@dataclass(frozen=True)
class Speech:
    """What was spoken."""

    sound: NDArray[np.float32]
    """In the range of 16 bit, at the synthesiser's own rate."""
    rate: int
    phonemes: tuple[tuple[int, str], ...]
    """First sample and mnemonic; silences begin with `_`."""


class Espeak:
    """The library can be there only once in a process."""

    def __init__(self) -> None:
        self._library = c.CDLL("libespeak-ng.so.1")
        self._rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)
        self._sound: list[bytes] = []
        self._events: list[tuple[int, str]] = []
        self._callback = _CALLBACK(self._heard)  # kept: the library holds no reference
        self._library.espeak_SetSynthCallback(self._callback)
        self._voice = ""

    def say(self, pinyin: str, variant: str = "", speed: int = 170, pitch: int = 50) -> Speech:
        """Raises LookupError for a variant this machine lacks."""
        voice = f"{VOICE}+{variant}" if variant else VOICE
        if voice != self._voice:
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise LookupError(voice)
            self._voice = voice
        for parameter, value in ((_RATE, speed), (_PITCH, pitch), (_RANGE, 50), (_VOLUME, 90)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._sound, self._events = [], []
        text = pinyin.encode() + b"\0"
        self._library.espeak_Synth(text, len(text), 0, 0, 0, 1, None, None)
        self._library.espeak_Synchronize()
        sound = np.frombuffer(b"".join(self._sound), np.int16).astype(np.float32)
        marks = tuple(mark for mark in self._events if not mark[1].startswith("("))
        return Speech(sound, self._rate, marks)

    def _heard(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._sound.append(c.string_at(samples, count * 2))
        index = 0
        while events[index].type != _END:
            if events[index].type == _PHONEME:
                name = events[index].id.string.decode("latin1")
                self._events.append((events[index].sample, name))
            index += 1
        return 0


VOWELS: Final = frozenset(
    (
        *("A", "a", "ai", "ei", "Au", "i", "i.", "i[", "iA", "iE", "iou", "o", "o-", "ong", "ou"),
        *("u", "u@", "ua", "uai", "uei", "uo", "y", "y&", "y@", "yE", "yi", "yu", "@", "@r"),
    )
)
"""Of espeak's mnemonics; they carry the tone."""


class Pronunciations:
    """Syllables with tone as the units of the model: vowels carry the tone."""

    def __init__(self, espeak: Espeak) -> None:
        self._espeak = espeak
        self._known: dict[str, list[str]] = {}

    def phonemes(self, syllable: str) -> list[str]:
        """As espeak names them, without tone."""
        if syllable not in self._known:
            marks = self._espeak.say(syllable).phonemes
            self._known[syllable] = [name for _, name in marks if not name.startswith("_")]
        return self._known[syllable]

    def units(self, syllable: str) -> list[str]:
        return tagged(self.phonemes(syllable), syllable[-1])


def tagged(phonemes: list[str], tone: str) -> list[str]:
    return [name + tone if name in VOWELS else name for name in phonemes]
