"""`python -m ticketing …`: what the business does from a command line."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from ticketing import migrations
from ticketing.clock import SystemClock
from ticketing.database import Database
from ticketing.recordings.messages import open_message_draft
from ticketing.recordings.vault import Vault
from ticketing.recordings.verify import problems
from ticketing.worker.settings import WorkerSettings, read_settings
from ticketing.worker.work import work


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m ticketing", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    upgrade = commands.add_parser("migrate", help="bring the database to the newest version")
    upgrade.add_argument("--database", required=True, metavar="URL")
    drafted = commands.add_parser("draft-migration", help="for maintainers: next version's file")
    drafted.add_argument("message")
    worked = commands.add_parser("work", help="the worker: recordings and clocks")
    worked.add_argument("--settings", required=True, type=Path)
    verified = commands.add_parser("verify", help="compare the vault with its hashes")
    verified.add_argument("--settings", required=True, type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.command == "migrate":
        database = Database(chosen.database)
        migrations.upgrade(database)
        database.close()
    elif chosen.command == "work":
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
        work(read_settings(chosen.settings), SystemClock(), open_message_draft)
    elif chosen.command == "verify":
        return _verify(read_settings(chosen.settings))
    else:
        migrations.draft(chosen.message)
    return 0


def _verify(settings: WorkerSettings) -> int:
    database = Database(settings.database)
    found = list(problems(database, Vault(settings.vault)))
    database.close()
    for problem in found:
        print(problem)
    if not found:
        print("录音库完好：文件、哈希与销毁凭证一致")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
