"""Proofs before a flow may answer calls: nobody is stuck, lost, kept waiting, or told a blank.

Every mistake names its file, its line and what to do. Together with the engine's own rules (0
everywhere, three mistakes, a longest walk) they make sure that every caller reaches a person or
an end.
"""

from collections.abc import Iterator
from typing import Final

from ivr_flows import texts
from ivr_flows.bundle import Bundle
from ivr_flows.graph import Graph, Node
from ivr_flows.language.asking import Menu
from ivr_flows.language.ending import Back
from ivr_flows.language.flow import AnyStep
from ivr_flows.language.lines import Mistake
from ivr_flows.language.listening import Listen
from ivr_flows.language.telling import Subflow
from ivr_flows.patience import LONGEST_MENU, LONGEST_SILENT_WAIT, silent_wait

ALWAYS_SET: Final = frozenset({"caller_number", "dialled_number"})


def check(bundle: Bundle) -> list[Mistake]:
    """Every mistake of the bundle, in the order of the files; empty: fit for callers."""
    if broken := [*_broken_ways(bundle), *_subflow_rings(bundle), *_lone_backs(bundle)]:
        return sorted(set(broken))  # the graph cannot be drawn before these are mended
    try:
        graph = Graph(bundle)
    except RecursionError:
        return [bundle.flows[bundle.name].mistake((), "流程展开后过大，请减少子流程的嵌套")]
    found = [
        *_unreached(bundle, graph),
        *_run_out(bundle, graph),
        *_endless(bundle, graph),
        *_unset_variables(bundle, graph),
        *_long_menus(bundle),
        *_bad_phrases(bundle),
    ]
    return sorted(set(found or _impatient(bundle, graph)))


def _mistake(bundle: Bundle, node: Node, message: str, part: str = "") -> Mistake:
    path = ("steps", node.step, part) if part else ("steps", node.step)
    return bundle.flows[node.flow].mistake(path, message)


def _broken_ways(bundle: Bundle) -> Iterator[Mistake]:
    for written in bundle.flows.values():
        for name in written.flow.steps:
            for label, target in written.flow.ways(name).items():
                if target is not None and target not in written.flow.steps:
                    part = _part(written.flow.steps[name], label)
                    message = f"没有名为“{target}”的步骤，请改正名称或补上该步骤"
                    yield written.mistake(("steps", name, *part), message)


def _part(step: AnyStep, label: str) -> tuple[str, ...]:
    """Where in the step's text this way is written."""
    if isinstance(step, Listen) and label in step.intents:
        return ("intents", label, "next")
    if isinstance(step, (Menu, Listen)):
        return ("keys", label)
    if label in getattr(step, "cases", {}):
        return ("cases", label)
    return (label,) if getattr(step, label, None) else ("next",)


def _subflow_rings(bundle: Bundle) -> Iterator[Mistake]:
    calls = {
        name: [
            (step_name, step.flow)
            for step_name, step in written.flow.steps.items()
            if isinstance(step, Subflow)
        ]
        for name, written in bundle.flows.items()
    }
    for name, written in bundle.flows.items():
        for step_name, called in calls[name]:
            if _reaches(calls, called, name):
                message = f"子流程“{called}”又会回到“{name}”，会没完没了，请改用 next 或 back"
                yield written.mistake(("steps", step_name, "flow"), message)


def _reaches(calls: dict[str, list[tuple[str, str]]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(called for _, called in calls[name])
    return False


def _lone_backs(bundle: Bundle) -> Iterator[Mistake]:
    written = bundle.flows[bundle.name]
    for name, step in written.flow.steps.items():
        if isinstance(step, Back):
            message = "主流程没有可返回的上级，请改用 hang_up、to_agent 或 next"
            yield written.mistake(("steps", name), message)


def _unreached(bundle: Bundle, graph: Graph) -> Iterator[Mistake]:
    reached = {(node.flow, node.step) for node in graph.edges}
    for name, written in bundle.flows.items():
        for step in written.flow.steps:
            if (name, step) not in reached:
                yield written.mistake(("steps", step), "没有任何途径走到这一步，请接上或删去")


def _run_out(bundle: Bundle, graph: Graph) -> Iterator[Mistake]:
    for node, edges in graph.edges.items():
        for edge in edges:
            if edge.to is None:
                where = node if edge.label != "back" else Node((), *node.calls[-1])
                yield _mistake(bundle, where, "之后没有下一步，请写 next 或在下面补一步")


def _endless(bundle: Bundle, graph: Graph) -> Iterator[Mistake]:
    """Rings in which nobody is ever asked: the caller could only listen for ever.

    Without these and without steps that run out, every way leads to an end or to a step that
    asks, and a step that asks gives a person after its mistakes.
    """
    unasked = {
        node: [edge.to for edge in edges if edge.to and not graph.step(edge.to).asks]
        for node, edges in graph.edges.items()
        if not graph.step(node).asks
    }
    done: set[Node] = set()
    for start, first in unasked.items():
        path = [(start, iter(first))]
        on_path = {start}
        while path and start not in done:
            node, following = path[-1]
            after = next(following, None)
            if after is None:
                path.pop()
                on_path.discard(node)
                done.add(node)
            elif after in on_path:
                yield _mistake(
                    bundle, after, "从这里绕一圈又回到这里，中间没有让来电人按键，请断开"
                )
            elif after not in done:
                path.append((after, iter(unasked[after])))
                on_path.add(after)


def _unset_variables(bundle: Bundle, graph: Graph) -> Iterator[Mistake]:
    """Forward analysis: what is set on every way to a step."""
    known: dict[Node, frozenset[str]] = {graph.start: ALWAYS_SET}
    waiting = [graph.start]
    while waiting:
        node = waiting.pop()
        step = graph.step(node)
        for edge in graph.edges[node]:
            if edge.to is None:
                continue
            after = known[node] | frozenset(step.sets().get(edge.label, {}))
            before = known.get(edge.to)
            merged = after if before is None else before & after
            if merged != before:
                known[edge.to] = merged
                waiting.append(edge.to)
    for node, variables in known.items():
        for name in graph.step(node).needs():
            if name not in variables:
                message = f"走到这里时变量“{name}”可能还没有值，请先用 digits、choose 等步骤取得"
                yield _mistake(bundle, node, message)


def _long_menus(bundle: Bundle) -> Iterator[Mistake]:
    for written in bundle.flows.values():
        for name, step in written.flow.steps.items():
            if not isinstance(step, (Menu, Listen)):
                continue
            length = max(texts.seconds(text) for text in _menu_texts(step))
            if length > LONGEST_MENU:
                message = f"菜单约 {length:.0f} 秒，超过 {LONGEST_MENU:.0f} 秒，请缩短"
                yield written.mistake(("steps", name, "text"), message)


def _menu_texts(step: Menu | Listen) -> tuple[str, ...]:
    return (step.text, step.invite) if isinstance(step, Listen) else (step.text,)


def _bad_phrases(bundle: Bundle) -> Iterator[Mistake]:
    for written in bundle.flows.values():
        for name, text in written.flow.phrases.model_dump().items():
            if texts.names(text) or (text and texts.mistakes_in(text)):
                yield written.mistake(("phrases", name), "这里只能写固定文字，不能用变量")


def _impatient(bundle: Bundle, graph: Graph) -> Iterator[Mistake]:
    wait = silent_wait(graph)
    if wait > LONGEST_SILENT_WAIT:
        message = (
            f"来电人什么都不按，最长要 {wait:.0f} 秒才到人工或结束，超过 "
            f"{LONGEST_SILENT_WAIT:.0f} 秒；请缩短提示语或减少步骤"
        )
        yield bundle.flows[bundle.name].mistake(("steps",), message)
