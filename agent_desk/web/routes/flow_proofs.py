"""Proofs of the voice menu before anybody hears it: checks, simulated calls, the shadow run."""

import asyncio
from datetime import timedelta

from agent_desk.menu.proving import bundle_of, texts_of
from agent_desk.menu.real_facts import real_facts
from agent_desk.menu.shadowing import past_day, shadow_of
from agent_desk.web.desk import Desk
from agent_desk.web.routes.flows import LARGEST_TEXT, SEE_FLOWS
from agent_desk.web.routing import AnyRoute, Ask, Route, get
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.flow_proofs import (
    CheckBody,
    FlowSchema,
    ShadowBody,
    ShadowShape,
    SimulateBody,
    SimulationShape,
)
from agent_desk.web.shapes.flows import Report
from agent_desk.web.shaping.flow_proofs import schema_shape, shadow_shape, simulation_shape
from ivr_flows.simulation.data import Facts
from ivr_flows.simulation.run import Simulation, simulate
from ticketing.errors import Finding, InvalidInput
from ticketing.rules.calendar import local_day


async def check_flows(ask: Ask[Nothing, CheckBody]) -> Report:
    """Saves nothing: an editor asks while its author types."""
    texts = await ask.desk.database.read(texts_of, ask.body.texts, None)
    return await ask.desk.menu.reports.of(texts)


async def show_flow_schema(ask: Ask[Nothing, Nothing]) -> FlowSchema:  # noqa: ARG001 the same for all
    return schema_shape()


async def simulate_call(ask: Ask[Nothing, SimulateBody]) -> SimulationShape:
    _, went = await simulated(ask.desk, ask.body)
    return simulation_shape(went)


async def simulated(desk: Desk, body: SimulateBody) -> tuple[Facts, Simulation]:
    """The call as it went and the facts it went by."""
    texts = await desk.database.read(texts_of, body.texts, body.version)
    bundle = await asyncio.to_thread(bundle_of, body.flow, texts)
    facts, around = body.facts, desk.menu.reports.around
    if body.real:
        transfers = [number for number, through in (around.services or {}).items() if through]
        moment = desk.clock.now()
        facts = await desk.database.read(real_facts, moment, facts, bundle, transfers)
    return facts, await asyncio.to_thread(simulate, bundle, facts, body.acts, around)


async def run_shadow(ask: Ask[Nothing, ShadowBody]) -> ShadowShape:
    desk = ask.desk
    today = local_day(desk.clock.now())
    day = ask.body.day or today - timedelta(days=1)
    if day > today:
        raise InvalidInput((Finding("day", "这一天还没有到"),))
    texts = await desk.database.read(texts_of, ask.body.texts, None)
    past = await desk.database.read(past_day, day)
    made = await asyncio.to_thread(shadow_of, past, texts, desk.menu.reports.around)
    return shadow_shape(day, made, more=past.more)


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "POST",
        "/flows/check",
        check_flows,
        SEE_FLOWS,
        Nothing,
        CheckBody,
        Report,
        "检查未保存的修改，不保存",
        body_limit=LARGEST_TEXT,
    ),
    get("/flows/schema", show_flow_schema, SEE_FLOWS, Nothing, FlowSchema, "各种步骤能写什么"),
    Route(
        "POST",
        "/flows/simulate",
        simulate_call,
        SEE_FLOWS,
        Nothing,
        SimulateBody,
        SimulationShape,
        "模拟一次来电：按键和说的话从头给出",
        body_limit=LARGEST_TEXT,
    ),
    Route(
        "POST",
        "/flows/shadow",
        run_shadow,
        SEE_FLOWS,
        Nothing,
        ShadowBody,
        ShadowShape,
        "拿某天来电的按键走一遍草稿，看有什么不同",
        body_limit=LARGEST_TEXT,
    ),
)
