"""Calls that were and calls under way."""

from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, any_of, get
from agent_desk.web.shapes.base import Nothing, Page
from agent_desk.web.shapes.calls import CallQuery, CallShape, CallSummary, Past
from agent_desk.web.shaping.calls import call_shape, call_summaries, past_shape
from agent_desk.web.shaping.numbers import Sight, note_sight, sight_of
from ticketing.calls.views import CallFilter, list_calls
from ticketing.rules.permissions import Right


async def show_calls(ask: Ask[CallQuery, Nothing]) -> Page[CallSummary]:
    query, sight = ask.query, sight_of(ask.person)
    wanted = CallFilter(
        caller_number=query.caller_number or None,
        dialled=query.dialled or None,
        outcome=query.outcome or None,
        queue=query.queue or None,
        since=query.from_,
        until=query.to,
        user_id=query.user_id,
    )
    page = await ask.desk.database.read(_page, wanted, query.after, query.limit, sight)
    await note_sight(ask, "call", "list")
    return page


async def show_call(ask: Ask[Nothing, Nothing]) -> CallShape:
    key, sight = ask.path["key"], sight_of(ask.person)
    call = await ask.desk.database.read(call_shape, key, sight, ask.desk.clock.now())
    await note_sight(ask, "call", key)
    return call


async def show_past(ask: Ask[Nothing, Nothing]) -> Past:
    key, sight = ask.path["key"], sight_of(ask.person)
    past = await ask.desk.database.read(past_shape, key, sight, ask.desk.clock.now())
    await note_sight(ask, "call", key)
    return past


def _page(
    session: Session, wanted: CallFilter, after: int | None, limit: int, sight: Sight
) -> Page[CallSummary]:
    page = list_calls(session, wanted, after=after, limit=limit)
    return Page[CallSummary](
        items=call_summaries(session, page.calls, sight),
        next=None if page.next is None else str(page.next),
    )


_SEE = any_of(Right.SEE_ORDERS, Right.SUPERVISE_CALLS)

ROUTES: tuple[AnyRoute, ...] = (
    get("/calls", show_calls, _SEE, CallQuery, Page[CallSummary], "通话列表"),
    get("/calls/{key}", show_call, _SEE, Nothing, CallShape, "一次通话"),
    get("/calls/{key}/past", show_past, _SEE, Nothing, Past, "同一来电号码的历史"),
)
