"""`python -m ticketing …`: what the business does from a command line."""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ticketing import migrations
from ticketing.clock import Clock, SystemClock
from ticketing.database import Database
from ticketing.errors import BusinessError
from ticketing.menu import tampered_versions
from ticketing.orders.archive import tampered_orders
from ticketing.orders.disposal import broken_certificate, photo_problems
from ticketing.people import commands as people
from ticketing.people.audit import verify_audit
from ticketing.photos.store import PhotoStore
from ticketing.place import Place, place_of, settings_place
from ticketing.recordings.messages import open_message_draft
from ticketing.recordings.vault import Vault
from ticketing.recordings.verify import problems
from ticketing.rules.policy import Policy
from ticketing.setup import install
from ticketing.worker.settings import WorkerSettings, read_settings
from ticketing.worker.work import work


def main(arguments: Sequence[str]) -> int:
    chosen = _parser().parse_args(arguments)
    if chosen.command == "draft-migration":
        migrations.draft(chosen.message)
        return 0
    if chosen.command == "work":
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
        work(read_settings(chosen.settings), SystemClock(), open_message_draft)
        return 0
    if chosen.command == "verify":
        return _verify(read_settings(chosen.settings))
    place = place_of(chosen.database) if chosen.database else settings_place(Path(chosen.settings))
    database = Database(place.database)
    try:
        if chosen.command == "setup":
            _setup(place, database, SystemClock())
        else:
            run: Callable[[argparse.Namespace, Database, Clock], None] = chosen.run
            run(chosen, database, SystemClock())
    except BusinessError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        database.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ticketing", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    upgrade = commands.add_parser("migrate", help="bring the database to the newest version")
    people.finish(upgrade, _migrate)
    people.finish(commands.add_parser("setup", help="all an empty installation needs"), _migrate)
    drafted = commands.add_parser("draft-migration", help="for maintainers: next version's file")
    drafted.add_argument("message")
    for name, text in (
        ("work", "the worker: recordings and clocks"),
        ("verify", "compare the vault and the orders' logs with their hashes"),
    ):
        commands.add_parser(name, help=text).add_argument("--settings", required=True, type=Path)
    people.add_commands(commands)
    return parser


def _migrate(_: argparse.Namespace, database: Database, __: Clock) -> None:
    migrations.upgrade(database)


def _setup(place: Place, database: Database, clock: Clock) -> None:
    """Safe to repeat. A demo brings its own administrator."""
    migrations.upgrade(database)
    with database.transaction() as session:
        install(session, clock.now(), Policy(region_code=place.region))
    if not place.demo:
        people.first_administrator(database, clock)


def _verify(settings: WorkerSettings) -> int:
    database = Database(settings.database)
    found = list(problems(database, Vault(settings.vault)))
    found += photo_problems(database, PhotoStore(settings.vault))
    tampered = list(tampered_orders(database))
    with database.reading() as session:
        broken = verify_audit(session)
        rewritten = tampered_versions(session)
        certificate = broken_certificate(session)
    database.close()
    for problem in found:
        print(problem)
    if not found:
        print("录音库完好：录音和照片的文件、哈希与销毁凭证一致")
    for order in tampered:
        print(f"工单{order.order_no}第{order.where.position + 1}条记录：{order.where.reason}")
    if not tampered:
        print("工单完好：每件工单的办理记录首尾相接，未被改动")
    for number in rewritten:
        print(f"语音菜单第{number}版的内容与定版时的摘要不符，被改动过")
    if not rewritten:
        print("语音菜单完好：每一版都与定版时的摘要一致")
    if certificate is None:
        print("工单销毁凭证完好：首尾相接，未被改动")
    else:
        print(f"工单销毁凭证第{certificate.position + 1}条：{certificate.reason}")
    if broken is None:
        print("审计完好：记录首尾相接，未被改动")
    else:
        print(f"审计记录自第{broken}号起被改动或缺失")
    whole = not (found or tampered or rewritten or certificate) and broken is None
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
