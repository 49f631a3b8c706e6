"""The converter's process: `python -m ticketing.recordings.convert`, one JSON line in, one out.

A process of its own because a broken file may take the decoder down with it, and niced because a
call in the menu comes first. It ends when its standard input does, so it never outlives the worker.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from ticketing.recordings.opus import BadSound, Part, make


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """One job; `error` says why not, `final` whether another try is of no use."""
    parts = [Part(Path(path), offset, side) for path, offset, side in request["parts"]]
    try:
        made = make(parts, request["sides"], Path(request["output"]))
    except BadSound as error:
        return {"error": str(error), "final": True}
    except (OSError, ValueError) as error:
        return {"error": str(error), "final": False}
    return {
        "duration_ms": made.duration_ms,
        "size_bytes": made.size_bytes,
        "sha256": made.sha256,
        "rms": made.rms,
        "peaks": made.peaks,
        "peaks_per_second": made.peaks_per_second,
    }


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's to understand
    os.nice(10)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
