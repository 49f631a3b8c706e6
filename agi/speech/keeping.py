"""What a caller said in a turn as a recording like any other: a stretch with a file."""

import io
import wave
from pathlib import Path
from typing import Final

from ivr_flows.prompts.sound import write_whole

RATE: Final = 8000


def keep(file: Path, pcm: bytes) -> None:
    """Writes the whole wav at once; nobody ever sees half of it. Raises OSError."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(pcm)
    write_whole(file, buffer.getvalue())
