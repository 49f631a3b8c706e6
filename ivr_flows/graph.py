"""A bundle as one graph, sub-flows unfolded where they are called: checks and pictures read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ivr_flows.bundle import Bundle
from ivr_flows.language.ending import Back
from ivr_flows.language.flow import AnyStep, FlowFile
from ivr_flows.language.telling import Subflow

MAX_NODES: Final = 20_000


@dataclass(frozen=True)
class Node:
    """A step, and the sub-flow calls (flow, step) the caller is in."""

    calls: tuple[tuple[str, str], ...]
    flow: str
    step: str


@dataclass(frozen=True)
class Edge:
    """One way on; `to` is None where the flow runs out."""

    label: str
    to: Node | None


class Graph:
    """Every step a caller can reach from the first one, with its ways on.

    Raises LookupError for a step that is not there and RecursionError for sub-flows that call
    themselves; `checks` looks for both first.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self.start = Node((), bundle.name, bundle.main.first())
        self.edges: dict[Node, tuple[Edge, ...]] = {}
        waiting = [self.start]
        while waiting:
            node = waiting.pop()
            if node in self.edges:
                continue
            if len(self.edges) >= MAX_NODES:
                raise RecursionError
            self.edges[node] = tuple(self._edges(node))
            waiting.extend(edge.to for edge in self.edges[node] if edge.to is not None)

    def flow(self, node: Node) -> FlowFile:
        return self._bundle.flows[node.flow].flow

    def step(self, node: Node) -> AnyStep:
        return self.flow(node).steps[node.step]

    def _edges(self, node: Node) -> Iterator[Edge]:
        step, flow = self.step(node), self.flow(node)
        if isinstance(step, Back):
            if node.calls:
                (flow_name, caller_step), outer = node.calls[-1], node.calls[:-1]
                after = self._bundle.flows[flow_name].flow.ways(caller_step)["returned"]
                yield Edge("back", Node(outer, flow_name, after) if after else None)
        elif isinstance(step, Subflow):
            called = self._bundle.flows[step.flow].flow
            calls = (*node.calls, (node.flow, node.step))
            yield Edge("subflow", Node(calls, called.flow, called.first()))
        else:
            for label, target in flow.ways(node.step).items():
                yield Edge(label, Node(node.calls, node.flow, target) if target else None)
