"""Where callers go in the voice menu."""

from itertools import groupby

from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, any_of, get
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.figures import (
    FiguresQuery,
    FiguresShape,
    ServedShape,
    StepShape,
    WayShape,
)
from ticketing.menu_figures import reading
from ticketing.menu_figures.passages import End
from ticketing.rules.permissions import Right

TO_PERSON = frozenset({"person", "failure"})
"""Outcomes by which a caller left for a person where the flow did not mean it."""


async def show_figures(ask: Ask[FiguresQuery, Nothing]) -> FiguresShape:
    return await ask.desk.database.read(_figures, ask.query)


def _figures(session: Session, query: FiguresQuery) -> FiguresShape:
    ways = sorted(
        reading.ways(session, query.from_, query.to, query.version),
        key=lambda way: (way.flow, way.step, way.kind),
    )
    steps = [
        _step(*key, list(found))
        for key, found in groupby(ways, lambda way: (way.flow, way.step, way.kind))
    ]
    return FiguresShape(
        steps=sorted(steps, key=lambda step: -step.times),
        versions=[_served(one) for one in reading.versions(session, query.from_, query.to)],
    )


def _step(flow: str, step: str, kind: str, ways: list[reading.WayFigure]) -> StepShape:
    times = sum(way.times for way in ways)
    return StepShape(
        flow=flow,
        step=step,
        kind=kind,
        times=times,
        seconds_average=round(sum(way.seconds for way in ways) / times, 1),
        mistakes=sum(way.mistakes for way in ways),
        gone=sum(way.times for way in ways if not way.to_flow and way.to_step == End.GONE),
        to_person=sum(way.times for way in ways if way.outcome in TO_PERSON),
        ways=[
            WayShape(outcome=way.outcome, to_flow=way.to_flow, to_step=way.to_step, times=way.times)
            for way in sorted(ways, key=lambda way: -way.times)
        ],
    )


def _served(figure: reading.VersionFigure) -> ServedShape:
    served = figure.served
    average = served.seconds_to_person / served.to_person if served.to_person else None
    return ServedShape(
        flow_version=figure.flow_version,
        first_day=figure.first_day,
        last_day=figure.last_day,
        calls=served.calls,
        to_person=served.to_person,
        seconds_to_person_average=None if average is None else round(average, 1),
        answered=served.answered,
        came_back=served.came_back,
        withheld=served.withheld,
    )


ROUTES: tuple[AnyRoute, ...] = (
    get(
        "/flows/figures",
        show_figures,
        any_of(Right.SEE_REPORTS, Right.EDIT_FLOWS),
        FiguresQuery,
        FiguresShape,
        "语音菜单里来电人走到了哪里",
    ),
)
