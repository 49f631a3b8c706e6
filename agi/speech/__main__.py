"""`python -m agi.speech --settings STATE/settings.json`: the media server under its guard."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from agi.speech.guard import Guard


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m agi.speech", description=__doc__)
    parser.add_argument("--settings", required=True, type=Path)
    settings = parser.parse_args(arguments).settings
    command = [sys.executable, "-m", "agi.speech.media", "--settings", str(settings), "--beat"]
    guard = Guard(command)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: guard.ask_to_stop())
    return abs(guard.watch())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
