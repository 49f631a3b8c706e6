"""`python -m agi.speech.media --settings … --beat FD`: the media server itself, for its guard."""

import argparse
import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from agi.speech.media.serving import serve
from agi.speech.media.settings import Settings
from agi.speech.recognition.hearing import Hearing, Recognisers
from agi.speech.recognition.model import inspect
from agi.speech.recognition.pool import RecogniserPool
from agi.speech.transcribing import Transcriber
from ivr_flows.speech.vocabulary import UnreadableModel
from ticketing.clock import SystemClock
from ticketing.database import Database

log = logging.getLogger("agi.speech")


class Deaf:
    """No model, no turns: the process stays well, and every step goes by keys."""

    def begin(self, phrases: Sequence[str]) -> Hearing | None:  # noqa: ARG002 it hears none of them
        return None


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m agi.speech.media", description=__doc__)
    parser.add_argument("--settings", required=True, type=Path)
    parser.add_argument("--beat", required=True, type=int, help="the line to the guard")
    parsed = parser.parse_args(arguments)
    settings = Settings.from_file(parsed.settings)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    with socket.socket(fileno=parsed.beat) as line, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(settings, line))
    return 0


async def _run(settings: Settings, line: socket.socket) -> None:
    async with _recognisers(settings.model) as recognisers, _writing(settings, recognisers):
        await serve(settings.port, settings.secret, recognisers, settings.state, line)


@asynccontextmanager
async def _recognisers(model: Path) -> AsyncIterator[Recognisers]:
    """What hears; a model that cannot be used makes deaf, not dead."""
    try:
        facts = inspect(model)
    except (UnreadableModel, OSError) as error:
        log.error("no speech, keys only: %s", error)  # noqa: TRY400 the message says it all
        yield Deaf()
        return
    async with RecogniserPool(facts) as pool:
        yield pool


@asynccontextmanager
async def _writing(settings: Settings, recognisers: Recognisers) -> AsyncIterator[None]:
    """Messages are written down beside the callers' turns, where there is a model."""
    if not isinstance(recognisers, RecogniserPool):
        yield
        return
    database = Database(settings.database)
    transcriber = Transcriber(
        recognisers, settings.model.name, database, settings.vault, SystemClock()
    )
    task = asyncio.create_task(transcriber.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        database.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
