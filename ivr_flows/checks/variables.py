"""Variables that may have no value when they are said or used."""

from collections.abc import Iterator
from typing import Final

from ivr_flows.checks.finding import Examined, Finding, found_at
from ivr_flows.graph import Graph, Node

ALWAYS_SET: Final = frozenset({"caller_number", "dialled_number"})


def unset_variables(it: Examined) -> Iterator[Finding]:
    for node, variables in _known(it.graph).items():
        for name in it.graph.step(node).needs():
            if name not in variables:
                message = f"走到这里时变量“{name}”可能还没有值，请先用 digits、choose 等步骤取得"
                yield found_at(it.bundle, node, message)


def _known(graph: Graph) -> dict[Node, frozenset[str]]:
    """Forward analysis: what is set on every way to a step."""
    known: dict[Node, frozenset[str]] = {graph.start: ALWAYS_SET}
    waiting = [graph.start]
    while waiting:
        node = waiting.pop()
        sets = graph.step(node).sets()
        for edge in graph.edges[node]:
            if edge.to is None:
                continue
            after = known[node] | frozenset(sets.get(edge.label, {}))
            before = known.get(edge.to)
            merged = after if before is None else before & after
            if merged != before:
                known[edge.to] = merged
                waiting.append(edge.to)
    return known
