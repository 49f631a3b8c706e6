"""`python -m agi --settings STATE/settings.json`: the telephone side of the flows, as a process."""

import argparse
import contextlib
import logging
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agi.actions import Business
from agi.bookkeeping import Bookkeeping
from agi.entries import Entries
from agi.limits import LimitedDatabase
from agi.scripts import Scripts
from agi.server import Server
from agi.settings import Settings
from agi.site import CurrentSite
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
    scripts = Scripts(
        flow_of=Entries(settings.flows),
        voice=library(settings.prompts, settings.flows, settings.espeak, settings.voice).spoken,
        monitor=settings.monitor,
        bookkeeping=bookkeeping,
        business=business,
        clock=clock,
    )
    server = Server(settings.host, settings.port, scripts.answer, ceiling=settings.ceiling)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop_accepting())
    readiness = Readiness(settings.state, "agi")
    bookkeeping.start()
    log.info("ready for calls at %s:%d", settings.host, server.port)
    with contextlib.ExitStack() as stack:
        stack.callback(database.close)
        stack.callback(questions.close)
        stack.callback(bookkeeping.stop, WRITE_SECONDS)
        stack.callback(server.finish, FINISH_SECONDS)
        stack.callback(readiness.end)
        server.serve(readiness.beat)
    log.info("stopped")


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
