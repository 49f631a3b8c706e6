"""Says at once what was just written, so that the first caller who hears it does not wait."""

import asyncio
import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Protocol

from ivr_flows.prompts.espeak import VoiceError
from ivr_flows.texts import plain

log = logging.getLogger(__name__)


class Sounds(Protocol):
    """ivr_flows.prompts.library.Library, as far as it is needed here."""

    def file(self, text: str) -> Path:
        """The text's sound, made now if it is not there. Raises VoiceError."""


class Speech:
    """Makes sounds off the event loop, one after the other: the voice takes a whole core."""

    def __init__(self, sounds: Sounds) -> None:
        self._sounds: Final = sounds
        self._threads: Final = ThreadPoolExecutor(1, thread_name_prefix="speech")

    async def speak(self, texts: Iterable[str]) -> bool:
        """Whether every text has its sound; one that failed is tried again when it is played."""
        loop = asyncio.get_running_loop()
        done = [await loop.run_in_executor(self._threads, self._made, text) for text in texts]
        return all(done)

    async def sound(self, text: str) -> bytes | None:
        """A wav file of the text as the telephone plays it; None: it cannot be made."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._bytes, text)

    def _bytes(self, text: str) -> bytes | None:
        if not self._made(text):
            return None
        try:
            return self._sounds.file(plain(text).text).read_bytes()
        except (VoiceError, OSError):
            return None

    def close(self) -> None:
        self._threads.shutdown(wait=True)

    def _made(self, text: str) -> bool:
        try:
            for phrase in plain(text).phrases:
                self._sounds.file(phrase)
        except (VoiceError, OSError, ValueError) as error:
            log.warning("no sound yet for what was just written: %s", error)
            return False
        return True
