"""Test cases of the voice menu: kept, changed, recorded from a simulated call."""

from agent_desk.menu.kept_tests import case_text, meaning
from agent_desk.web.routes.flow_proofs import simulated
from agent_desk.web.routes.flows import EDIT_FLOWS, LARGEST_TEXT, SEE_FLOWS
from agent_desk.web.routing import AnyRoute, Ask, Route, delete, get, post, put
from agent_desk.web.shapes.base import Nothing, Page, PageQuery
from agent_desk.web.shapes.flow_proofs import FlowTestBody, FlowTestShape, RecordBody
from ivr_flows.cases.data import FlowTest
from ivr_flows.cases.record import recorded
from ticketing.menu import add_flow_test, change_flow_test, list_flow_tests, remove_flow_test
from ticketing.records.flow_tests import FlowTestRecord


async def show_flow_tests(ask: Ask[PageQuery, Nothing]) -> Page[FlowTestShape]:
    limit = ask.query.limit
    rows = await ask.desk.database.read(list_flow_tests, ask.query.after, limit + 1)
    shapes = [shape for row in rows[:limit] if (shape := _shape(row)) is not None]
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page[FlowTestShape](items=shapes, next=last)


async def create_flow_test(ask: Ask[Nothing, FlowTestBody]) -> FlowTestShape:
    return await _kept(ask, _test(ask.body))


async def update_flow_test(ask: Ask[Nothing, FlowTestBody]) -> FlowTestShape:
    test, moment = _test(ask.body), ask.desk.clock.now()
    row = await ask.desk.database.write(
        change_flow_test, moment, ask.person, ask.number("id"), case_text(test)
    )
    return _shown(row, test)


async def delete_flow_test(ask: Ask[Nothing, Nothing]) -> None:
    moment = ask.desk.clock.now()
    await ask.desk.database.write(remove_flow_test, moment, ask.person, ask.number("id"))


async def record_flow_test(ask: Ask[Nothing, RecordBody]) -> FlowTestShape:
    body = ask.body
    facts, went = await simulated(ask.desk, body)
    return await _kept(
        ask, recorded(body.name, body.flow, facts, body.acts, went, every_word=body.every_word)
    )


async def _kept(
    ask: Ask[Nothing, FlowTestBody] | Ask[Nothing, RecordBody], test: FlowTest
) -> FlowTestShape:
    moment = ask.desk.clock.now()
    row = await ask.desk.database.write(add_flow_test, moment, ask.person, case_text(test))
    return _shown(row, test)


def _test(body: FlowTestBody) -> FlowTest:
    return FlowTest.model_validate(body.model_dump())


def _shape(row: FlowTestRecord) -> FlowTestShape | None:
    test = meaning(row)
    return None if test is None else _shown(row, test)


def _shown(row: FlowTestRecord, test: FlowTest) -> FlowTestShape:
    return FlowTestShape(
        id=row.id,
        name=test.name,
        flow=test.flow,
        facts=test.facts,
        acts=test.acts,
        expects=test.expects,
        saved_by=row.saved_by,
        saved_at=row.saved_at,
    )


ROUTES: tuple[AnyRoute, ...] = (
    get("/flows/tests", show_flow_tests, SEE_FLOWS, PageQuery, Page[FlowTestShape], "测试用例"),
    post("/flows/tests", create_flow_test, EDIT_FLOWS, FlowTestBody, FlowTestShape, "新增", 201),
    put(
        r"/flows/tests/{id:\d+}",
        update_flow_test,
        EDIT_FLOWS,
        FlowTestBody,
        FlowTestShape,
        "修改测试用例",
    ),
    delete(r"/flows/tests/{id:\d+}", delete_flow_test, EDIT_FLOWS, type(None), "删去测试用例"),
    Route(
        "POST",
        "/flows/tests/record",
        record_flow_test,
        EDIT_FLOWS,
        Nothing,
        RecordBody,
        FlowTestShape,
        "把一次模拟来电记成测试用例",
        status=201,
        body_limit=LARGEST_TEXT,
    ),
)
