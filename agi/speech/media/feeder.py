"""Our words on their way to the caller: Asterisk paces them, we only never send too much.

Asterisk keeps 20 seconds; what exceeds them is dropped without a word, and a message above 64 KiB
closes the socket. So messages of two seconds, never more than some seconds ahead, and XOFF obeyed.
"""

import asyncio
import time
from typing import Final, Protocol

import numpy as np

from agi.speech.media import wire
from agi.speech.media.tones import FRAME_BYTES
from agi.speech.media.turn import levels

MESSAGE: Final = 32_000
"""Bytes, two seconds."""
AHEAD: Final = 8.0
"""Seconds sent before they are played, at most."""
_BYTES_PER_SECOND: Final = 16_000
_HEADER: Final = 44
_LOOK_BACK: Final = 15
"""Frames (300 ms): how late an echo of our words may come."""


class Line(Protocol):
    """What is needed of a WebSocket."""

    async def send_bytes(self, data: bytes) -> None: ...

    async def send_str(self, data: str) -> None: ...


class Words:
    """The sound of a sentence, ready to be sent."""

    def __init__(self, wav: bytes) -> None:
        body = wav[_HEADER:]
        body = body[: len(body) // 2 * 2]
        self.pcm = body + bytes(-len(body) % FRAME_BYTES)
        self._levels = levels(np.frombuffer(self.pcm, "<i2").astype(np.float64) / 32768)

    @property
    def seconds(self) -> float:
        return len(self.pcm) / _BYTES_PER_SECOND

    def level_before(self, seconds: float) -> float:
        """The loudest of the last frames played `seconds` into the words."""
        at = int(seconds * 50)
        return max(self._levels[max(0, at - _LOOK_BACK) : at + 2], default=-100.0)


class Feeder:
    """Sends the words, and takes back what was not played yet."""

    def __init__(self, line: Line, words: Words) -> None:
        self._line, self._words = line, words
        self._may_send = asyncio.Event()
        self._may_send.set()
        self._task: asyncio.Task[None] | None = None
        self.began = time.monotonic()
        self.playing = True
        """The caller hears our words, as far as we know."""

    def start(self) -> None:
        self.began = time.monotonic()
        self._task = asyncio.create_task(self._send())

    def level(self, now: float) -> float:
        """How loud our words were just before `now`, dB below full scale."""
        return self._words.level_before(now - self.began) if self.playing else -100.0

    def flow(self, event: wire.Flow) -> None:
        """Asterisk asks to stop or to go on."""
        if event.stop:
            self._may_send.clear()
        else:
            self._may_send.set()

    async def stop(self) -> None:
        """Nothing more is sent; what Asterisk has not played yet is thrown away."""
        self.playing = False
        await self.end()
        await self._line.send_str(wire.FLUSH)

    async def end(self) -> None:
        """Nothing more is sent."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _send(self) -> None:
        await self._line.send_str(wire.BEGIN_WORDS)
        for at in range(0, len(self._words.pcm), MESSAGE):
            ahead = at / _BYTES_PER_SECOND - (time.monotonic() - self.began)
            if ahead > AHEAD:
                await asyncio.sleep(ahead - AHEAD)
            await self._may_send.wait()
            await self._line.send_bytes(self._words.pcm[at : at + MESSAGE])
        await self._line.send_str(wire.END_WORDS)
        await self._line.send_str(wire.MARK)
