"""`python -m ticketing …`: what the business does from a command line."""

import argparse
import sys
from collections.abc import Sequence

from ticketing import migrations
from ticketing.database import Database


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m ticketing", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    upgrade = commands.add_parser("migrate", help="bring the database to the newest version")
    upgrade.add_argument("--database", required=True, metavar="URL")
    drafted = commands.add_parser("draft-migration", help="for maintainers: next version's file")
    drafted.add_argument("message")
    chosen = parser.parse_args(arguments)
    if chosen.command == "migrate":
        database = Database(chosen.database)
        migrations.upgrade(database)
        database.close()
    else:
        migrations.draft(chosen.message)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
