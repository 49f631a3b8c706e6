"""A recogniser's process without vosk, for what a real one cannot be made to do at will.

`python tests/fakes/recogniser_process.py MODE`: `nonsense` writes what is no frame, `dies` ends at
once, `slow` takes a second for every 80 ms of sound, `deaf` never says it is ready.
"""

import os
import sys
import time

from agi.speech.recognition.frames import Frame, Frames, Kind


def main(mode: str) -> None:
    if mode == "dies":
        sys.exit(3)
    if mode != "deaf":
        os.write(1, Frame(Kind.READY, 0, b"5").encoded())
    if mode == "nonsense":
        os.write(1, b"\xff" * 64)
    frames, done = Frames(), 0
    while data := os.read(0, 1 << 16):
        for frame in frames.took(data):
            if mode == "slow" and frame.kind is Kind.SOUND:
                time.sleep(1.0)
                done += len(frame.body)
                os.write(1, Frame(Kind.BEAT, 0, f"[{done}, 1]".encode()).encoded())


if __name__ == "__main__":
    main(sys.argv[1])
