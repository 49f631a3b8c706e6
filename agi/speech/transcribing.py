"""Writes down voice messages while nobody speaks to the menu: a help for whoever confirms drafts.

One message at a time, by the same recognisers; a caller who comes takes the place at once and the
message is begun anew later. What a machine wrote is never evidence, and is shown as such.
"""

import asyncio
import logging
from pathlib import Path
from typing import Final

import numpy as np

from agi.speech.media.tones import FRAME, KeyTones
from agi.speech.recognition.hearing import RecogniserLost
from agi.speech.recognition.pool import RecogniserPool
from agi.speech.recognition.process import WorkerTurn
from ivr_flows.prompts.recorded import NoSoundError, decode
from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.recordings.transcripts import keep_words, next_message

PIECE: Final = 8000
"""Bytes fed at once, half a second: a caller who comes waits for no more than that."""
LOOK: Final = 10.0
"""Seconds between two looks for a message."""

log = logging.getLogger(__name__)


class Transcriber:
    """Runs until it is cancelled; whatever fails is told, and tried again later."""

    def __init__(
        self, pool: RecogniserPool, model: str, database: Database, vault: Path, clock: Clock
    ) -> None:
        """`model`: its name, kept beside the words."""
        self._pool, self._model = pool, model
        self._database, self._vault, self._clock = database, vault, clock
        self._tones = KeyTones()

    async def run(self) -> None:
        while True:
            try:
                has_written = await self.write_next()
            except Exception:
                log.exception("a message is not written down")
                has_written = False
            if not has_written:
                await asyncio.sleep(LOOK)

    async def write_next(self) -> bool:
        """One message; False when there is none, or no place for it just now."""
        waiting = await asyncio.to_thread(self._next)
        if waiting is None:
            return False
        recording_id, path = waiting
        try:
            pcm = await asyncio.to_thread(self._sound, path)
        except NoSoundError as error:
            log.warning("recording %d cannot be written down: %s", recording_id, error)
            pcm = b""
        text = await self._heard(pcm) if pcm else ""
        if text is None:
            return False
        await asyncio.to_thread(self._keep, recording_id, text)
        return True

    async def _heard(self, pcm: bytes) -> str | None:
        """None: the place was needed, or the recogniser was lost."""
        turn = self._pool.begin_spare()
        if turn is None:
            return None
        try:
            await self._feed(turn, pcm)
            guesses = await turn.finish()
        except RecogniserLost as lost:
            log.info("a message waits: %s", lost.why)
            return None
        finally:
            turn.abandon()
        return guesses[0].text if guesses else ""

    async def _feed(self, turn: WorkerTurn, pcm: bytes) -> None:
        for start in range(0, len(pcm), PIECE):
            turn.feed(pcm[start : start + PIECE])
            await turn.settled()

    def _next(self) -> tuple[int, Path] | None:
        with self._database.reading() as session:
            recording = next_message(session, self._clock.now())
            if recording is None:
                return None
            return recording.id, self._vault / recording.stored_path

    def _sound(self, path: Path) -> bytes:
        """8 kHz, 16 bit; key tones, which a recogniser takes for words, are silence."""
        samples = decode(path).samples
        for start in range(0, len(samples), FRAME):
            frame = samples[start : start + FRAME]
            if len(frame) == FRAME and self._tones.are_in(frame):
                frame[:] = 0.0
        return np.clip(samples * 32767, -32768, 32767).astype("<i2").tobytes()

    def _keep(self, recording_id: int, text: str) -> None:
        with self._database.transaction() as session:
            keep_words(session, self._clock.now(), recording_id, text, self._model)
