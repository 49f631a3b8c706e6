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
from ivr_flows.cases.file import cases_in
from ivr_flows.cases.run import run_test
from ivr_flows.checks import Finding, Severity, check, findings
from ivr_flows.distance import Distances
from ivr_flows.draw import mermaid
from ivr_flows.engine.walk import walk
from ivr_flows.graph import Graph
from ivr_flows.interfaces import CallFacts, Hours
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.menu import main_flows
from ivr_flows.patience import silent_wait
from ivr_flows.prompts.command import add_prompts_command
from ivr_flows.simulation.business import MadeUpBusiness
from ivr_flows.simulation.data import Facts, example_facts
from ivr_flows.simulation.endings import ended_as
from ivr_flows.speech.vocabulary import UnreadableModel, read_vocabulary
from ivr_flows.store import SHIPPED, directory_source, load_checked, read_texts
from ivr_flows.surroundings import Surroundings

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
EMERGENCY: Final = "受暴雪影响，全省高速公路临时封闭。"
"""What is announced where a trial has the emergency switch on."""


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
            command.add_argument("--model", type=Path, help="语音模型目录，另列出它听不懂的说法")
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
    folder = options.flows or SHIPPED
    source = directory_source(_directories(options))
    names = options.names or main_flows(read_texts(folder))
    mistakes: set[Finding] = set()
    try:
        known = read_vocabulary(options.model) if options.model else None
    except UnreadableModel as error:
        print(error, file=sys.stderr)
        return 2
    around = Surroundings(vocabulary=known)
    for name in names:
        found, summary = _checked(name, source, around)
        mistakes.update(found)
        if summary:
            print(summary)
    for one in sorted(mistakes):
        print(f"{'' if one.severity is Severity.MISTAKE else '提醒 '}{one.mistake}")
    wrong = any(one.severity is Severity.MISTAKE for one in mistakes)
    return 1 if wrong or not _tests_pass(folder, names, source) else 0


def _checked(name: str, source: Source, around: Surroundings) -> tuple[list[Finding], str]:
    try:
        bundle = gather(name, source)
    except FlowMistakesError as error:
        return [Finding.of(mistake) for mistake in error.mistakes], ""
    found = findings(bundle, around)
    wrong = any(one.severity is Severity.MISTAKE for one in found)
    return found, "" if wrong else _summary(bundle)


def _tests_pass(folder: Path, names: Sequence[str], source: Source) -> bool:
    """Runs the test cases that lie beside the flows, in `tests/`."""
    failed = 0
    tests = [test for test in cases_in(folder / "tests") if test.flow in names]
    for test in tests:
        try:
            verdict = run_test(load_checked(test.flow, source), test)
        except FlowMistakesError:
            continue  # told already
        for failure in verdict.failures:
            print(f"测试用例“{test.name}”：{failure}")
        failed += not verdict.passed
    if tests:
        print(f"测试用例 {len(tests) - failed}/{len(tests)} 通过")
    return failed == 0


def _summary(bundle: Bundle) -> str:
    graph = Graph(bundle)
    steps = sum(len(written.flow.steps) for written in bundle.flows.values())
    return (
        f"{bundle.name} 通过：{len(bundle.flows)} 个流程，{steps} 步，版本 {bundle.version}，"
        f"什么都不按最长 {silent_wait(graph):.0f} 秒到人工或结束，"
        f"最远的一步来回 {Distances(graph).farthest().keys} 次选择"
    )


def _draw(options: argparse.Namespace) -> int:
    print(mermaid(gather(options.name, directory_source(_directories(options)))), end="")
    return 0


def _try_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--caller", default="13800000000", help="来电号码")
    command.add_argument("--dialled", default="12328", help="被叫号码")
    command.add_argument("--closed", action="store_true", help="按非工作时间")
    command.add_argument("--crowded", action="store_true", help="按排队的人多")
    command.add_argument("--switch", action="append", default=[], help="打开的开关，可重复")
    command.add_argument("--group", action="append", default=[], help="来电人分组，可重复")
    command.add_argument("--transfer", action="append", default=[], help="允许转接的号码，可重复")


def _try(options: argparse.Namespace) -> int:
    bundle = gather(options.name, directory_source(_directories(options)))
    for mistake in check(bundle):
        print(f"注意 {mistake}")
    print(simulator.HELP)
    ending = walk(
        bundle,
        CallFacts(options.caller, options.dialled),
        simulator.TerminalCaller(input, print),
        MadeUpBusiness(_facts(options)),
        simulator.TerminalJournal(print),
        lambda: datetime.now(SHANGHAI),
    )
    print(ended_as(ending).words)
    return 0


def _facts(options: argparse.Namespace) -> Facts:
    """The example world with what the command line says otherwise."""
    example = example_facts(datetime.now(SHANGHAI))
    return example.model_copy(
        update={
            "hours": {"centre": Hours.CLOSED if options.closed else Hours.OPEN},
            "waiting": {"": 9} if options.crowded else {},
            "switches": options.switch,
            "groups": options.group,
            "transfers": [*example.transfers, *options.transfer],
            "announcement": EMERGENCY if "emergency" in options.switch else "",
        }
    )


if __name__ == "__main__":
    sys.exit(main())
