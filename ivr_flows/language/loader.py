"""Flow text to a FlowFile, or all mistakes at once as file:line with what to do."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ivr_flows.language.flow import KINDS, FlowFile
from ivr_flows.language.lines import Lined, Mistake, Path, dotted, read


class FlowMistakesError(Exception):
    """A flow cannot be used; `mistakes` says all that must be mended."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Written:
    """A flow with the text it came from, so that later mistakes can name their line."""

    file: str
    text: str
    flow: FlowFile
    source: Lined

    def mistake(self, path: Path, message: str) -> Mistake:
        return Mistake(self.file, self.source.line(path), dotted(path), message)


@lru_cache(maxsize=128)
def load(text: str, file: str) -> Written:
    """Read one flow; raises FlowMistakesError with every mistake of text and shape.

    The same text gives the same flow, and an editor asks for the same ones at every key stroke.
    """
    source, mistakes = read(text, file)
    if source is None:
        raise FlowMistakesError(mistakes)
    try:
        flow = FlowFile.model_validate(source.data)
    except ValidationError as error:
        shape = [explain(detail, source, file) for detail in error.errors(include_url=False)]
        raise FlowMistakesError(sorted({*mistakes, *shape})) from None
    if mistakes:
        raise FlowMistakesError(sorted(mistakes))
    return Written(file, text, flow, source)


def explain(detail: ErrorDetails, source: Lined, file: str, under: Path = ()) -> Mistake:
    """pydantic's finding as a mistake of the text; `under`: where the checked part stands."""
    path = _written_path((*under, *detail["loc"]), source)
    message = _MESSAGES.get(detail["type"], "").format(**_facts(detail)) or detail["msg"]
    if detail["type"] == "string_pattern_mismatch":
        message = _pattern_message(path, str(detail["input"]))
    return Mistake(file, source.line(path), dotted(path), message)


def _written_path(loc: tuple[int | str, ...], source: Lined) -> Path:
    """pydantic's place without the names it adds itself (the kind of step, `[key]`)."""
    path: Path = ()
    for index, part in enumerate(loc):
        added = part == "[key]" or (len(path) == 2 and path[0] == "steps" and part in KINDS)
        last = index == len(loc) - 1
        if not added and ((*path, part) in source.lines or last):
            path = (*path, part)
    return path


def _facts(detail: ErrorDetails) -> dict[str, Any]:
    """What the Chinese messages may name."""
    shown = str(detail["input"])
    facts: dict[str, Any] = {
        "name": detail["loc"][-1] if detail["loc"] else "",
        "kinds": "、".join(KINDS),
        "input": shown if len(shown) <= 40 else shown[:40] + "…",
        "expected": "",
        "error": "",
    }
    facts |= detail.get("ctx", {})
    facts["expected"] = facts["expected"].replace("'", "").replace(" or ", "、").replace(", ", "、")
    return facts


_MESSAGES: Final = {
    "missing": "缺少 {name}，请补上",
    "extra_forbidden": "不认识“{name}”，请删去或改正拼写",
    "union_tag_invalid": "没有“{tag}”这种步骤；do: 可用 {kinds}",
    "union_tag_not_found": "缺少 do:，请写明步骤种类（{kinds}）",
    "int_parsing": "“{input}”应是整数",
    "float_parsing": "“{input}”应是数字（秒）",
    "bool_parsing": "“{input}”应是 yes 或 no",
    "literal_error": "“{input}”不可用，可用：{expected}",
    "enum": "“{input}”不可用，可用：{expected}",
    "greater_than_equal": "“{input}”太小，至少 {ge}",
    "less_than_equal": "“{input}”太大，最多 {le}",
    "string_too_short": "不能空着",
    "string_too_long": "太长，最多 {max_length} 字，请拆开",
    "string_type": "这里应是一段文字",
    "dict_type": "这里应是“名称: 内容”的列表",
    "too_short": "这里不能空着，至少写一项",
    "too_long": "太多，最多 {max_length} 项，请拆成子流程",
    "none_required": "这种步骤到此结束，不写 next",
    "value_error": "{error}",
    "model_type": "这里应是“名称: 内容”的列表",
    "model_attributes_type": "这里应是“名称: 内容”的列表",
}


def _pattern_message(path: Path, written: str) -> str:
    if written == "0" and len(path) > 2:
        return "0 在任何时候都是转人工，不能另作他用，请换一个键"
    if len(path) > 3 and path[-2] in {"keys", "answers"}:
        return f"“{path[-1]}”不是可用的按键，可用 1 到 9、* 和 #"
    if path and path[-1] == "number":
        return f"“{written}”不是电话号码，应为 3 到 20 位数字"
    if len(path) > 2 and path[-2] in {"sets", "slots"}:
        return f"“{path[-1]}”不能作变量名，应为小写字母开头，只含小写字母、数字和下划线"
    if path and path[-1] in {"sets", "number", "phone"}:
        return f"“{written}”不能作变量名，应为小写字母开头，只含小写字母、数字和下划线"
    if path and path[-1] == "skill":
        return f"“{written}”不是队列名，应只含小写字母、数字和连字符，至多 31 个"
    return f"“{written}”不能作名称，应只含文字、数字和下划线"
