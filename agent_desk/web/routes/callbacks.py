"""Callers who asked to be called back: taken, called with one click, finished by a person."""

from datetime import datetime

from agent_desk.web.desk import Desk
from agent_desk.web.routing import AnyAsk, AnyRoute, Ask, any_of, get, post
from agent_desk.web.shapes.base import Nothing, Page, PageQuery
from agent_desk.web.shapes.self_service import CallbackFinished, CallbackShape
from agent_desk.web.shaping.numbers import note_sight, sight_of
from ticketing.calls.callbacks import finish_callback, list_callbacks, take_callback
from ticketing.people.person import Person
from ticketing.records.calls import Callback
from ticketing.rules.permissions import Right


async def show_callbacks(ask: Ask[PageQuery, Nothing]) -> Page[CallbackShape]:
    limit, moment = ask.query.limit, ask.desk.clock.now()
    rows = await ask.desk.database.read(list_callbacks, ask.query.after, limit + 1)
    await note_sight(ask, "callback", "list")
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    items = [_shape(row, ask.desk, ask.person, moment) for row in rows[:limit]]
    return Page[CallbackShape](items=items, next=last)


async def begin_callback(ask: Ask[Nothing, Nothing]) -> CallbackShape:
    row = await ask.desk.database.write(
        take_callback, ask.desk.clock.now(), ask.person, ask.number("id")
    )
    return _answer(ask, row)


async def end_callback(ask: Ask[Nothing, CallbackFinished]) -> CallbackShape:
    body = ask.body
    row = await ask.desk.database.write(
        finish_callback,
        ask.desk.clock.now(),
        ask.person,
        ask.number("id"),
        reached=body.reached,
        note=body.note,
    )
    return _answer(ask, row)


def _answer(ask: AnyAsk, row: Callback) -> CallbackShape:
    return _shape(row, ask.desk, ask.person, ask.desk.clock.now())


def _shape(row: Callback, desk: Desk, person: Person, moment: datetime) -> CallbackShape:
    return CallbackShape(
        id=row.id,
        number=sight_of(person).number(row.number),
        queue=row.queue,
        queue_label=desk.queues.get(row.queue, row.queue),
        asked_at=row.asked_at,
        due_at=row.due_at,
        overdue=row.ended_at is None and row.due_at < moment,
        state=row.state,
        tries=row.tries,
        taken_by=row.taken_by,
        mine=row.state == "taken" and row.taken_by == person.login,
        note=row.note,
    )


_CALL = any_of(Right.PLACE_CALLS)

ROUTES: tuple[AnyRoute, ...] = (
    get(
        "/callbacks",
        show_callbacks,
        _CALL,
        PageQuery,
        Page[CallbackShape],
        "待回电的来电人，等得最久的在前",
    ),
    post(
        r"/callbacks/{id:\d+}/take", begin_callback, _CALL, Nothing, CallbackShape, "领取回电任务"
    ),
    post(
        r"/callbacks/{id:\d+}/finish",
        end_callback,
        _CALL,
        CallbackFinished,
        CallbackShape,
        "登记回电结果：联系上，或没有接通",
    ),
)
