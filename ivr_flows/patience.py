"""How long a caller listens and waits before a person answers or the flow ends."""

from typing import Final

from ivr_flows.graph import Graph, Node
from ivr_flows.language.asking import (
    AskDigits,
    Choose,
    Menu,
    OfferMessage,
    RecordMessage,
    Survey,
)
from ivr_flows.language.listening import Listen
from ivr_flows.language.serving import AskRoad, Offer, OfferCallback, Supplement, Useful
from ivr_flows.language.telling import Lookup
from ivr_flows.surroundings import Surroundings

LOOKED_UP: Final = 20.0
"""Seconds reckoned for what a look-up tells."""


def silent_wait(graph: Graph, around: Surroundings | None = None) -> float:
    """Longest time, in seconds, of a caller who never presses a key.

    Runs after the other checks: every ring asks somewhere, and an asking step ends in a person
    after its mistakes, so the walk of a silent caller has no rings.
    """
    around = around or Surroundings()
    longest: dict[Node, float] = {}
    waiting = [graph.start]
    while waiting:
        node = waiting[-1]
        after = _after_silence(graph, node)
        if unknown := [other for other in after if other not in longest]:
            waiting.extend(unknown)
            continue
        step = graph.step(node)
        again = step.asks or isinstance(step, (RecordMessage, Supplement))
        times = graph.flow(node).mistakes if again else 1
        own = _said(graph, node, around) * times + _waits(graph, node)
        longest[node] = own + max((longest[other] for other in after), default=0.0)
        waiting.pop()
    return longest[graph.start]


def _after_silence(graph: Graph, node: Node) -> list[Node]:
    """Where silence leads: past every step but those that give up after some mistakes."""
    if graph.step(node).asks:
        return []
    return [edge.to for edge in graph.edges[node] if edge.to is not None]


def _said(graph: Graph, node: Node, around: Surroundings) -> float:
    step = graph.step(node)
    if isinstance(step, (Lookup, AskRoad)):
        return LOOKED_UP
    if isinstance(step, Listen):
        return max(around.said_seconds(step.text), around.said_seconds(step.invite))
    return sum(around.said_seconds(text) for text in step.says())


def _waits(graph: Graph, node: Node) -> float:
    step, mistakes = graph.step(node), graph.flow(node).mistakes
    if isinstance(step, (RecordMessage, Supplement)):
        return step.silence * mistakes
    if isinstance(step, Survey):
        return 2 * step.wait
    if isinstance(step, (Offer, OfferMessage, OfferCallback, Useful)):
        return step.wait
    if isinstance(step, (Menu, Listen, Choose, AskDigits)):
        return step.wait * mistakes
    return 0.0
