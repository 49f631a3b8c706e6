"""A flow as a Mermaid picture, drawn from the text; positions are nobody's work."""

from collections.abc import Iterator
from typing import Final

from ivr_flows.bundle import Bundle
from ivr_flows.language.flow import AnyStep
from ivr_flows.language.listening import Listen
from ivr_flows.language.telling import Subflow

_SHOWN: Final = 24
_SHAPES: Final = {
    "menu": ("{{", "}}"),
    "listen": ("{{", "}}"),
    "choose": ("{{", "}}"),
    "digits": ("[/", "/]"),
    "branch": ("{", "}"),
    "to_agent": ("([", "])"),
    "transfer": ("([", "])"),
    "hang_up": ("([", "])"),
    "subflow": ("[[", "]]"),
}
_WAYS: Final = {
    "said": "",
    "told": "",
    "entered": "",
    "chosen": "",
    "recorded": "",
    "returned": "",
    "none": "没有",
    "empty": "不填",
    "found": "查到",
    "finished": "已办结",
    "not_found": "未查到",
    "refused": "不可转接",
    "otherwise": "其他",
    "rated": "已评价",
    "unrated": "未评价",
    "declined": "不留言",
    "on": "开",
    "off": "关",
    "open": "工作时间",
    "closed": "非工作时间",
    "holiday": "节假日",
    "allowed": "可转接",
}


def mermaid(bundle: Bundle) -> str:
    """The whole bundle, one frame a flow."""
    lines = ["flowchart TD"]
    order = [bundle.name, *sorted(set(bundle.flows) - {bundle.name})]
    ids = {
        (name, step): f"n{index}"
        for index, (name, step) in enumerate(
            (name, step) for name in order for step in bundle.flows[name].flow.steps
        )
    }
    for name in order:
        flow = bundle.flows[name].flow
        lines.append(f'  subgraph f_{order.index(name)}["{_words(flow.title)}"]')
        for step_name, step in flow.steps.items():
            lines.append(f"    {ids[name, step_name]}{_box(step_name, step)}")
        lines.extend(f"    {line}" for line in _arrows(bundle, name, ids))
        lines.append("  end")
    for name in order:
        for step_name, step in bundle.flows[name].flow.steps.items():
            if isinstance(step, Subflow):
                first = bundle.flows[step.flow].flow.first()
                lines.append(f"  {ids[name, step_name]} -.-> {ids[step.flow, first]}")
    return "\n".join(lines) + "\n"


def _box(name: str, step: AnyStep) -> str:
    opening, closing = _SHAPES.get(step.do, ("[", "]"))
    said = "".join(step.says())
    shown = said if len(said) <= _SHOWN else said[:_SHOWN] + "…"
    label = f"{name}<br/>{_words(shown)}" if shown else name
    return f'{opening}"{label}"{closing}'


def _arrows(bundle: Bundle, name: str, ids: dict[tuple[str, str], str]) -> Iterator[str]:
    flow = bundle.flows[name].flow
    for step_name in flow.steps:
        for label, target in flow.ways(step_name).items():
            if target is not None and (name, target) in ids:
                words = _said(flow.steps[step_name], label) or _WAYS.get(label, label)
                arrow = f'-->|"{_words(words)}"|' if words else "-->"
                yield f"{ids[name, step_name]} {arrow} {ids[name, target]}"


def _said(step: AnyStep, label: str) -> str:
    """The way a caller asks for this, as the picture shows it."""
    if not isinstance(step, Listen) or label not in step.intents:
        return ""
    return f"说：{step.intents[label].title}"


def _words(text: str) -> str:
    """Words that cannot break out of a Mermaid label."""
    return "".join(f"#{ord(char)};" if char in '"#<>&{}[]|`\\' else char for char in text)
