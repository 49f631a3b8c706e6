"""`python -m agi.speech.recognition DIR`: what a model can do, in plain words.

Reads its files only; `--try` also starts a process with it and says how many turns it can take.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agi.speech.recognition.model import ModelFacts, described, inspect
from agi.speech.recognition.pool import LOADED_SECONDS, RecogniserPool
from ivr_flows.speech.vocabulary import UnreadableModel

LOOK: Final = 0.1


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m agi.speech.recognition", description="看语音模型"
    )
    parser.add_argument("model", type=Path, help="模型目录")
    parser.add_argument("--try", dest="trial", action="store_true", help="真正加载一次")
    options = parser.parse_args(arguments)
    try:
        model = inspect(options.model)
        print("；".join(described(model)))
        if options.trial:
            print(asyncio.run(_tried(model)))
    except UnreadableModel as error:
        print(error, file=sys.stderr)
        return 1
    except TimeoutError:
        print(f"{options.model} 不能用：{LOADED_SECONDS:.0f} 秒没有加载成功", file=sys.stderr)
        return 1
    return 0


async def _tried(model: ModelFacts) -> str:
    """Raises TimeoutError when it does not load."""
    async with RecogniserPool(model, 1) as pool, asyncio.timeout(LOADED_SECONDS):
        while not pool.is_ready:  # noqa: ASYNC110 a process loads its model
            await asyncio.sleep(LOOK)
        return f"加载成功，每个识别进程可同时听 {pool.room} 路"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
