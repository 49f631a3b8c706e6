"""Makes every sound of a version before callers may hear it, and tells how far it is."""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event
from typing import Final

from agent_desk.web.speech import Sounds
from ivr_flows.bundle import Bundle
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.menu import Menu
from ivr_flows.prompts.build import every_sentence
from ivr_flows.prompts.espeak import VoiceError
from ticketing.errors import Finding, InvalidInput

log = logging.getLogger(__name__)

MOST_TOLD: Final = 20
"""Failed sentences named in a refusal; a voice that is broken fails at all of them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Sounds of one version."""

    number: int
    done: int
    total: int


class MenuSounds:
    """One version after the other: the voice takes a whole core."""

    def __init__(self, sounds: Sounds) -> None:
        self._sounds: Final = sounds
        self._threads: Final = ThreadPoolExecutor(1, thread_name_prefix="menu-sounds")
        self._turn: Final = asyncio.Lock()
        self._stopping: Final = Event()
        self.progress: Progress | None = None
        """What is being made now."""

    async def make(self, number: int, texts: Mapping[str, str]) -> None:
        """Raises InvalidInput naming what cannot be read, or each sentence that has no voice."""
        async with self._turn:
            loop = asyncio.get_running_loop()
            failed = await loop.run_in_executor(self._threads, self._made, number, texts)
        if failed:
            raise InvalidInput(tuple(map(_finding, failed[:MOST_TOLD])))

    def close(self) -> None:
        """A version being made ready is not published; what is made of it stays."""
        self._stopping.set()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _made(self, number: int, texts: Mapping[str, str]) -> list[VoiceError]:
        phrases = every_sentence(require_readable(number, texts))
        self.progress = Progress(number, 0, len(phrases))
        failed = []
        try:
            for done, phrase in enumerate(phrases, start=1):
                if self._stopping.is_set():
                    raise CancelledError
                if error := self._tried(phrase):
                    failed.append(error)
                self.progress = replace(self.progress, done=done)
        finally:
            self.progress = None
        return failed

    def _tried(self, phrase: str) -> VoiceError | None:
        try:
            self._sounds.file(phrase)
        except VoiceError as error:
            return error
        except OSError as error:
            log.exception("no sound for %.40r", phrase)
            return VoiceError(phrase, str(error))
        return None


def require_readable(number: int, texts: Mapping[str, str]) -> tuple[Bundle, ...]:
    """The version's main flows; raises InvalidInput when this software cannot read them."""
    try:
        return Menu(str(number), texts).bundles()
    except FlowMistakesError as error:
        found = (Finding(f"{one.file}:{one.line}", one.message) for one in error.mistakes)
        raise InvalidInput(tuple(found)) from error


def _finding(error: VoiceError) -> Finding:
    return Finding("prompts", f"“{error.text}”无法生成语音：{error.why}，请改写这句话或放入录音")
