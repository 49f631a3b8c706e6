"""`python -m agent_desk.menu install | import | export | versions --settings FILE`.

The voice menu from a terminal: made ready at every start, read from files into the draft, written
to files. Whether callers hear it is decided in the desk.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from agent_desk.menu import files
from agent_desk.settings import Settings, SettingsError, read_settings
from ivr_flows.prompts.espeak import Espeak
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import Recordings
from ticketing.clock import Clock, SystemClock
from ticketing.database import Database
from ticketing.errors import BusinessError

Run = Callable[[argparse.Namespace, Database, Clock, Library], int]


def main(arguments: Sequence[str]) -> int:
    chosen = _parser().parse_args(arguments)
    try:
        settings = read_settings(chosen.settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    database = Database(settings.database)
    run: Run = chosen.run
    try:
        return run(chosen, database, SystemClock(), _library(settings))
    except (BusinessError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        database.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./hotline menu", description=__doc__)
    commands = parser.add_subparsers(required=True)
    installing = commands.add_parser("install", help="每次启动时：自带的语音菜单，首次启动时发布")
    _finish(installing, _install)
    importing = commands.add_parser("import", help="把流程文件读入草稿")
    importing.add_argument("places", nargs="+", type=Path, help="流程文件，或流程目录")
    _finish(importing, _import)
    exporting = commands.add_parser("export", help="把草稿或一个版本写成流程文件")
    exporting.add_argument("folder", type=Path)
    exporting.add_argument("--version", help="版本号，或 live；不写为草稿")
    _finish(exporting, _export)
    _finish(commands.add_parser("versions", help="列出版本"), _versions)
    return parser


def _finish(parser: argparse.ArgumentParser, run: Run) -> None:
    parser.add_argument("--settings", required=True, type=Path, metavar="FILE")
    parser.set_defaults(run=run)


def _install(chosen: argparse.Namespace, database: Database, clock: Clock, library: Library) -> int:
    own = read_settings(chosen.settings).flows
    files.install(database, clock, library, own, print)
    return 0


def _import(chosen: argparse.Namespace, database: Database, clock: Clock, _: Library) -> int:
    return files.import_files(database, clock, chosen.places, print)


def _export(chosen: argparse.Namespace, database: Database, _: Clock, __: Library) -> int:
    return files.export_files(database, chosen.folder, chosen.version, print)


def _versions(_: argparse.Namespace, database: Database, __: Clock, ___: Library) -> int:
    return files.tell_versions(database, print)


def _library(settings: Settings) -> Library:
    recordings = Recordings(settings.flows / "recorded")
    return Library(settings.prompts, Espeak(settings.espeak), recordings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
