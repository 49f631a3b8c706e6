"""Chinese as a telephone says it: espeak-ng's voice, the one the test model knows."""

from functools import cache
from pathlib import Path

import numpy as np

from ivr_flows.prompts.espeak import Espeak
from ivr_flows.prompts.sound import resample, trim
from tests.asterisk.sound import Sound

TEST_MODEL = Path(__file__).parents[2] / "speech_model" / "vosk-test-espeak-cmn-8k"


@cache
def spoken(text: str, level: float = 0.1) -> Sound:
    """`level`: root mean square."""
    samples = resample(trim(Espeak().synthesize(text))).samples
    sound: Sound = level * samples / float(np.sqrt(np.mean(samples**2)))
    return sound
