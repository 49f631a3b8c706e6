"""One turn on its socket: Asterisk's messages into the turn's rules, their decisions back."""

import asyncio
import logging
import time
from typing import Final

from aiohttp import WSMsgType, web

from agi.speech.media import wire
from agi.speech.media.feeder import Feeder, Words
from agi.speech.media.tones import KeyTones
from agi.speech.media.turn import Ending, Turn
from agi.speech.media.voice import VoiceWatch
from agi.speech.recognition.hearing import Hearing, RecogniserLost
from agi.speech.turns import TurnResult, TurnWish
from ivr_flows.interfaces import Guess

log = logging.getLogger(__name__)

FINISH_SECONDS: Final = 0.8
"""What a recogniser may think after the last word; then the step goes on by keys."""
GOODBYE_SECONDS: Final = 1.0
MARK_LATE: Final = 2.0
"""Seconds after which words count as played although Asterisk did not say so."""
NOTHING_UNDERSTOOD: Final = Guess("", 0.0)


class Session:
    """A caller's turn, from the socket's first message to its last."""

    def __init__(
        self,
        line: web.WebSocketResponse,
        wish: TurnWish,
        words: Words,
        hearing: Hearing,
        tones: KeyTones,
    ) -> None:
        self._line, self._wish, self._words, self._hearing = line, wish, words, hearing
        self._feeder = Feeder(line, words)
        self._turn = Turn(
            wish.listening, hearing, VoiceWatch(tones), self._feeder.level, time.monotonic()
        )
        self._guesses: tuple[Guess, ...] = ()
        self._fault = ""
        self._ended: asyncio.Task[None] | None = None
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Returns when Asterisk has its line back, or took it."""
        self._feeder.start()
        try:
            async for message in self._line:
                now = time.monotonic()
                if message.type is WSMsgType.BINARY:
                    self._turn.hears(message.data, now)
                elif message.type is WSMsgType.TEXT:
                    self._told(message.data, now)
                await self._act(now)
        except ConnectionError as error:
            self._fault = f"{error!r}"
        finally:
            await self._feeder.end()
            await self._settle()
            self._hearing.abandon()

    async def tick(self) -> None:
        """Called some times a second, whether sound comes or not."""
        now = time.monotonic()
        if self._feeder.playing and now - self._feeder.began > self._words.seconds + MARK_LATE:
            self._turn.prompt_ended(now)
        self._turn.tick(now)
        try:
            await self._act(now)
        except ConnectionError:
            log.debug("%s: closed while it was looked at", self._wish.call)

    def _told(self, text: str, now: float) -> None:
        match wire.decode(text):
            case wire.KeyPressed(key=key):
                self._turn.pressed(key)
            case wire.MarkReached(mark=wire.END_MARK):
                self._feeder.playing = False
                self._turn.prompt_ended(now)
            case wire.Flow() as flow:
                self._feeder.flow(flow)

    async def _act(self, now: float) -> None:
        """Does what the turn has decided."""
        wanted = self._turn.speaking or self._turn.ending is not None
        if wanted and self._feeder.playing:
            self._turn.prompt_ended(now)
            await self._feeder.stop()
        if self._turn.ending is not None and self._ended is None:
            self._ended = asyncio.create_task(self._end())

    async def _end(self) -> None:
        """Understands what was said, then gives the line back."""
        try:
            if self._turn.ending is Ending.WORDS:
                await self._understand()
        finally:
            try:
                await self._line.send_str(wire.HANG_UP)
            except ConnectionError:
                log.debug("%s: the line was gone already", self._wish.call)
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._over.wait()  # Asterisk closes, in milliseconds
        except TimeoutError:
            await self._line.close()

    async def _understand(self) -> None:
        self._turn.hand_over()
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                guesses = await self._hearing.finish()
        except RecogniserLost as lost:
            self._fault = lost.why
        except TimeoutError:
            self._fault = f"no words within {FINISH_SECONDS} s"
        else:
            self._guesses = guesses or (NOTHING_UNDERSTOOD,)

    async def _settle(self) -> None:
        self._over.set()
        if self._ended is None:
            return
        if self._turn.ending is Ending.WORDS and not (self._guesses or self._fault):
            self._ended.cancel()  # nobody is there any more to understand
        await asyncio.gather(self._ended, return_exceptions=True)
        self._ended = None

    def result(self) -> TurnResult:
        """What came of it, once it is over."""
        keys = self._turn.keys
        fault = self._fault
        if self._turn.ending is None:
            fault = fault or "the line was taken in mid-turn"
        elif self._turn.ending is Ending.WORDS and not self._guesses:
            fault = fault or "the line was taken before the words were understood"
        if fault and not keys:
            log.warning("%s: deaf: %s", self._wish.call, fault)
        return TurnResult(
            keys=keys,
            guesses=() if keys else self._guesses,
            fault="" if keys else fault,
            said=self._turn.said if self._turn.speaking else b"",
        )
