"""A voice without a synthesizer: every text is a tone of its own length and pitch."""

from threading import Lock

import numpy as np

from ivr_flows.prompts.espeak import VoiceError
from ivr_flows.prompts.sound import Sound


class ToneVoice:
    """0.1 s a character at 22 050 Hz, silence around it; remembers what it was asked to say."""

    def __init__(self, name: str = "tone", level: float = 0.2) -> None:
        self.name, self.level = name, level
        self.said: list[str] = []
        self._lock = Lock()

    def synthesize(self, text: str) -> Sound:
        with self._lock:
            self.said.append(text)
        if "说不出" in text:
            raise VoiceError(text, "no such word")
        seconds = np.arange(int(22_050 * 0.1 * len(text))) / 22_050
        tone = self.level * np.sin(2 * np.pi * (500 + len(text)) * seconds)
        return Sound(np.pad(tone, 4000), 22_050)
