"""A simulation becomes a test case: as it went, so it must go."""

from collections.abc import Sequence

from ivr_flows.cases.data import Expect, FlowTest
from ivr_flows.simulation.data import Act, Facts
from ivr_flows.simulation.endings import ended_as
from ivr_flows.simulation.run import Simulation

WORDS_KEPT = 60
MOST = 90
"""Expectations of one recorded test."""


def recorded(
    name: str,
    flow: str,
    facts: Facts,
    acts: Sequence[Act],
    went: Simulation,
    *,
    every_word: bool,
) -> FlowTest:
    """The steps walked and the end; with `every_word` every sentence too, else only the last."""
    said = went.said if every_word else went.said[-1:]
    expects = [Expect(says=sentence[:WORDS_KEPT]) for sentence in said if sentence.strip()]
    steps = dict.fromkeys(one.where for one in went.path)
    expects = [*(Expect(step=where) for where in steps), *expects][: MOST - 1]
    if went.waiting is not None:
        expects.append(Expect(waits_at=f"{went.waiting.flow}.{went.waiting.step}"))
    elif went.ending is not None:
        ended = ended_as(went.ending)
        expects.append(Expect(ends=ended.ends, target=ended.target or None))
    return FlowTest(name=name, flow=flow, facts=facts, acts=list(acts), expects=expects)
