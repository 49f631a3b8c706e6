"""YAML text to plain data, every value a string, every value with its line.

PyYAML's usual loaders read `no` as False and 0 as a number, and silently keep the last of two
equal keys; here all is text and a repeated key is a mistake. Anchors are refused: they make
files small that unfold to gigabytes, and a flow needs none.
"""

from dataclasses import dataclass
from typing import Final

import yaml

MAX_TEXT: Final = 512 * 1024
MAX_DEPTH: Final = 12
Path = tuple[str | int, ...]
Plain = str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing an author must mend."""

    file: str
    line: int
    where: str
    message: str

    def __str__(self) -> str:
        where = f"{self.where}：" if self.where else ""
        return f"{self.file}:{self.line}：{where}{self.message}"


class _Strict(yaml.BaseLoader):
    """BaseLoader without anchors and without bottomless nesting."""

    depth = 0

    def compose_node(
        self, parent: yaml.nodes.Node | None, index: yaml.nodes.Node | int | None
    ) -> yaml.nodes.Node | None:
        here = self.peek_event().start_mark  # type: ignore[no-untyped-call] # untyped in the stubs
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=here)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="depth", problem_mark=here)
        node = super().compose_node(parent, index)  # type: ignore[arg-type] # stubs: None is fine
        self.depth -= 1
        return node


@dataclass(frozen=True)
class Lined:
    """Plain data and the line every part of it begins on."""

    data: Plain
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Line of the nearest part of this path that is written down."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str, file: str) -> tuple[Lined | None, list[Mistake]]:
    """Data with lines, or None when it is no YAML mapping; duplicate keys are told either way."""
    if len(text) > MAX_TEXT:
        return None, [Mistake(file, 1, "", f"文件超过 {MAX_TEXT // 1024} KB，请拆成子流程")]
    try:
        node = yaml.compose(text, Loader=_Strict)
    except yaml.MarkedYAMLError as error:
        return None, [_syntax(file, error)]
    except yaml.YAMLError:
        return None, [Mistake(file, 1, "", "含有不可用的字符，请存为 UTF-8 文本并删去控制字符")]
    if not isinstance(node, yaml.MappingNode):
        return None, [Mistake(file, 1, "", "应以 flow:、title:、steps: 等项目开头")]
    lines: dict[Path, int] = {}
    mistakes: list[Mistake] = []
    data = _plain(node, (), lines, mistakes, file)
    return Lined(data, lines), mistakes


def _syntax(file: str, error: yaml.MarkedYAMLError) -> Mistake:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    if error.problem == "alias":
        return Mistake(file, line, "", "不支持 YAML 的 *引用，请把内容写全")
    if error.problem == "depth":
        return Mistake(file, line, "", "缩进层次过深，请检查缩进")
    hint = "请检查缩进、冒号后的空格和引号；含冒号或 # 的文字要加引号"
    return Mistake(file, line, "", f"YAML 写法有误，{hint}（{error.problem}）")


def _plain(
    node: yaml.nodes.Node, path: Path, lines: dict[Path, int], mistakes: list[Mistake], file: str
) -> Plain:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(part, (*path, index), lines, mistakes, file)
            for index, part in enumerate(node.value)
        ]
    if not isinstance(node, yaml.MappingNode):
        return str(node.value)
    data: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            mistakes.append(Mistake(file, line, dotted(path), "项目名必须是一个词"))
            continue
        key = str(key_node.value)
        if key in data:
            first = lines[(*path, key)]
            message = f"“{key}”写了两次（第 {first} 行已有），请删去一个"
            mistakes.append(Mistake(file, line, dotted(path), message))
            continue
        lines[(*path, key)] = line
        data[key] = _plain(value_node, (*path, key), lines, mistakes, file)
    return data


def dotted(path: Path) -> str:
    """A path as the author reads it: steps.ask.wait."""
    return ".".join(str(part) for part in path)
