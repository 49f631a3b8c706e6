"""Steps nobody comes to, and steps after which there is nothing."""

from collections.abc import Iterator

from ivr_flows.checks.finding import Examined, Finding, found, found_at
from ivr_flows.graph import Node


def unreached(it: Examined) -> Iterator[Finding]:
    reached = {(node.flow, node.step) for node in it.graph.edges}
    for name, written in it.bundle.flows.items():
        for step in written.flow.steps:
            if (name, step) not in reached:
                message = "没有任何途径走到这一步，请接上或删去"
                yield found(written, ("steps", step), message)


def run_out(it: Examined) -> Iterator[Finding]:
    for node, edges in it.graph.edges.items():
        for edge in edges:
            if edge.to is None:
                where = node if edge.label != "back" else Node((), *node.calls[-1])
                yield found_at(it.bundle, where, "之后没有下一步，请写 next 或在下面补一步")
