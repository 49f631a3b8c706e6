"""Every phrase as a file, made once; sentences with values joined from phrases at call time.

Files are named by the digest of voice and text, so they never change, any number of processes
may make them at once, and a call can say which voice spoke.
"""

import contextlib
import hashlib
import logging
import time
import uuid
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from ivr_flows.interfaces import Sentence
from ivr_flows.prompts.espeak import VoiceError
from ivr_flows.prompts.recorded import NoSoundError, Recordings, decode
from ivr_flows.prompts.sound import (
    RATE,
    Sound,
    for_telephone,
    read_wav,
    silence,
    wav_bytes,
    write_whole,
)
from ivr_flows.prompts.tempo import slowed
from ivr_flows.values import PAUSE

GAP: Final = 0.02
"""Seconds between two joined phrases, beside the margins they have themselves."""
PAUSE_SECONDS: Final = 0.25
LEFT_OVER: Final = 3600.0
"""Seconds after which a joined or half-written file is nobody's any more."""

log = logging.getLogger(__name__)


class Voice(Protocol):
    """Text to speech."""

    @property
    def name(self) -> str:
        """Changes whenever the same text would sound otherwise."""

    def synthesize(self, text: str) -> Sound:
        """Any rate, any level; raises VoiceError."""


class Library:
    """The sounds of one installation; one serves all threads of a process."""

    def __init__(
        self, folder: Path, voice: Voice, recordings: Recordings, spare: Voice | None = None
    ) -> None:
        """`spare` says what `voice` cannot say just now."""
        self._folder, self._voice, self._recordings = folder, voice, recordings
        self._spare = spare
        self._samples = lru_cache(maxsize=1024)(_samples)

    @property
    def voice(self) -> str:
        """Name of the voice that speaks what nobody recorded."""
        return self._voice.name

    @property
    def recordings(self) -> Recordings:
        return self._recordings

    def path(self, text: str) -> Path:
        """Where the phrase's sound is or will be."""
        recording = self._recordings.find(text)
        voice = f"recorded {self._recordings.digest(recording)}" if recording else self._voice.name
        return self._named(voice, text)

    def is_recorded(self, text: str) -> bool:
        """A person has spoken it."""
        return self._recordings.find(text) is not None

    def file(self, text: str) -> Path:
        """The phrase's sound; made now if it is not there yet. Raises VoiceError."""
        path = self.path(text)
        if path.exists():
            return path
        try:
            write_whole(path, wav_bytes(self._sound(text)))
        except VoiceError as error:
            if self._spare is None:
                raise
            log.warning("the spare voice speaks: %s", error)
            return self._spared(text, self._spare)
        return path

    def _spared(self, text: str, spare: Voice) -> Path:
        path = self._named(spare.name, text)
        if not path.exists():
            write_whole(path, wav_bytes(for_telephone(spare.synthesize(text))))
        return path

    def _named(self, voice: str, text: str) -> Path:
        digest = hashlib.sha1((voice + text).encode(), usedforsecurity=False)
        return self._folder / f"{digest.hexdigest()}.wav"

    def _sound(self, text: str) -> Sound:
        if text == PAUSE:
            return Sound(silence(PAUSE_SECONDS), RATE)
        return for_telephone(self._recorded(text) or self._voice.synthesize(text))

    def _recorded(self, text: str) -> Sound | None:
        recording = self._recordings.find(text)
        try:
            return decode(recording) if recording else None
        except NoSoundError:
            log.exception("recording %s cannot be used, the built-in voice speaks", recording)
            return None

    @contextlib.contextmanager
    def spoken(self, sentence: Sentence) -> Iterator[Path]:
        """One file with the whole sentence, to be played inside the `with`; raises VoiceError.

        A sentence of one phrase is its lasting file; a joined one may hold an order number and
        is deleted when it has been played. So it is with slow ones.
        """
        if len(sentence.phrases) == 1:
            yield self._slow_file(sentence) if sentence.slow else self.file(sentence.phrases[0])
            return
        path = self._folder / "joined" / f"{uuid.uuid4().hex}.wav"
        whole = self.joined(sentence)
        write_whole(path, wav_bytes(slowed(whole) if sentence.slow else whole))
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _slow_file(self, sentence: Sentence) -> Path:
        usual = self.file(sentence.phrases[0])
        path = self._folder / "slow" / usual.name
        if not path.exists():
            write_whole(path, wav_bytes(slowed(read_wav(usual.read_bytes()))))
        return path

    def joined(self, sentence: Sentence) -> Sound:
        """The sentence's phrases in a row, with a breath between groups."""
        parts = [
            part
            for phrase in sentence.phrases or (PAUSE,)
            for part in (self._samples(self.file(phrase)), silence(GAP))
        ]
        return Sound(np.concatenate(parts), RATE)

    def place(self, name: str, text: str) -> bool:
        """Keep a sound under a name of its own (`named/closed`); True when it was new or changed.

        Raises ValueError for a name that leads out of the folder.
        """
        target = (self._folder / f"{name}.wav").resolve()
        if not target.is_relative_to(self._folder.resolve()):
            raise ValueError(name)
        data = self.file(text).read_bytes()
        if target.exists() and target.read_bytes() == data:
            return False
        write_whole(target, data)
        return True

    def sweep(self) -> int:
        """Delete what killed processes left behind; returns how many files."""
        old, swept = time.time() - LEFT_OVER, 0
        for path in (*self._folder.glob("joined/*.wav"), *self._folder.rglob(".*.part")):
            with contextlib.suppress(FileNotFoundError):  # another process sweeps too
                if path.stat().st_mtime < old:
                    path.unlink()
                    swept += 1
        return swept


def _samples(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return read_wav(path.read_bytes()).samples
