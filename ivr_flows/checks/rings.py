"""Rings in which nobody is ever asked: the caller could only listen for ever.

Without these and without steps that run out, every way leads to an end or to a step that asks,
and a step that asks gives a person after its mistakes.
"""

from collections.abc import Iterator

from ivr_flows.checks.finding import Examined, Finding, found_at
from ivr_flows.graph import Node


def endless(it: Examined) -> Iterator[Finding]:
    graph = it.graph
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
                message = "从这里绕一圈又回到这里，中间没有让来电人按键，请断开"
                yield found_at(it.bundle, after, message)
            elif after not in done:
                path.append((after, iter(unasked[after])))
                on_path.add(after)
