"""The phrases of the menu and who speaks them: lists, previews, takes kept and taken back."""

import asyncio
import wave
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from ivr_flows.menu import Menu
from ivr_flows.prompts import studio
from ivr_flows.prompts.build import said
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import text_hash
from ivr_flows.texts import tidy
from ivr_flows.values import every_phrase

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something the hotline says in the same words in every call."""

    hash: str
    text: str
    uses: tuple[tuple[str, str], ...]
    """Flow and step; the flow is empty for the dialplan's own and for digits and letters."""


class Studio:
    """Sounds off the event loop, one act after the other."""

    def __init__(self, library: Library) -> None:
        self._library: Final = library
        self._threads: Final = ThreadPoolExecutor(1, thread_name_prefix="studio")

    @property
    def voice(self) -> str:
        return self._library.voice

    def seconds(self, text: str) -> float | None:
        """Length of the sound callers hear; None while it is not made."""
        try:
            with wave.open(str(self._library.path(text))) as file:
                seconds: float = file.getnframes() / file.getframerate()
                return round(seconds, 2)
        except (OSError, EOFError, wave.Error):
            return None

    def is_recorded(self, text: str) -> bool:
        """Whether a person spoke it, by this desk or by a file laid into the folder."""
        return self._library.recordings.find(text) is not None

    async def sound(self, text: str) -> Path:
        """What callers hear, made if need be. Raises VoiceError."""
        return await self._run(lambda: self._library.file(text))

    async def take(self, data: bytes, text: str, begin: float, end: float | None) -> studio.Take:
        """Raises NoSoundError, UnusableRecording."""
        return await self._run(lambda: studio.take(data, text, begin, end))

    async def keep(
        self, text: str, made: studio.Take, original: bytes, ending: str, names: list[str]
    ) -> str:
        """Callers hear it from now on; `names`: the dialplan's sounds with this text."""

        def kept() -> str:
            digest = studio.keep(self._library.recordings.folder, text, made, original, ending)
            self._place(text, names)
            return digest

        return await self._run(kept)

    async def take_back(self, text: str, names: list[str]) -> bool:
        def taken() -> bool:
            there = studio.take_back(self._library.recordings.folder, text)
            self._place(text, names)
            return there

        return await self._run(taken)

    def close(self) -> None:
        self._threads.shutdown(wait=True)

    def _place(self, text: str, names: list[str]) -> None:
        self._library.file(text)
        for name in names:
            self._library.place(name, text)

    async def _run(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, act)


def phrases(texts: Mapping[str, str], named: Mapping[str, str]) -> dict[str, Phrase]:
    """Hash → phrase: what the flows say, the dialplan's own sounds, digits and letters.

    Raises FlowMistakesError.
    """
    uses: dict[str, list[tuple[str, str]]] = said(Menu("", texts).bundles())
    for name, text in named.items():
        uses.setdefault(tidy(text), []).append(("", name))
    for text in every_phrase():
        uses.setdefault(text, [])
    return {
        text_hash(text): Phrase(text_hash(text), text, tuple(found)) for text, found in uses.items()
    }
