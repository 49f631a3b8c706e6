"""Proofs before a flow may answer calls: nobody is stuck, lost, kept waiting, or told a blank.

One kind of proof a module; every finding names its file, its line and what to do. Together with
the engine's own rules (0 everywhere, three mistakes, a longest walk) they make sure that every
caller reaches a person or an end.
"""

from collections.abc import Callable, Iterator
from typing import Final

from ivr_flows.bundle import Bundle
from ivr_flows.checks.far import far_away
from ivr_flows.checks.finding import Examined, Finding, Severity, found
from ivr_flows.checks.heard import unheard_words
from ivr_flows.checks.long import impatient, long_menus
from ivr_flows.checks.phrases import bad_phrases
from ivr_flows.checks.places import absent_places
from ivr_flows.checks.reach import run_out, unreached
from ivr_flows.checks.rings import endless
from ivr_flows.checks.sound import unspoken
from ivr_flows.checks.subflows import lone_backs, subflow_rings
from ivr_flows.checks.variables import unset_variables
from ivr_flows.checks.ways import broken_ways
from ivr_flows.graph import Graph
from ivr_flows.language.lines import Mistake
from ivr_flows.surroundings import Surroundings

__all__ = ["Finding", "Severity", "check", "findings"]

FIRST: Final[tuple[Callable[[Bundle], Iterator[Finding]], ...]] = (
    broken_ways,
    subflow_rings,
    lone_backs,
)
"""Without these there is no graph."""
ALL: Final[tuple[Callable[[Examined], Iterator[Finding]], ...]] = (
    unreached,
    run_out,
    endless,
    unset_variables,
    lambda it: bad_phrases(it.bundle),
    long_menus,
    unspoken,
    absent_places,
    unheard_words,
)
LAST: Final[tuple[Callable[[Examined], Iterator[Finding]], ...]] = (impatient, far_away)
"""They need a graph whose rings all ask."""


def check(bundle: Bundle, around: Surroundings | None = None) -> list[Mistake]:
    """Every mistake of the bundle, in the order of the files; empty: fit for callers."""
    return [one.mistake for one in findings(bundle, around) if one.severity is Severity.MISTAKE]


def findings(bundle: Bundle, around: Surroundings | None = None) -> list[Finding]:
    """Mistakes and warnings, in the order of the files."""
    if broken := {one for proof in FIRST for one in proof(bundle)}:
        return sorted(broken)
    try:
        graph = Graph(bundle)
    except RecursionError:
        written = bundle.flows[bundle.name]
        return [found(written, (), "流程展开后过大，请减少子流程的嵌套")]
    it = Examined(bundle, graph, around or Surroundings())
    seen = {one for proof in ALL for one in proof(it)}
    if not any(one.severity is Severity.MISTAKE for one in seen):
        seen |= {one for proof in LAST for one in proof(it)}
    return sorted(seen)
