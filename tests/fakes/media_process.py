"""`python -m tests.fakes.media_process PORT SECRET STATE MOOD BEAT`: the real media server with
recognisers that understand by rule, as a process that can be killed and frozen.
"""

import asyncio
import logging
import socket
import sys
from pathlib import Path

from agi.speech.media.serving import serve
from tests.fakes.recognisers import Forgetful, Mood


def main() -> None:
    port, secret, state, mood, beat = sys.argv[1:]
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    with socket.socket(fileno=int(beat)) as line:
        asyncio.run(serve(int(port), secret, Forgetful(Mood(mood)), Path(state), line))


if __name__ == "__main__":
    main()
