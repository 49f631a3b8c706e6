"""`python -m asterisk_conf render|diff|apply|check|fetch`: the administrator's and `hotline`'s way
to Asterisk's configuration.
"""

import argparse
import os
import sys
from pathlib import Path

from asterisk_conf.changes import RestartNeededError, apply, current_files, diff
from asterisk_conf.mirrors import NoMirrorError
from asterisk_conf.packages import FetchError
from asterisk_conf.process import AsteriskError, Instance
from asterisk_conf.render import Folders, render
from asterisk_conf.settings import Settings
from asterisk_conf.site_file import SiteError, load_site
from asterisk_conf.tree import get_asterisk


def main() -> int:
    """Run one command; 0 done, 1 refused or failed, 2 wrong usage."""
    arguments = _parser().parse_args()
    try:
        return _run(arguments)
    except (SiteError, RestartNeededError, AsteriskError, FetchError, NoMirrorError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m asterisk_conf", description=__doc__)
    cache = os.environ.get("HOTLINE_CACHE") or "~/.cache/hotline"
    parser.add_argument("--cache", type=Path, default=Path(cache), help="where packages are kept")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fetch", help="get Asterisk")
    for name, text in (
        ("render", "write the etc folder for the next start"),
        ("diff", "show what apply would change"),
        ("apply", "reload the running Asterisk with the site as it is now"),
        ("check", "check the site, and what the running Asterisk failed to load"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--settings", type=Path, required=True)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    asterisk = get_asterisk(arguments.cache.expanduser(), lambda line: print(line, flush=True))
    if arguments.command == "fetch":
        print(" ".join(asterisk.command), asterisk.version)
        return 0
    settings = Settings.from_file(arguments.settings)
    site = load_site(settings.site)
    files = render(site, settings, asterisk)
    instance = Instance(asterisk, Folders(settings.asterisk))
    if arguments.command == "render":
        instance.prepare(files, settings.prompts, settings.monitor)
    elif arguments.command == "diff":
        print(diff(current_files(instance.folders.etc), files), end="")
    elif arguments.command == "apply":
        for command in apply(instance.folders.etc, files, instance.cli):
            print(command)
    else:
        failures = instance.failures()
        print("\n".join(failures) or "ok")
        return 1 if failures else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
