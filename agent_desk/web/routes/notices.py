"""Notices: those to me, those of an order, those somebody should look at; sending one again."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, any_of, get, post
from agent_desk.web.shapes.base import Nothing, Page
from agent_desk.web.shapes.notices import NoticeQuery, NoticeShape, SendAgain
from agent_desk.web.shaping.notices import notice_shapes
from ticketing.actors import Actor
from ticketing.notices.resending import send_again
from ticketing.notices.views import (
    NoticeView,
    notice_view,
    notices_for,
    notices_of_order,
    unsettled,
)
from ticketing.orders.views import work_order
from ticketing.people.person import Person
from ticketing.rules.permissions import Right

Listing = Callable[[Session, Actor, int | None, int], list[NoticeView]]


async def show_my_notices(ask: Ask[NoticeQuery, Nothing]) -> Page[NoticeShape]:
    return await ask.desk.database.read(_page, notices_for, ask.person, ask.query)


async def show_unsettled_notices(ask: Ask[NoticeQuery, Nothing]) -> Page[NoticeShape]:
    return await ask.desk.database.read(_page, unsettled, ask.person, ask.query)


async def show_notices_of_order(ask: Ask[Nothing, Nothing]) -> Page[NoticeShape]:
    """All at once, oldest first: an order has some tens of them at most."""
    return await ask.desk.database.read(_of_order, ask.person, ask.path["order_no"])


async def send_notice_again(ask: Ask[Nothing, SendAgain]) -> NoticeShape:
    moment, number = ask.desk.clock.now(), ask.number("id")
    return await ask.desk.database.write(_again, moment, ask.person, number, ask.body.reason)


def _page(
    session: Session, listing: Listing, person: Person, query: NoticeQuery
) -> Page[NoticeShape]:
    views = listing(session, person, query.after, query.limit + 1)
    last = str(views[query.limit - 1].id) if len(views) > query.limit else None
    return Page[NoticeShape](items=notice_shapes(session, person, views[: query.limit]), next=last)


def _of_order(session: Session, person: Person, order_no: str) -> Page[NoticeShape]:
    views = notices_of_order(session, person, work_order(session, person, order_no))
    return Page[NoticeShape](items=notice_shapes(session, person, views))


def _again(
    session: Session, moment: datetime, person: Person, number: int, reason: str
) -> NoticeShape:
    row = send_again(session, moment, person, number, reason)
    return notice_shapes(session, person, [notice_view(row)])[0]


_SEE = any_of(Right.SEE_ORDERS, Right.SEE_OWN_UNIT_ORDERS)
_AGAIN = any_of(Right.SEND_NOTICES_AGAIN)

ROUTES: tuple[AnyRoute, ...] = (
    get("/notices", show_my_notices, _SEE, NoticeQuery, Page[NoticeShape], "给我的通知"),
    get(
        "/notices/unsettled",
        show_unsettled_notices,
        _AGAIN,
        NoticeQuery,
        Page[NoticeShape],
        "未送达、发送失败、不能确认的短信",
    ),
    post(
        r"/notices/{id:\d+}/send-again",
        send_notice_again,
        _AGAIN,
        SendAgain,
        NoticeShape,
        "重新发送短信：须写明理由，计入审计",
    ),
    get(
        "/work-orders/{order_no}/notices",
        show_notices_of_order,
        _SEE,
        Nothing,
        Page[NoticeShape],
        "一张工单的来往通知",
    ),
)
