"""`python -m ivr_flows check | try | draw | prompts`: flows at a desk, without a telephone."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from ivr_flows import simulator
from ivr_flows.bundle import Bundle, Source, gather
from ivr_flows.checks import check
from ivr_flows.draw import mermaid
from ivr_flows.engine.walk import walk
from ivr_flows.graph import Graph
from ivr_flows.interfaces import CallFacts
from ivr_flows.language.lines import Mistake
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.menu import main_flows
from ivr_flows.patience import silent_wait
from ivr_flows.prompts.command import add_prompts_command
from ivr_flows.store import SHIPPED, directory_source, read_texts

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m ivr_flows", description="语音流程工具")
    commands = parser.add_subparsers(required=True)
    for name, help_text, run in (
        ("check", "检查流程，列出全部问题", _check),
        ("try", "在终端里走一遍流程", _try),
        ("draw", "输出 Mermaid 流程图", _draw),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("--flows", type=Path, help="流程目录，缺省为自带流程")
        command.set_defaults(run=run)
        if run is _check:
            command.add_argument("names", nargs="*", help="流程名，缺省为目录里的全部主流程")
        else:
            command.add_argument("name", nargs="?", default="12328", help="流程名")
        if run is _try:
            _try_options(command)
    add_prompts_command(commands)
    options = parser.parse_args(arguments)
    run_command: Callable[[argparse.Namespace], int] = options.run
    try:
        return run_command(options)
    except FlowMistakesError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


def _directories(options: argparse.Namespace) -> list[Path]:
    return [options.flows, SHIPPED] if options.flows else [SHIPPED]


def _check(options: argparse.Namespace) -> int:
    directories = _directories(options)
    source = directory_source(directories)
    mistakes: set[Mistake] = set()
    for name in options.names or main_flows(read_texts(directories[0])):
        found, summary = _checked(name, source)
        mistakes.update(found)
        if not found:
            print(summary)
    for mistake in sorted(mistakes):
        print(mistake)
    return 1 if mistakes else 0


def _checked(name: str, source: Source) -> tuple[list[Mistake], str]:
    try:
        bundle = gather(name, source)
    except FlowMistakesError as error:
        return error.mistakes, ""
    if mistakes := check(bundle):
        return mistakes, ""
    return [], _summary(bundle)


def _summary(bundle: Bundle) -> str:
    steps = sum(len(written.flow.steps) for written in bundle.flows.values())
    wait = silent_wait(Graph(bundle))
    return (
        f"{bundle.name} 通过：{len(bundle.flows)} 个流程，{steps} 步，版本 {bundle.version}，"
        f"什么都不按最长 {wait:.0f} 秒到人工或结束"
    )


def _draw(options: argparse.Namespace) -> int:
    print(mermaid(gather(options.name, directory_source(_directories(options)))), end="")
    return 0


def _try_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--caller", default="13800000000", help="来电号码")
    command.add_argument("--dialled", default="12328", help="被叫号码")
    command.add_argument("--closed", action="store_true", help="按非工作时间")
    command.add_argument("--switch", action="append", default=[], help="打开的开关，可重复")
    command.add_argument("--group", action="append", default=[], help="来电人分组，可重复")
    command.add_argument("--transfers", action="store_true", help="允许转接外线")


def _try(options: argparse.Namespace) -> int:
    bundle = gather(options.name, directory_source(_directories(options)))
    for mistake in check(bundle):
        print(f"注意 {mistake}")
    print(simulator.HELP)
    business = simulator.ExampleBusiness(
        datetime.now(SHANGHAI).date(),
        options.closed,
        frozenset(options.switch),
        frozenset(options.group),
        options.transfers,
    )
    ending = walk(
        bundle,
        CallFacts(options.caller, options.dialled),
        simulator.TerminalCaller(input, print),
        business,
        simulator.TerminalJournal(print),
        lambda: datetime.now(SHANGHAI),
    )
    print(simulator.in_words(ending))
    return 0


if __name__ == "__main__":
    sys.exit(main())
