"""The built-in voice: espeak-ng as a command of its own, so that a fault of it is not ours.

The voice `cmn` of espeak-ng 1.51 reads hanzi as English letters; `cmn-latn-pinyin` reads hanzi
and numbered pinyin rightly, so hard words are handed over as pinyin.
"""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ivr_flows.prompts.sound import Sound, read_wav
from ivr_flows.prompts.spelling import Readings, spoken_words

LANGUAGE: Final = "cmn-latn-pinyin"
DEADLINE: Final = 10.0
"""Seconds for one sentence; it takes hundredths of one."""


class VoiceError(Exception):
    """The voice could not say a text."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{why}: {text[:60]}")
        self.text, self.why = text, why


@dataclass(frozen=True)
class Espeak:
    """espeak-ng, called by a command line such as ("espeak-ng",) or (…, "--path=DIR")."""

    command: Sequence[str] = ("espeak-ng",)
    speed: int = 180
    """Words a minute by espeak's own measure: about four syllables a second."""
    readings: Readings = field(default_factory=Readings.read)

    @property
    def name(self) -> str:
        """Everything that changes the sound, the levelling's version included."""
        return f"espeak-ng {LANGUAGE} {self.speed} 1"

    def synthesize(self, text: str) -> Sound:
        """Raises VoiceError when there is nothing to say or the command fails."""
        words = self.readings.pinyin_helped(spoken_words(text))
        if not words.strip(" ，。、；：？！.,"):
            raise VoiceError(text, "no speakable word")
        command = [*self.command, "-v", LANGUAGE, "-s", str(self.speed), "-b", "1"]
        try:
            done = subprocess.run(
                [*command, "--stdin", "--stdout"],
                input=words.encode(),
                capture_output=True,
                timeout=DEADLINE,
                check=True,
            )
            return read_wav(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise VoiceError(text, f"espeak-ng failed ({error})") from error


def on_this_machine() -> Espeak | None:
    """espeak-ng from the path, None when it is not installed."""
    program = shutil.which("espeak-ng")
    return Espeak((program,)) if program else None
