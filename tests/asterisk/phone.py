"""A telephone in a test's hand: its sound goes through AudioSocket, its keys through AMI.

What it hears is there at once (a recording on disk would lag two seconds behind).
"""

import socket
import struct
import threading
import time
import uuid
from collections import deque
from pathlib import Path

import numpy as np

from tests.asterisk.ami import Ami
from tests.asterisk.sound import RATE, Sound, find, has_tone, read_wav, tone
from tests.waiting import wait_for

_FRAME = 160
_END, _ID, _AUDIO = 0x00, 0x01, 0x10


class Phone:
    """One end of a call on the carrier's side; hears and speaks from the answer on."""

    def __init__(self, ami: Ami, prompts: Path, number: str) -> None:
        self.id = str(uuid.uuid4())
        self.number = number
        self.channel = self.id
        self._ami = ami
        self._prompts = prompts
        self._heard: list[Sound] = []
        self.heard_at: list[float] = []
        """When each frame of 20 ms came (monotonic)."""
        self.said_at: list[float] = []
        """When each frame of what it says was sent."""
        self._from = 0
        self._voice: Sound = np.zeros(_FRAME)
        self._saying: deque[Sound] = deque()
        self._connected = threading.Event()
        self._dead = threading.Event()
        self.ended = threading.Event()

    # --- what a person does ---
    def press(self, keys: str) -> None:
        """Press keys one after the other (a tenth of a second each)."""
        for key in keys:
            self._ami.action(
                "PlayDTMF", Channel=self.channel, Digit=key, Duration="100", Receive="false"
            )
            time.sleep(0.2)  # a finger's pause: not a wait for anything

    def speaks(self, hertz: float | None) -> None:
        """Hum a tone from now on; None: be silent."""
        # one second of a whole frequency loops without a click
        self._voice = np.zeros(_FRAME) if hertz is None else tone(hertz, seconds=1)

    def hums(self, sound: Sound) -> None:
        """What its line sounds like, again and again, while nothing is said."""
        self._voice = sound[: max(1, len(sound) // _FRAME) * _FRAME]

    def says(self, sound: Sound) -> None:
        """Say it once, from now on; `has_said` when it is over."""
        whole = np.concatenate((sound, np.zeros(-len(sound) % _FRAME)))
        self._saying.extend(whole.reshape(-1, _FRAME))

    def has_said(self) -> bool:
        return not self._saying

    def dies(self) -> None:
        """The telephone's power fails: no more sound, and no goodbye."""
        self._dead.set()

    def hang_up(self) -> None:
        if not self.ended.is_set():
            self._ami.action("Hangup", Channel=self.channel, Cause="16", fails=True)
            self.waits_for_end()

    # --- what a person notices ---
    def is_answered(self, seconds: float = 20) -> None:
        assert self._connected.wait(seconds), f"{self.number}: nobody answered"

    def waits_for_end(self, seconds: float = 20) -> None:
        """The other side (or the line) ends the call."""
        assert self.ended.wait(seconds), f"{self.number}: the call goes on"

    def hears(self, prompt: str | Path, seconds: float = 20) -> None:
        """Hear a prompt (`named/…` below the prompts folder, or a wav file) from here on.

        Later `hears` look behind it, so that an order of prompts is an order of lines.
        """
        path = prompt if isinstance(prompt, Path) else self._prompts / f"{prompt}.wav"
        wanted = read_wav(path)

        def look() -> int | None:
            return find(self.heard()[self._from :], wanted)

        self._from += wait_for(f"{self.number} hears {prompt}", look, seconds, pause=0.1)

    def has_heard(self, prompt: str | Path, whole_call: bool = False) -> bool:
        """Whether the prompt was heard since the last one that was waited for."""
        path = prompt if isinstance(prompt, Path) else self._prompts / f"{prompt}.wav"
        return find(self.heard()[0 if whole_call else self._from :], read_wav(path)) is not None

    def hears_tone(self, hertz: float, seconds: float = 20) -> None:
        """Hear another party's tone now."""
        wait_for(
            f"{self.number} hears {hertz} Hz",
            lambda: has_tone(self.heard()[-RATE // 4 :], hertz),
            seconds,
        )

    def hears_anything(self) -> bool:
        """Whether there is any sound just now."""
        fresh = bool(self.heard_at) and time.monotonic() - self.heard_at[-1] < 0.1
        return fresh and _is_loud(self._heard[-1])

    def loud_moments(self) -> list[float]:
        """When (monotonic) each frame came in which something was to be heard."""
        frames = zip(self.heard_at, self._heard, strict=False)
        return [moment for moment, frame in frames if _is_loud(frame)]

    def heard(self) -> Sound:
        """Everything heard since the answer, at 8 kHz."""
        return np.concatenate(self._heard) if self._heard else np.zeros(0)

    # --- the line (called by the exchange) ---
    def connect(self, line: socket.socket) -> None:
        """Carry sound until one side ends."""
        self._connected.set()
        threading.Thread(target=self._speak, args=(line,), daemon=True).start()
        try:
            while (frame := read_frame(line)) is not None and frame[0] != _END:
                if frame[0] == _AUDIO:
                    self.heard_at.append(time.monotonic())
                    self._heard.append(np.frombuffer(frame[1], "<i2").astype(np.float64) / 32768)
        finally:
            self.ended.set()
            line.close()

    def _speak(self, line: socket.socket) -> None:
        start, frames = time.monotonic(), 0
        while not (self.ended.is_set() or self._dead.is_set()):
            voice = self._voice
            at = frames * _FRAME % len(voice)
            if self._saying:
                frame = self._saying.popleft()
                self.said_at.append(time.monotonic())
            else:
                frame = voice[at : at + _FRAME]
            samples = (np.clip(frame, -1, 1) * 32767).astype("<i2").tobytes()
            try:
                line.sendall(struct.pack(">BH", _AUDIO, len(samples)) + samples)
            except OSError:
                return
            frames += 1
            time.sleep(max(0.0, start + frames * 0.02 - time.monotonic()))


def _is_loud(frame: Sound) -> bool:
    return bool(len(frame)) and float(np.sqrt(np.mean(frame**2))) > 0.01


def read_frame(line: socket.socket) -> tuple[int, bytes] | None:
    """One AudioSocket frame: kind and payload; None when the line is gone."""
    head = _read(line, 3)
    if head is None:
        return None
    kind, length = struct.unpack(">BH", head)
    payload = _read(line, length)
    return None if payload is None else (kind, payload)


def read_id(line: socket.socket) -> str | None:
    """The UUID every AudioSocket connection begins with."""
    frame = read_frame(line)
    return str(uuid.UUID(bytes=frame[1])) if frame is not None and frame[0] == _ID else None


def _read(line: socket.socket, length: int) -> bytes | None:
    data = b""
    while len(data) < length:
        try:
            more = line.recv(length - len(data))
        except OSError:
            return None
        if not more:
            return None
        data += more
    return data
