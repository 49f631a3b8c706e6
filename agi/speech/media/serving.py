"""The media server as a process: listens, beats, stops in order."""

import asyncio
import contextlib
import logging
import signal
import socket
from pathlib import Path
from typing import Final

from aiohttp import web

from agi.speech.guard import BEAT_SECONDS
from agi.speech.media.server import MediaServer
from agi.speech.recognition.hearing import Recognisers
from ticketing.readiness import Readiness

log = logging.getLogger(__name__)

_READINESS_BEATS: Final = 10
"""Beats to the guard for each one to the supervisor's file."""
_FINISH_SECONDS: Final = 2.0
"""Turns under way get so long; then their callers go on by keys."""
HOST: Final = "127.0.0.1"
"""Asterisk and the calls' threads are on this machine."""


async def serve(
    port: int, secret: str, recognisers: Recognisers, state: Path, line: socket.socket | None
) -> None:
    """Until SIGTERM or SIGINT, or until the guard is gone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = MediaServer(recognisers, secret)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=_FINISH_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    log.info("ready for turns at %s:%d", HOST, port)
    readiness = Readiness(state, "speech")
    beating = asyncio.create_task(_beat(readiness, line, stop))
    try:
        await stop.wait()
    finally:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
        readiness.end()
        await runner.cleanup()
    log.info("stopped")


async def _beat(readiness: Readiness, line: socket.socket | None, stop: asyncio.Event) -> None:
    """From the loop that does the work: who hears it knows that turns go on."""
    if line is not None:
        line.setblocking(False)
    beats = 0
    while not stop.is_set():
        if beats % _READINESS_BEATS == 0:
            readiness.beat()
        beats += 1
        if line is not None:
            try:
                line.send(b".")
            except BlockingIOError:
                pass  # the guard is slow, and alive
            except OSError:
                log.warning("the guard is gone")
                stop.set()
        await asyncio.sleep(BEAT_SECONDS)
