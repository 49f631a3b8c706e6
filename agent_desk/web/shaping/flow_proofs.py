"""Proofs as the API tells them."""

from datetime import date

from agent_desk.web.shapes.flow_proofs import (
    Assumption,
    DifferenceShape,
    EndingShape,
    FlowSchema,
    KeyOption,
    KindSchema,
    ShadowExample,
    ShadowShape,
    SimulationShape,
    TranscriptLine,
    WaitingShape,
    WalkedStep,
)
from ivr_flows.language.schema import flow_schema
from ivr_flows.shadow.run import Compared, Shadow
from ivr_flows.simulation.caller import Did
from ivr_flows.simulation.endings import ended_as
from ivr_flows.simulation.run import Line, Simulation, Waiting


def simulation_shape(went: Simulation) -> SimulationShape:
    return SimulationShape(
        transcript=[_line(line) for line in went.lines],
        path=[WalkedStep.model_validate(one) for one in went.path],
        waiting=_waiting(went.waiting) if went.waiting else None,
        ending=EndingShape.model_validate(ended_as(went.ending)) if went.ending else None,
        happened=list(went.happened),
        seconds=went.seconds,
        unused=went.unused,
    )


def _line(line: Line) -> TranscriptLine:
    return TranscriptLine(
        did=line.did,
        flow=line.flow,
        step=line.step,
        kind=line.kind,
        said=line.text if line.did is Did.SAID else None,
        pressed=line.text if line.did is Did.KEY else None,
        words=line.text if line.did is Did.WORDS else None,
    )


def _waiting(waiting: Waiting) -> WaitingShape:
    return WaitingShape(
        flow=waiting.flow,
        step=waiting.step,
        kind=waiting.kind,
        wants=waiting.wants,
        seconds=waiting.seconds,
        keys=[KeyOption(key=one.key, label=one.label) for one in waiting.options],
    )


def shadow_shape(day: date, made: Shadow, *, more: bool) -> ShadowShape:
    return ShadowShape(
        day=day,
        calls=made.calls,
        same=made.same,
        differing=made.differing.total(),
        by_kind={one.value: count for one, count in made.differing.items()},
        unclear=made.unclear,
        more=more,
        examples=[_example(one) for one in made.examples],
        assumed=[Assumption(question=what, calls=n) for what, n in made.assumed.most_common(20)],
    )


def _example(one: Compared) -> ShadowExample:
    first = one.first_difference
    return ShadowExample(
        call_key=one.call_key,
        calls=one.calls,
        acts=list(one.acts),
        live_ending=one.live_ending,
        draft_ending=one.draft_ending,
        first_difference=DifferenceShape(
            differs=first.differs.value, live=first.live, draft=first.draft
        ),
    )


def schema_shape() -> FlowSchema:
    written = flow_schema()
    return FlowSchema(
        kinds=[KindSchema.model_validate(one) for one in written.kinds],
        head=KindSchema.model_validate(written.head),
        definitions=dict(written.definitions),
    )
