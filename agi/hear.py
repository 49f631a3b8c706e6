"""`python -m agi hear DIR`: how well a model understands a labelled set, and what it costs.

DIR holds wav files (8 kHz, 16 bit, mono) and labels.csv with the columns `file`, `said` (empty:
nothing that counts, it must be refused) and perhaps `phrases` (what the step listened for,
separated by `|`; without it, all that is said in the set). This is what the export of
misunderstood turns writes.
"""

import argparse
import asyncio
import csv
import json
import sys
import time
import wave
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from agi.speech.recognition.hearing import RecogniserLost
from agi.speech.recognition.model import LINE_RATE, ModelFacts, described, inspect
from agi.speech.recognition.pool import RecogniserPool
from ivr_flows.speech.grammar import spoken, unknown_words
from ivr_flows.speech.understanding import (
    PERSON,
    PERSON_PHRASES,
    Choices,
    choices,
    understand,
)
from ivr_flows.speech.vocabulary import UnreadableModel

CHUNK: Final = LINE_RATE // 50 * 2
"""Bytes of 20 ms, as a telephone sends them."""
READY_SECONDS: Final = 120.0


class BadSet(Exception):
    """The labelled set cannot be used."""


@dataclass(frozen=True)
class Example:
    """One turn with what was said in it."""

    file: Path
    said: str
    phrases: tuple[str, ...]


@dataclass
class Measured:
    """What came out."""

    right: int = 0
    total: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Report:
    """Of a whole set."""

    by_phrase: dict[str, Measured]
    delays: list[float]
    """Seconds from the last sound to the guesses."""
    processor_seconds: float
    sound_seconds: float
    lost: int

    def lines(self) -> list[str]:
        """In Chinese, for whoever chooses a model."""
        told = [f"{name or '（应当拒绝的话）'}：{_share(one)}" for name, one in self.ordered()]
        told += [f"  {file}：听成“{heard or '（没听懂）'}”" for file, heard in self.mistakes()]
        known = [one for name, one in self.by_phrase.items() if name]
        told.append(f"总计：{_share(_sum(known))}")
        if foreign := self.by_phrase.get(""):
            told.append(f"误识：{foreign.total - foreign.right}/{foreign.total}")
        if self.delays:
            late = quantiles(self.delays, n=20)[-1] if len(self.delays) > 1 else self.delays[0]
            told.append(
                f"话音结束到出结果：中位 {median(self.delays) * 1000:.0f} 毫秒，"
                f"95% 在 {late * 1000:.0f} 毫秒以内"
            )
        if self.sound_seconds:
            share = self.processor_seconds / self.sound_seconds
            told.append(f"处理器：每秒声音用 {share * 1000:.1f} 毫秒；识别进程丢失 {self.lost} 次")
        return told

    def ordered(self) -> list[tuple[str, Measured]]:
        """Worst first."""
        return sorted(self.by_phrase.items(), key=lambda one: (one[1].right / one[1].total, one[0]))

    def mistakes(self) -> list[tuple[str, str]]:
        return [wrong for _, one in self.ordered() for wrong in one.wrong]


def _share(one: Measured) -> str:
    return f"{one.right}/{one.total}（{one.right / one.total:.1%}）" if one.total else "没有"


def _sum(parts: Sequence[Measured]) -> Measured:
    return Measured(sum(part.right for part in parts), sum(part.total for part in parts))


def read_set(folder: Path) -> list[Example]:
    """Raises BadSet."""
    try:
        with (folder / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        said = tuple(dict.fromkeys(row["said"] for row in rows if row["said"]))
        examples = [
            Example(folder / row["file"], row["said"], _phrases(row.get("phrases")) or said)
            for row in rows
        ]
    except (OSError, KeyError, csv.Error, UnicodeDecodeError) as error:
        raise BadSet(f"{folder / 'labels.csv'}：{error!r}") from error
    if not examples or not said:
        raise BadSet(f"{folder / 'labels.csv'}：没有写明说了什么的录音")
    return examples


def _phrases(written: str | None) -> tuple[str, ...]:
    return tuple(part for part in (written or "").split("|") if part)


def read_sound(path: Path) -> bytes:
    """Raises BadSet."""
    try:
        with wave.open(str(path), "rb") as file:
            form = (file.getframerate(), file.getsampwidth(), file.getnchannels())
            if form != (LINE_RATE, 2, 1):
                raise BadSet(f"{path}：应为 8 kHz、16 位、单声道")
            return file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise BadSet(f"{path}：{error}") from error


async def measure(model: ModelFacts, examples: Sequence[Example]) -> Report:
    """One turn after the other, fed as fast as the process takes it. Raises BadSet."""
    report = Report(defaultdict(Measured), [], 0.0, 0.0, 0)
    heard_for: dict[tuple[str, ...], Choices] = {}
    async with RecogniserPool(model, 1) as pool:
        async with asyncio.timeout(READY_SECONDS):
            while not pool.is_ready:  # noqa: ASYNC110 a process loads its model
                await asyncio.sleep(0.05)
        before = _processor_seconds(pool.pids)
        for example in examples:
            if example.phrases not in heard_for:
                intents = [(phrase, [phrase]) for phrase in example.phrases]
                heard_for[example.phrases] = choices(intents)
            await _one(pool, example, heard_for[example.phrases], report)
        report.processor_seconds = _processor_seconds(pool.pids) - before
        report.lost = pool.lost
    return report


async def _one(pool: RecogniserPool, example: Example, possible: Choices, report: Report) -> None:
    sound = read_sound(example.file)
    one = report.by_phrase[example.said]
    one.total += 1
    heard = ""
    hearing = pool.begin(possible.phrases())
    if hearing is not None:
        for at in range(0, len(sound), CHUNK):
            hearing.feed(sound[at : at + CHUNK])
            if at % (25 * CHUNK) == 0:
                await asyncio.sleep(0)
        await hearing.settled()
        began = time.monotonic()
        try:
            found = understand(await hearing.finish(), possible, date.min)
            heard = found[0].intent if found else ""
            report.delays.append(time.monotonic() - began)
        except RecogniserLost as loss:
            heard = f"识别进程丢失：{loss.why}"
    report.sound_seconds += len(sound) / 2 / LINE_RATE
    wanted = PERSON if spoken(example.said) in PERSON_PHRASES else example.said
    if heard == wanted:
        one.right += 1
    else:
        one.wrong.append((example.file.name, heard))


def _processor_seconds(pids: Sequence[int]) -> float:
    """User and system time of these processes."""
    total = 0.0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / 100
    return total


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m agi hear", description="用带标注的录音测语音模型"
    )
    parser.add_argument("folder", type=Path, help="wav 与 labels.csv 所在目录")
    parser.add_argument("--model", type=Path, help="模型目录，缺省为 --settings 里的")
    parser.add_argument("--settings", type=Path, help="安装的 settings.json")
    options = parser.parse_args(arguments)
    path = options.model or _installed(options.settings)
    if path is None:
        print("请用 --model 指明模型目录", file=sys.stderr)
        return 2
    try:
        model, examples = inspect(path), read_set(options.folder)
        print("\n".join(described(model)))
        for phrase in dict.fromkeys(spoken(one.said) for one in examples):
            if missing := unknown_words(phrase, model.vocabulary):
                print(f"模型不认识“{phrase}”里的“{'、'.join(missing)}”")
        report = asyncio.run(measure(model, examples))
    except (BadSet, UnreadableModel) as error:
        print(error, file=sys.stderr)
        return 1
    except TimeoutError:
        print("模型没有加载成功，详见上面的日志", file=sys.stderr)
        return 1
    print("\n".join(report.lines()))
    return 0


def _installed(settings: Path | None) -> Path | None:
    if settings is None:
        return None
    told = json.loads(settings.read_text("utf-8")).get("speech")
    return Path(told["model"]) if told else None
