"""Other voices than the built-in one, and people's recordings: measured as callers hear them."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from ivr_flows.prompts import studio
from ivr_flows.prompts.espeak import VoiceError
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import NoSoundError, Recordings
from ivr_flows.prompts.sound import CEILING, RATE, Sound, loudness, read_wav, wav_bytes
from ivr_flows.prompts.voices import CommandVoice, HttpVoice, VoiceSettingsError, library
from tests.fakes.voice import ToneVoice

TEXT = "今天高速公路畅通"


def tone(seconds: float, level: float = 0.3, hertz: float = 500) -> Sound:
    at = np.arange(int(RATE * seconds)) / RATE
    return Sound(level * np.sin(2 * np.pi * hertz * at))


def spoken(seconds: float = 2.0, level: float = 0.3, before: float = 0.5) -> bytes:
    """A recording with silence at both ends."""
    ends = int(before * RATE)
    return wav_bytes(Sound(np.pad(tone(seconds, level).samples, ends)))


class Service(BaseHTTPRequestHandler):
    """A speech service that beeps, or is out of order."""

    asked: list[dict[str, str]]
    answer: bytes = b""
    status = 200

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append({**body, "key": self.headers.get("Authorization", "")})
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 the base's name
        """Says nothing."""


@pytest.fixture
def service() -> Iterator[tuple[str, type[Service]]]:
    handler = type("One", (Service,), {"asked": [], "answer": spoken(), "status": 200})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/say", handler
    server.shutdown()
    server.server_close()


def test_a_speech_service_gets_the_text_and_its_sound_is_levelled(
    tmp_path: Path, service: tuple[str, type[Service]]
) -> None:
    url, handler = service
    sounds = Library(tmp_path, HttpVoice("晓晓 1.0", url, "k-1"), Recordings(tmp_path / "none"))
    sound = read_wav(sounds.file(TEXT).read_bytes())
    assert handler.asked == [{"text": TEXT, "key": "Bearer k-1"}]
    assert (sound.rate, loudness(sound.samples)) == (RATE, pytest.approx(-19, abs=0.5))


def test_while_the_service_is_away_the_built_in_voice_speaks_and_nobody_waits_for_it_again(
    tmp_path: Path, service: tuple[str, type[Service]]
) -> None:
    url, handler = service
    handler.status = 500
    spare = ToneVoice()
    sounds = Library(tmp_path, HttpVoice("v", url), Recordings(tmp_path / "none"), spare)
    first, second = sounds.file(TEXT), sounds.file("另一句")
    assert all(path.exists() for path in (first, second))
    assert (spare.said, len(handler.asked)) == ([TEXT, "另一句"], 1)
    handler.status = 200
    again = Library(tmp_path, HttpVoice("v", url), Recordings(tmp_path / "none"), spare)
    assert again.file(TEXT) not in {first, second}, "back in its own voice"


@pytest.mark.parametrize("answer", [b"", b"<html>busy</html>", wav_bytes(tone(1))[:30]])
def test_what_is_no_sound_is_not_played(service: tuple[str, type[Service]], answer: bytes) -> None:
    url, handler = service
    handler.answer = answer
    with pytest.raises(VoiceError, match="no sound"):
        HttpVoice("v", url).synthesize(TEXT)


def test_a_command_reads_the_text_from_its_input_never_from_its_words(tmp_path: Path) -> None:
    said = tmp_path / "said"
    program = tmp_path / "speak.py"
    wav = tmp_path / "a.wav"
    wav.write_bytes(spoken())
    program.write_text(
        "import pathlib, sys\n"
        f"pathlib.Path({str(said)!r}).write_text(sys.stdin.read() + repr(sys.argv[1:]))\n"
        f"sys.stdout.buffer.write(pathlib.Path({str(wav)!r}).read_bytes())\n"
    )
    text = "$(reboot); `x`"
    sound = CommandVoice("c", (sys.executable, str(program))).synthesize(text)
    assert sound.seconds == pytest.approx(3.0, abs=0.1)
    assert said.read_text() == text + "[]"


def test_a_command_that_is_not_there_or_hangs_is_a_voice_that_failed() -> None:
    for command in (("/no/such/program",), (sys.executable, "-c", "import time; time.sleep(60)")):
        with pytest.raises(VoiceError, match="failed"):
            CommandVoice("c", command, deadline=0.5).synthesize(TEXT)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, "voice.name"),
        ({"name": "v", "kind": "magic"}, "none of command, http"),
        ({"name": "v", "kind": "command", "command": "say it"}, "list of words"),
        ({"name": "v", "kind": "http", "url": "file:///etc/passwd"}, "http://"),
    ],
)
def test_a_setting_that_cannot_be_used_says_why(
    tmp_path: Path, told: dict[str, object], why: str
) -> None:
    with pytest.raises(VoiceSettingsError, match=why):
        library(tmp_path, tmp_path, ("espeak-ng",), told)


def test_a_take_is_cut_levelled_and_kept_with_its_original(tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    data = spoken(level=0.05)
    made = studio.take(data, TEXT)
    assert made.sound.seconds == pytest.approx(2.1, abs=0.1)
    assert loudness(made.sound.samples) == pytest.approx(-19, abs=0.5)
    assert made.sound.peak <= CEILING + 0.001
    digest = studio.keep(folder, TEXT, made, data, ".wav")
    assert (folder / "originals" / f"{digest}.wav").read_bytes() == data
    sounds = Library(tmp_path / "prompts", ToneVoice(), Recordings(folder))
    heard = read_wav(sounds.file(TEXT).read_bytes())
    assert heard.seconds == pytest.approx(made.sound.seconds, abs=0.05)
    assert studio.take_back(folder, TEXT)
    assert not studio.take_back(folder, TEXT)
    assert sounds.file(TEXT).exists()


def test_a_part_may_be_chosen() -> None:
    made = studio.take(spoken(4), TEXT, begin=1.0, end=2.5)
    assert made.sound.seconds == pytest.approx(1.5, abs=0.05)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (wav_bytes(Sound(np.zeros(RATE * 3))), "听不到说话"),
        (spoken(0.05), "听不到说话"),
        (spoken(130), "最长 120 秒"),
    ],
)
def test_a_recording_nobody_should_hear_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(studio.UnusableRecording, match=why):
        studio.take(data, TEXT)


@pytest.mark.parametrize("data", [b"", b"GIF89a", bytes(1000)])
def test_what_is_no_recording_is_refused(data: bytes) -> None:
    with pytest.raises(NoSoundError):
        studio.take(data, TEXT)


def test_doubts_are_told() -> None:
    assert "漏读" in studio.take(spoken(0.5), TEXT).warnings[0]
    assert "多读" in studio.take(spoken(9), TEXT).warnings[0]
    clipped = wav_bytes(Sound(np.clip(tone(2, level=3).samples, -1, 0.9999)))
    assert "破音" in studio.take(clipped, TEXT).warnings[0]
