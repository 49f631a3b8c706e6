"""`python -m agi --settings STATE/settings.json`: the telephone side of the flows, as a process.

`python -m agi hear DIR` measures a speech model instead (agi/hear.py).
"""

import argparse
import contextlib
import logging
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agi import hear
from agi.actions import Business
from agi.bookkeeping import Bookkeeping
from agi.following import Follower
from agi.limits import LimitedDatabase
from agi.menus import Menus
from agi.rehearsal import rehearse
from agi.scripts import Scripts
from agi.server import Server
from agi.settings import Settings
from agi.shelf import Shelf
from agi.site import CurrentSite
from agi.speech.client import SpeechClient
from agi.spool import Spool
from ivr_flows.prompts.voices import library
from ticketing.clock import SystemClock
from ticketing.database import Database
from ticketing.readiness import Readiness

log = logging.getLogger("agi")

FINISH_SECONDS: Final = 5.0
"""Calls get so long to end by themselves; all in all a process stops within ten seconds."""
WRITE_SECONDS: Final = 2.0

FILES: Final = 4096
"""A call has two open files, its socket and its spool."""


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["hear"]:
        return hear.main(arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m agi", description=__doc__)
    parser.add_argument("--settings", required=True, type=Path)
    settings = Settings.from_file(parser.parse_args(arguments).settings)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    _raise_file_limit()
    run(settings)
    return 0


def run(settings: Settings) -> None:
    """Serves calls until SIGTERM or SIGINT."""
    clock = SystemClock()
    site = CurrentSite(settings.site)
    database = Database(settings.database)
    questions = LimitedDatabase(database)
    bookkeeping = Bookkeeping(database, Spool(settings.spool / "agi"))
    business = Business(database=questions, clock=clock, site=site)
    sounds = library(settings.prompts, settings.flows / "recorded", settings.espeak, settings.voice)
    shelf = Shelf(settings.flows / "published")
    menus = Menus(shelf)
    following = LimitedDatabase(database, rest=1.0)
    follower = Follower(following, menus, shelf, lambda menu: rehearse(menu, sounds.file))
    scripts = Scripts(
        menus=menus,
        voice=sounds.spoken,
        monitor=settings.monitor,
        bookkeeping=bookkeeping,
        business=business,
        clock=clock,
        speech=_speech(settings),
    )
    server = Server(settings.host, settings.port, scripts.answer, ceiling=settings.ceiling)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop_accepting())
    readiness = Readiness(settings.state, "agi")
    bookkeeping.start()
    follower.start()
    log.info("ready for calls at %s:%d", settings.host, server.port)
    with contextlib.ExitStack() as stack:
        stack.callback(database.close)
        stack.callback(questions.close)
        stack.callback(following.close)
        stack.callback(follower.stop, 1.0)
        stack.callback(bookkeeping.stop, WRITE_SECONDS)
        stack.callback(server.finish, FINISH_SECONDS)
        stack.callback(readiness.end)
        server.serve(readiness.beat)
    log.info("stopped")


def _speech(settings: Settings) -> SpeechClient | None:
    known = settings.speech
    return SpeechClient(known.port, known.secret) if known else None


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
