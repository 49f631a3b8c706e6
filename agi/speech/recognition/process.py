"""One recogniser process as the media server sees it: fed without waiting, watched for progress."""

import asyncio
import contextlib
import json
import logging
import os
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from agi.speech.recognition.frames import Frame, Frames, Kind, NoFrame
from agi.speech.recognition.hearing import RecogniserLost
from agi.speech.recognition.model import ModelFacts
from ivr_flows.interfaces import Guess

FINISH_SECONDS: Final = 0.9
"""A turn's guesses later than this are no use: the step goes by keys within a second."""
FROZEN_SECONDS: Final = 2.0
"""Work waiting and nothing done for so long: the process is ended."""
PIECE: Final = 1280
"""Bytes of sound sent at once, 80 ms: fewer frames, still soon enough to cut a prompt."""
MOST_UNSENT: Final = 1 << 20
SETTLED_TURNS: Final = 20
"""By then all that a process needs is loaded; what it takes more is growth."""
_READ: Final = 1 << 16

log = logging.getLogger(__name__)
Command = Callable[[ModelFacts], tuple[str, ...]]


def worker_command(model: ModelFacts) -> tuple[str, ...]:
    """How a worker is started."""
    module = "agi.speech.recognition.worker"
    return (sys.executable, "-m", module, str(model.path), str(model.fed_rate))


class WorkerTurn:
    """A Hearing served by one process."""

    def __init__(self, number: int, process: "WorkerProcess") -> None:
        self._number, self._process = number, process
        self._unsent = bytearray()
        self._partial = ""
        self._over = False
        self._answer: asyncio.Future[tuple[Guess, ...]] = process.loop.create_future()

    @property
    def partial(self) -> str:
        return self._partial

    def feed(self, pcm: bytes) -> None:
        if self._over:
            return
        self._unsent += pcm
        if len(self._unsent) >= PIECE:
            self._send_sound()

    async def settled(self) -> None:
        """What was fed is worked off, or the turn is lost: for measuring, not for callers."""
        self._send_sound()
        while self._process.behind and not self._over:  # noqa: ASYNC110 beats are no events
            await asyncio.sleep(0.002)

    async def finish(self) -> tuple[Guess, ...]:
        """Raises RecogniserLost."""
        if not self._over:
            self._over = True
            self._send_sound()
            self._process.send(Frame(Kind.FINISH, self._number))
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                return await asyncio.shield(self._answer)
        except TimeoutError:
            raise RecogniserLost("its guesses came too late") from None
        finally:
            self._process.forget(self._number)

    def abandon(self) -> None:
        if not self._over and not self._answer.done():
            self._process.send(Frame(Kind.ABANDON, self._number))
        self._over = True
        self._process.forget(self._number)
        self._answer.cancel()

    def give_way(self) -> None:
        """A caller needs the place: this turn's guesses will not come."""
        if not self._over:
            self._process.send(Frame(Kind.ABANDON, self._number))
        self.lose("a caller needs its place")
        self._process.forget(self._number)

    def take(self, frame: Frame) -> None:
        """An answer of the process. Raises NoFrame when it makes no sense."""
        match frame.kind:
            case Kind.PARTIAL:
                self._partial = frame.body.decode("utf-8", errors="replace")
            case Kind.GUESSES if not self._answer.done():
                self._answer.set_result(_guesses(frame.body))
            case Kind.FAILED:
                self.lose(frame.body.decode("utf-8", errors="replace"))

    def lose(self, why: str) -> None:
        """The guesses will never come."""
        self._over = True
        if not self._answer.done():
            self._answer.set_exception(RecogniserLost(why))
            self._answer.exception()  # whoever finishes gets it; nobody else need hear of it

    def _send_sound(self) -> None:
        if self._unsent:
            self._process.send(Frame(Kind.SOUND, self._number, bytes(self._unsent)))
            self._unsent.clear()


def _guesses(body: bytes) -> tuple[Guess, ...]:
    try:
        return tuple(Guess(str(text), float(sure)) for text, sure in json.loads(body))
    except (ValueError, TypeError) as error:
        raise NoFrame(f"guesses {body[:80]!r}") from error


class WorkerProcess:
    """One running process with its turns; when it ends, whatever the reason, its turns are lost."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.loop = asyncio.get_running_loop()
        self._process = process
        self._turns: dict[int, WorkerTurn] = {}
        self._sent = self._worked_off = 0
        self._checkpoints: deque[tuple[int, float]] = deque()
        self._last_word = time.monotonic()
        self._numbers = 0
        self.turns_at_once = 0
        """0: its model is being loaded."""
        self.grown = 0
        """MB more than when it had served a few turns."""
        self._settled_megabytes = 0

    @classmethod
    async def start(cls, command: tuple[str, ...]) -> "WorkerProcess":
        pipe = asyncio.subprocess.PIPE
        environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, env=environment
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def turns(self) -> int:
        return len(self._turns)

    @property
    def served(self) -> int:
        """Turns begun in its life."""
        return self._numbers

    @property
    def behind(self) -> float:
        """Seconds since the oldest sound was sent that it has not worked off."""
        return time.monotonic() - self._checkpoints[0][1] if self._checkpoints else 0.0

    @property
    def is_frozen(self) -> bool:
        quiet = time.monotonic() - self._last_word
        return min(quiet, self.behind) > FROZEN_SECONDS and bool(self.turns_at_once)

    def begin(self, grammar: str) -> WorkerTurn:
        self._numbers += 1
        turn = self._turns[self._numbers] = WorkerTurn(self._numbers, self)
        self.send(Frame(Kind.BEGIN, self._numbers, grammar.encode()))
        return turn

    def send(self, frame: Frame) -> None:
        """Never waits: what cannot be taken any more loses the process."""
        pipe = self._process.stdin
        if pipe is None or pipe.is_closing():
            return
        if pipe.transport.get_write_buffer_size() > MOST_UNSENT:
            self.kill("it takes no more sound")
            return
        pipe.write(frame.encoded())
        if frame.kind is Kind.SOUND:
            self._sent += len(frame.body)
            self._checkpoints.append((self._sent, time.monotonic()))

    def forget(self, number: int) -> None:
        self._turns.pop(number, None)

    async def run(self) -> None:
        """Take what it tells until it ends; then all its turns are lost."""
        frames = Frames()
        why = "it ended"
        pipe = self._process.stdout
        try:
            while pipe is not None and (data := await pipe.read(_READ)):
                self._last_word = time.monotonic()
                for frame in frames.took(data):
                    self._take(frame)
        except NoFrame as nonsense:
            why = f"it wrote nonsense: {nonsense}"
            self.kill(why)
        finally:
            for turn in [*self._turns.values()]:
                turn.lose(why)
            self._turns.clear()
            self.turns_at_once = 0

    def _take(self, frame: Frame) -> None:
        if frame.kind is Kind.READY or frame.kind is Kind.BEAT:
            try:
                self._told(frame.kind, json.loads(frame.body))
            except (ValueError, TypeError) as error:
                raise NoFrame(f"{frame.kind.name} {frame.body[:80]!r}") from error
        elif (turn := self._turns.get(frame.turn)) is not None:
            turn.take(frame)

    def _told(self, kind: Kind, body: object) -> None:
        if kind is Kind.READY and isinstance(body, int):
            self.turns_at_once = max(1, body)
        elif kind is Kind.BEAT and isinstance(body, list):
            self._worked_off, megabytes = int(body[0]), int(body[1])
            if self.served >= SETTLED_TURNS:
                self._settled_megabytes = self._settled_megabytes or megabytes
                self.grown = megabytes - self._settled_megabytes
            while self._checkpoints and self._checkpoints[0][0] <= self._worked_off:
                self._checkpoints.popleft()

    def kill(self, why: str) -> None:
        log.error("recogniser %d is ended: %s", self.pid, why)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def end(self, seconds: float) -> int:
        """Let it go by itself, else end it; its exit code."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(seconds):
                return await self._process.wait()
        except TimeoutError:
            self.kill("it did not end by itself")
            return await self._process.wait()
