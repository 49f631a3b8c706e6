"""What is kept with an order: its photos, and why it may not be disposed of."""

import logging
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, any_of, get, post
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.orders import HoldBody, OrderShape, ReleaseBody
from agent_desk.web.shaping.orders import order_shape
from ticketing.errors import NotFound
from ticketing.orders.holds import HoldKind, place_order_hold, release_order_hold
from ticketing.people.person import Person
from ticketing.photos.keeping import see_photo
from ticketing.photos.store import PhotoStore
from ticketing.rules.permissions import Right

_SEALED = "default-src 'none'; sandbox"
"""A picture opened by itself runs nothing and loads nothing."""

log = logging.getLogger(__name__)


async def show_photo(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    """The file's name comes from the photo's row, never from the request."""
    order_no, moment = ask.path["order_no"], ask.desk.clock.now()
    row = await ask.desk.database.write(
        see_photo, moment, ask.person, order_no, ask.number("id"), ask.address
    )
    path = PhotoStore(ask.desk.settings.vault).path(row.sha256)
    if not path.is_file():
        log.error("photo %s: its file is not in the vault", row.id)
        raise NotFound("photo", row.id)
    return web.FileResponse(
        path,
        headers={
            "Content-Type": "image/jpeg",
            "Content-Security-Policy": _SEALED,
            "Content-Disposition": f'inline; filename="{order_no}-{row.id}.jpg"',
            "Cache-Control": "private, no-store",
        },
    )


async def hold_order(ask: Ask[Nothing, HoldBody]) -> OrderShape:
    return await ask.desk.database.write(
        _hold, ask.desk.clock.now(), ask.person, ask.path["order_no"], ask.body
    )


async def release_order(ask: Ask[Nothing, ReleaseBody]) -> OrderShape:
    return await ask.desk.database.write(
        _release,
        ask.desk.clock.now(),
        ask.person,
        ask.path["order_no"],
        ask.number("id"),
        ask.body.reason,
    )


def _hold(
    session: Session, moment: datetime, person: Person, order_no: str, body: HoldBody
) -> OrderShape:
    place_order_hold(session, moment, person, order_no, HoldKind(body.kind), body.reason)
    return order_shape(session, moment, person, order_no)


def _release(
    session: Session, moment: datetime, person: Person, order_no: str, hold_id: int, reason: str
) -> OrderShape:
    release_order_hold(session, moment, person, order_no, hold_id, reason)
    return order_shape(session, moment, person, order_no)


_SEE = any_of(Right.SEE_ORDERS, Right.SEE_OWN_UNIT_ORDERS)
_KEEP = any_of(Right.HOLD_RECORDINGS)

ROUTES: tuple[AnyRoute, ...] = (
    get(
        r"/work-orders/{order_no}/photos/{id:\d+}",
        show_photo,
        _SEE,
        Nothing,
        type(None),
        "工单的一张照片",
        media_type="image/jpeg",
    ),
    post("/work-orders/{order_no}/holds", hold_order, _KEEP, HoldBody, OrderShape, "保全工单", 201),
    post(
        r"/work-orders/{order_no}/holds/{id:\d+}/release",
        release_order,
        _KEEP,
        ReleaseBody,
        OrderShape,
        "解除保全",
    ),
)
