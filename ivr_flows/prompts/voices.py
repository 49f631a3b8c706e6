"""Which voice speaks: the built-in one, a command, or a speech service, as the installation says.

The built-in voice stands behind every other one: while a service is away its texts are spoken
robotically rather than not at all, and in the good voice again once it is back.
"""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ivr_flows.prompts.espeak import Espeak, VoiceError
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import NoSoundError, Recordings, decode
from ivr_flows.prompts.sound import Sound

DEADLINE: Final = 20.0
"""Seconds for one sentence."""
REST: Final = 30.0
"""Seconds a voice that was away is not asked again: callers do not wait for it one by one."""
LARGEST: Final = 16 * 1024 * 1024
"""Bytes of one answer."""


class VoiceSettingsError(ValueError):
    """The setting `voice` cannot be used; says why."""


@dataclass
class _Rest:
    """How long a voice that failed is left alone."""

    until: float = 0.0

    def check(self, text: str) -> None:
        if time.monotonic() < self.until:
            raise VoiceError(text, "the voice was away a moment ago")

    def begin(self) -> None:
        self.until = time.monotonic() + REST


@dataclass(frozen=True)
class CommandVoice:
    """A program that reads the text from its input and writes a sound file to its output."""

    name: str
    command: Sequence[str]
    """Fixed words; the text never becomes one of them."""
    deadline: float = DEADLINE
    _rest: _Rest = field(default_factory=_Rest, compare=False)

    def synthesize(self, text: str) -> Sound:
        """Raises VoiceError."""
        self._rest.check(text)
        try:
            done = subprocess.run(
                list(self.command),
                input=text.encode(),
                capture_output=True,
                timeout=self.deadline,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._rest.begin()
            raise VoiceError(text, f"{self.command[0]} failed ({error})") from error
        return _decoded(text, done.stdout)


@dataclass(frozen=True)
class HttpVoice:
    """A speech service: POST JSON {"text": …}, the answer is a sound file of any usual kind."""

    name: str
    url: str
    key: str = field(default="", repr=False)
    """Sent as `Authorization: Bearer …` when there is one."""
    deadline: float = DEADLINE
    _rest: _Rest = field(default_factory=_Rest, compare=False)

    def synthesize(self, text: str) -> Sound:
        """Raises VoiceError."""
        self._rest.check(text)
        headers = {"Content-Type": "application/json", "Accept": "audio/*"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        request = urllib.request.Request(  # noqa: S310 the setting is checked to be http(s)
            self.url, json.dumps({"text": text}).encode(), headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=self.deadline) as answer:  # noqa: S310
                data: bytes = answer.read(LARGEST)
        except (OSError, urllib.error.URLError, ValueError) as error:
            self._rest.begin()
            raise VoiceError(text, f"the speech service failed ({error})") from error
        return _decoded(text, data)


def library(
    prompts: Path, recorded: Path, espeak: Sequence[str], voice: Mapping[str, Any] | None
) -> Library:
    """The sounds of an installation, from its settings. Raises VoiceSettingsError."""
    built_in = Espeak(tuple(espeak))
    recordings = Recordings(recorded)
    if voice is None:
        return Library(prompts, built_in, recordings)
    return Library(prompts, _voice(voice), recordings, spare=built_in)


def _voice(told: Mapping[str, Any]) -> CommandVoice | HttpVoice:
    kind, name = told.get("kind"), str(told.get("name", "")).strip()
    if not name:
        raise VoiceSettingsError("voice.name is missing: name the voice and its version")
    make = _KINDS.get(str(kind))
    if make is None:
        raise VoiceSettingsError(f"voice.kind {kind!r} is none of {', '.join(_KINDS)}")
    return make(name, told)


def _command_voice(name: str, told: Mapping[str, Any]) -> CommandVoice:
    command = told.get("command")
    if not isinstance(command, list) or not command or not all(isinstance(w, str) for w in command):
        raise VoiceSettingsError("voice.command must be a list of words, the program first")
    return CommandVoice(name, tuple(command))


def _http_voice(name: str, told: Mapping[str, Any]) -> HttpVoice:
    url = str(told.get("url", ""))
    if not url.startswith(("http://", "https://")):
        raise VoiceSettingsError("voice.url must begin with http:// or https://")
    return HttpVoice(name, url, str(told.get("key", "")))


_KINDS: Final[Mapping[str, Callable[[str, Mapping[str, Any]], CommandVoice | HttpVoice]]] = {
    "command": _command_voice,
    "http": _http_voice,
}


def _decoded(text: str, data: bytes) -> Sound:
    try:
        return decode(data)
    except NoSoundError as error:
        raise VoiceError(text, "the voice answered with no sound") from error
