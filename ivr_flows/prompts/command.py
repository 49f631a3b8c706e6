"""`python -m ivr_flows prompts`: makes all sounds, or prints the sheet for a human speaker."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from ivr_flows.bundle import Bundle
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.menu import main_flows
from ivr_flows.prompts.build import build, sentences
from ivr_flows.prompts.espeak import Espeak, on_this_machine
from ivr_flows.prompts.recorded import text_hash
from ivr_flows.prompts.voices import library
from ivr_flows.store import SHIPPED, load_checked, texts_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction

NO_VOICE: Final = (
    "本机没有 espeak-ng，无法合成提示音；请安装 espeak-ng，或用 --espeak 指明命令，"
    "或在流程目录的 recorded/ 下放入录音"
)
TOLD_EVERY: Final = 1.0
"""Seconds between two lines of progress."""


def add_prompts_command(
    commands: "_SubParsersAction[argparse.ArgumentParser]",
) -> None:
    command = commands.add_parser("prompts", help="生成全部提示音")
    command.add_argument(
        "--settings", type=Path, help="安装的 settings.json，代替 --out 和 --flows"
    )
    command.add_argument("--out", type=Path, help="提示音目录")
    command.add_argument("--flows", type=Path, help="流程目录，其 recorded/ 下的录音优先")
    command.add_argument("--recorded", type=Path, help="真人录音目录，缺省为流程目录下的 recorded/")
    command.add_argument(
        "--named", type=Path, action="append", default=[], help="“名称: 文字”的 YAML 文件，可重复"
    )
    command.add_argument("--workers", type=int, default=os.cpu_count() or 2, help="并行数")
    command.add_argument("--sheet", action="store_true", help="只输出录音稿：文件名和文字")
    command.add_argument(
        "--espeak",
        nargs=argparse.REMAINDER,
        help="espeak-ng 命令及其参数，写在最后；缺省为本机的 espeak-ng",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Returns 0 when every sound is there."""
    out, flows = _places(options)
    bundles = _usable([flows] if flows else [])
    if options.sheet:
        return _sheet(bundles)
    if out is None:
        print("请用 --out 或 --settings 指明提示音目录", file=sys.stderr)
        return 2
    voice = Espeak(tuple(options.espeak)) if options.espeak else on_this_machine()
    if voice is None:
        print(NO_VOICE, file=sys.stderr)
        return 1
    recorded = options.recorded or (flows or SHIPPED) / "recorded"
    sounds = library(out, recorded, voice.command, _chosen_voice(options))
    began = time.monotonic()
    built = build(sounds, bundles, _named(options.named), _progress(print), options.workers)
    for error in built.failed:
        print(f"未能生成：{error}", file=sys.stderr)
    made = built.total - len(built.failed)
    print(f"提示音就绪 {made}/{built.total}，用时 {time.monotonic() - began:.1f} 秒")
    return 1 if built.failed else 0


def _usable(directories: list[Path]) -> list[Bundle]:
    """The shipped main flows and the place's own; what has mistakes is told and passed over."""
    sets = [texts_of([SHIPPED])]
    if directories:
        sets.append(texts_of([*directories, SHIPPED]))
    bundles = []
    for texts in sets:
        for name in main_flows(texts):
            try:
                bundles.append(load_checked(name, texts.get))
            except FlowMistakesError as error:
                print(f"流程 {name} 不可用，已跳过：\n{error}", file=sys.stderr)
    return bundles


def _places(options: argparse.Namespace) -> tuple[Path | None, Path | None]:
    if options.settings is None:
        return options.out, options.flows
    paths = json.loads(options.settings.read_text("utf-8"))["paths"]
    return options.out or Path(paths["prompts"]), options.flows or Path(paths["flows"])


def _chosen_voice(options: argparse.Namespace) -> dict[str, Any] | None:
    """What the installation says of its voice; a bare folder speaks in the built-in one."""
    if options.settings is None:
        return None
    told: dict[str, Any] | None = json.loads(options.settings.read_text("utf-8")).get("voice")
    return told


def _named(files: list[Path]) -> dict[str, str]:
    named: dict[str, str] = {}
    for file in files:
        named |= yaml.load(file.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 BaseLoader is safe
    return named


def _progress(write: Callable[[str], None]) -> Callable[[int, int], None]:
    told = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= TOLD_EVERY:
            told = time.monotonic()
            write(f"提示音 {done}/{total}")

    return progress


def _sheet(bundles: list[Bundle]) -> int:
    for text in sentences(bundles):
        print(f"{text_hash(text)}.wav\t{text}")
    return 0
