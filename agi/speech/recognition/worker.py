"""The process that runs libvosk: the only place that imports it, because some calls of it kill.

`python -m agi.speech.recognition.worker MODEL RATE` serves turns over stdin and stdout until
stdin ends. One thread, first come, first served; the other side watches how far it is behind.
"""

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from agi.speech.recognition.frames import Frame, Frames, Kind
from agi.speech.recognition.model import LINE_RATE
from agi.speech.recognition.results import MOST_GUESSES, Reading, guesses, partial, readings
from agi.speech.recognition.upsampling import Doubler

NICE: Final = 5
"""Below the media server: late words are a nuisance, stuttering prompts are heard by everybody."""
TRIAL_SECONDS: Final = 2.0
SHARE: Final = 0.7
"""Of a core that may be filled with turns, reckoned for noise: the dearest sound there is."""
MOST_TURNS: Final = 60
_PR_SET_PDEATHSIG: Final = 1


class Recogniser(Protocol):
    """What is used of vosk's KaldiRecognizer."""

    def AcceptWaveform(self, data: bytes) -> int: ...  # noqa: N802 vosk's own names

    def Result(self) -> str: ...  # noqa: N802

    def PartialResult(self) -> str: ...  # noqa: N802

    def FinalResult(self) -> str: ...  # noqa: N802


class Turn:
    """One turn of one caller."""

    def __init__(self, recogniser: Recogniser, rate: int) -> None:
        self._recogniser = recogniser
        self._doubler = Doubler() if rate > LINE_RATE else None
        self._odd = b""
        self._stretches: list[tuple[Reading, ...]] = []
        self._told = ""

    def hear(self, pcm: bytes) -> str | None:
        """Returns the partial text when it is a new one."""
        data = self._odd + pcm
        even = len(data) & ~1
        data, self._odd = data[:even], data[even:]  # half a sample would shift all that follow
        if not data:
            return None
        if self._recogniser.AcceptWaveform(self._doubler(data) if self._doubler else data):
            self._stretches.append(readings(self._recogniser.Result()))
            return None
        before = "".join(stretch[0].text for stretch in self._stretches if stretch)
        text = before + partial(self._recogniser.PartialResult())
        if text == self._told:
            return None
        self._told = text
        return text

    def finish(self) -> bytes:
        self._stretches.append(readings(self._recogniser.FinalResult()))
        found = [(guess.text, guess.confidence) for guess in guesses(self._stretches)]
        return json.dumps(found, ensure_ascii=False).encode()


class Worker:
    """The turns of one process."""

    def __init__(self, make: Callable[[str], Recogniser], rate: int) -> None:
        """`make` a recogniser for a grammar, for whatever is said when it is empty."""
        self._make, self._rate = make, rate
        self._turns: dict[int, Turn] = {}
        self.worked_off = 0

    def take(self, frame: Frame) -> Frame | None:
        """Work one frame off; what goes wrong in one turn is told of that turn only."""
        try:
            return self._take(frame)
        except Exception as error:  # noqa: BLE001 libvosk raises plain Exception
            self._turns.pop(frame.turn, None)
            return Frame(Kind.FAILED, frame.turn, str(error).encode()[:500])

    def _take(self, frame: Frame) -> Frame | None:
        match frame.kind:
            case Kind.BEGIN:
                self._turns[frame.turn] = Turn(self._make(frame.body.decode()), self._rate)
            case Kind.SOUND:
                self.worked_off += len(frame.body)
                turn = self._turns.get(frame.turn)
                text = turn.hear(frame.body) if turn else None
                return None if text is None else Frame(Kind.PARTIAL, frame.turn, text.encode())
            case Kind.FINISH if turn := self._turns.pop(frame.turn, None):
                return Frame(Kind.GUESSES, frame.turn, turn.finish())
            case Kind.ABANDON:
                self._turns.pop(frame.turn, None)
        return None

    def turns_at_once(self) -> int:
        """How many turns this machine can take with this model, by trying it."""
        noise = np.random.default_rng(1).normal(0, 1500, int(TRIAL_SECONDS * LINE_RATE))
        turn = Turn(self._make(""), self._rate)
        began = time.process_time()
        for piece in np.array_split(noise.astype("<i2"), 20):
            turn.hear(piece.tobytes())
        turn.finish()
        share = (time.process_time() - began) / TRIAL_SECONDS
        return max(1, min(MOST_TURNS, int(SHARE / share))) if share else MOST_TURNS


def serve(worker: Worker, read: Callable[[], bytes], write: Callable[[bytes], None]) -> None:
    """Until there is nothing more to read."""
    write(Frame(Kind.READY, 0, json.dumps(worker.turns_at_once()).encode()).encoded())
    frames = Frames()
    while data := read():
        for frame in frames.took(data):
            if (answer := worker.take(frame)) is not None:
                write(answer.encoded())
        beat = json.dumps([worker.worked_off, _memory()]).encode()
        write(Frame(Kind.BEAT, 0, beat).encoded())


def _memory() -> int:
    """MB of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def main(arguments: list[str]) -> None:
    model_path, rate = arguments[0], int(arguments[1])
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server; it closes stdin
    os.nice(NICE)
    out = os.dup(1)
    os.dup2(2, 1)  # whatever libraries print goes to the log, never between the frames
    import vosk  # noqa: PLC0415 here and nowhere else, and only in this process

    vosk.SetLogLevel(-1)
    model = vosk.Model(model_path)

    def make(grammar: str) -> Any:
        known = (grammar,) if grammar else ()
        recogniser = vosk.KaldiRecognizer(model, rate, *known)
        recogniser.SetMaxAlternatives(MOST_GUESSES)
        recogniser.SetWords(True)
        return recogniser

    def write(data: bytes) -> None:
        while data:
            data = data[os.write(out, data) :]

    serve(Worker(make, rate), lambda: os.read(0, 1 << 16), write)
    os._exit(0)  # libvosk's own good-bye takes long and frees what the system frees anyway


if __name__ == "__main__":
    main(sys.argv[1:])
