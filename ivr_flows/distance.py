"""How many choices and entries lie between a caller and a person or an end.

An entry of digits counts as one, like a choice. 0 is always one key and is not counted here: the
flow's own ways must lead on too.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ivr_flows.graph import Graph, Node
from ivr_flows.language.asking import OfferMessage
from ivr_flows.language.ending import Back, LastStep


@dataclass(frozen=True)
class Farthest:
    """The step with the longest shortest way through it."""

    node: Node
    keys: int


class Distances:
    """Shortest ways of one graph, from the start to each step and from each to an end."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._there = _spread({graph.start: 0}, self._following)
        self._before: dict[Node, list[Node]] = {}
        for node in graph.edges:
            for after in self._after(node):
                self._before.setdefault(after, []).append(node)
        ends = {node: self._last_key(node) for node in graph.edges if self._can_end(node)}
        self._on = _spread(ends, self._preceding)

    def farthest(self) -> Farthest:
        """A step from which only 0 leads on counts one key for it."""
        keys = {node: there + self._on.get(node, 1) for node, there in self._there.items()}
        node = max(keys, key=lambda one: (keys[one], self._there[one]))
        return Farthest(node, keys[node])

    def traps(self) -> list[Node]:
        """Where a caller enters a part that has no end of its own, each step once."""
        closed = [node for node in self._there if node not in self._on]
        entered = {
            (node.flow, node.step): node
            for node in closed
            if node == self._graph.start or any(b in self._on for b in self._before.get(node, []))
        }
        return list(entered.values())

    def _cost(self, node: Node) -> int:
        return 1 if self._graph.step(node).asks else 0

    def _after(self, node: Node) -> list[Node]:
        return [edge.to for edge in self._graph.edges[node] if edge.to is not None]

    def _following(self, node: Node) -> Iterable[tuple[Node, int]]:
        return ((after, self._cost(node)) for after in self._after(node))

    def _preceding(self, node: Node) -> Iterable[tuple[Node, int]]:
        return ((before, self._cost(before)) for before in self._before.get(node, []))

    def _can_end(self, node: Node) -> bool:
        step = self._graph.step(node)
        return isinstance(step, OfferMessage) or (
            isinstance(step, LastStep) and not isinstance(step, Back)
        )

    def _last_key(self, node: Node) -> int:
        return 1 if isinstance(self._graph.step(node), OfferMessage) else 0


def _spread(
    starts: dict[Node, int], following: Callable[[Node], Iterable[tuple[Node, int]]]
) -> dict[Node, int]:
    """Shortest distances from any of the starts; steps cost 0 or 1, so a deque keeps the order."""
    best = dict(starts)
    waiting = deque(sorted(starts, key=lambda node: starts[node]))
    while waiting:
        node = waiting.popleft()
        for after, cost in following(node):
            distance = best[node] + cost
            if after not in best or distance < best[after]:
                best[after] = distance
                (waiting.append if cost else waiting.appendleft)(after)
    return best
