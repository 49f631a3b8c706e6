"""One thing a proof found, with its place in the text and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from ivr_flows.bundle import Bundle
from ivr_flows.graph import Graph, Node
from ivr_flows.language.lines import Mistake, Path, dotted
from ivr_flows.language.loader import Written
from ivr_flows.surroundings import Surroundings


class Severity(StrEnum):
    """A mistake keeps a flow from callers; advice is for its author to weigh."""

    MISTAKE = "mistake"
    ADVICE = "advice"


@dataclass(frozen=True, order=True)
class Finding:
    """Sorted as the author reads: file, line, place."""

    file: str
    line: int
    place: str
    """Dotted, e.g. steps.main.text; empty: the whole file."""
    message: str
    """Chinese: what is wrong and what to do."""
    severity: Severity = Severity.MISTAKE

    @property
    def flow(self) -> str:
        return self.file.removesuffix(".yaml")

    @property
    def mistake(self) -> Mistake:
        return Mistake(self.file, self.line, self.place, self.message)

    @classmethod
    def of(cls, mistake: Mistake) -> "Finding":
        return cls(mistake.file, mistake.line, mistake.where, mistake.message)


@dataclass(frozen=True)
class Examined:
    """A bundle whose ways are whole, its graph, and what stands around it."""

    bundle: Bundle
    graph: Graph
    around: Surroundings


def found(
    written: Written, path: Path, message: str, severity: Severity = Severity.MISTAKE
) -> Finding:
    """A finding at this place of the text."""
    return Finding(written.file, written.source.line(path), dotted(path), message, severity)


def found_at(
    bundle: Bundle, node: Node, message: str, severity: Severity = Severity.MISTAKE
) -> Finding:
    """A finding at a step of the graph."""
    return found(bundle.flows[node.flow], ("steps", node.step), message, severity)
