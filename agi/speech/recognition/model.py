"""What a model directory holds and can do, from its files alone: libvosk is not asked here."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr_flows.speech.vocabulary import UnreadableModel, Vocabulary, read_vocabulary

LINE_RATE: Final = 8000
"""Hz of the telephone."""
TEST_MODEL: Final = "vosk-test-"
"""Models so named understand synthetic speech only."""
_RATE: Final = re.compile(r"^\s*--sample-frequency\s*=\s*([0-9.]+)", re.MULTILINE)


@dataclass(frozen=True)
class ModelFacts:
    """One installed model."""

    path: Path
    rate: int
    """Hz it was trained for; 16 kHz models get the line's sound upsampled."""
    takes_phrases: bool
    """Its graph is made at run time: each step listens for its own phrases, all else is [unk].

    Otherwise it always writes down whatever it hears, and the step looks for its phrases there.
    """
    vocabulary: Vocabulary
    megabytes: int

    @property
    def fed_rate(self) -> int:
        """Hz of the sound it is given: the line's, or twice that."""
        return LINE_RATE if self.rate <= LINE_RATE else 2 * LINE_RATE

    @property
    def is_for_tests(self) -> bool:
        return self.path.name.startswith(TEST_MODEL)


def inspect(path: Path) -> ModelFacts:
    """Raises UnreadableModel saying, in Chinese, what is missing."""
    if not path.is_dir():
        raise UnreadableModel(path, "没有这个目录")
    nested = [inside for inside in path.iterdir() if (inside / "am" / "final.mdl").is_file()]
    if nested and not _acoustic(path):
        raise UnreadableModel(path, f"模型在下一层目录 {nested[0].name} 里，请指到那里")
    if not _acoustic(path):
        raise UnreadableModel(path, "没有 am/final.mdl，不是 Vosk 模型")
    graph = path / "graph" if (path / "graph").is_dir() else path
    static = (graph / "HCLG.fst").is_file()
    if not static and not ((graph / "HCLr.fst").is_file() and (graph / "Gr.fst").is_file()):
        raise UnreadableModel(path, "graph 里缺少 HCLG.fst，也缺少 HCLr.fst 和 Gr.fst")
    rate = _rate(path)
    if rate > 2 * LINE_RATE:
        raise UnreadableModel(path, f"是 {rate} Hz 的模型，不能用于电话")
    return ModelFacts(
        path,
        rate,
        not static,
        read_vocabulary(path),
        sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) >> 20,
    )


def _acoustic(path: Path) -> bool:
    return (path / "am" / "final.mdl").is_file() or (path / "final.mdl").is_file()


def _rate(path: Path) -> int:
    """16 kHz is Kaldi's own default."""
    for name in ("conf/mfcc.conf", "mfcc.conf"):
        try:
            told = _RATE.search((path / name).read_text("utf-8", errors="replace"))
        except OSError:
            continue
        return round(float(told[1])) if told else 16000
    raise UnreadableModel(path, "没有 conf/mfcc.conf")


def described(model: ModelFacts) -> list[str]:
    """What a model can do, in Chinese."""
    lines = [
        f"模型 {model.path.name}：{model.megabytes} MB，{len(model.vocabulary.words)} 词，"
        f"{model.rate} Hz" + ("（电话声音会先升采样）" if model.fed_rate > LINE_RATE else "")
    ]
    if model.takes_phrases:
        lines.append("可按每一步的说法限定词表，别的话一律拒绝")
    else:
        lines.append("不能按步骤限定词表（静态图），听写后再找说法，误识会多一些")
    if model.is_for_tests:
        lines.append("注意：测试模型，只听得懂合成语音，不能用于真实来电")
    return lines
