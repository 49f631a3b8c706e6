"""Photos come before their matter, are filed with it, and are gone when it never comes."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound, TooMany
from ticketing.orders.moves import Step, find, move
from ticketing.people.audit import record_use
from ticketing.photos.picture import Picture
from ticketing.photos.store import PhotoStore
from ticketing.records.keeping import OrderPhoto
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.permissions import Right
from ticketing.rules.states import Event

MOST: Final = 5
"""Photos of one matter."""
PER_ADDRESS: Final = ((timedelta(hours=1), 60), (timedelta(days=1), 200))
"""Photos within a time; many phones share one address of a mobile carrier."""
PER_NUMBER: Final = 30
"""Photos one telephone may file within a day."""
UNSENT_FOR: Final = timedelta(hours=6)
"""So long may somebody take to write what the photos belong to."""
STRAY_AFTER: Final = timedelta(days=1)
"""No upload takes so long."""


def take_photo(
    session: Session, moment: datetime, store: PhotoStore, picture: Picture, address: str
) -> str:
    """Keeps a photo that belongs to nothing yet; the token files it. Raises TooMany.

    `address` is a keyed hash of where it came from.
    """
    for length, most in PER_ADDRESS:
        query = (
            select(func.count())
            .select_from(OrderPhoto)
            .where(OrderPhoto.address == address, OrderPhoto.uploaded_at > moment - length)
        )
        if (session.scalar(query) or 0) >= most:
            raise TooMany("photo", min(length.total_seconds(), 3600))
    token = secrets.token_urlsafe(24)
    session.add(
        OrderPhoto(
            token_hash=_hashed(token),
            sha256=picture.sha256,
            size_bytes=len(picture.data),
            width=picture.width,
            height=picture.height,
            address=address,
            uploaded_at=moment,
        )
    )
    session.flush()
    store.place(session, picture)
    return token


def attach_photos(
    session: Session, moment: datetime, actor: Actor, order: WorkOrder, tokens: Sequence[str]
) -> None:
    """Makes photos part of an order, their hashes part of its history.

    Filed twice is filed once. Raises InvalidInput when one is gone or there are too many, TooMany.
    """
    if not tokens:
        return
    rows = _photos_behind(session, order, tokens)
    new = [row for row in rows if row.work_order_id is None]
    there = len(photos_of(session, order))
    if there + len(new) > MOST:
        raise InvalidInput((Finding("photos", f"最多{MOST}张照片"),))
    _check_number(session, moment, order, len(new))
    if not new:
        return
    for row in new:
        row.work_order_id = order.id
    session.flush()
    step = Step(
        Event.SUPPLEMENT,
        reason=f"随诉求提交照片{len(new)}张",
        evidence={"photos": [row.sha256 for row in new]},
    )
    move(session, moment, actor, order.order_no, step)


def photos_of(session: Session, order: WorkOrder) -> Sequence[OrderPhoto]:
    """In the order they came."""
    return session.scalars(
        select(OrderPhoto).where(OrderPhoto.work_order_id == order.id).order_by(OrderPhoto.id)
    ).all()


def may_see_photos(actor: Actor, order: WorkOrder) -> bool:
    """A picture may show who took it: of a confidential matter the centre alone sees it."""
    return not order.confidential or actor.may(Right.SEE_ORDERS)


def see_photo(
    session: Session, moment: datetime, actor: Actor, order_no: str, photo_id: int, address: str
) -> OrderPhoto:
    """One photo, on the record. Raises NotFound, also for whom it is no business of."""
    order = find(session, actor, order_no)
    row = session.get(OrderPhoto, photo_id)
    if row is None or row.work_order_id != order.id or not may_see_photos(actor, order):
        raise NotFound("photo", photo_id)
    record_use(session, moment, actor, "photo.see", "work_order", order_no, address=address)
    return row


def forget_unsent(session: Session, moment: datetime, store: PhotoStore, limit: int = 100) -> int:
    """Removes photos whose matter never came, file and row; returns how many."""
    rows = session.scalars(
        select(OrderPhoto)
        .where(
            OrderPhoto.work_order_id.is_(None),
            OrderPhoto.uploaded_at < moment - UNSENT_FOR,
        )
        .order_by(OrderPhoto.uploaded_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        session.delete(row)
    session.flush()
    for sha256 in sorted({row.sha256 for row in rows}):
        store.remove_unless_used(session, sha256)
    return len(rows)


def remove_strays(session: Session, moment: datetime, store: PhotoStore, folder: int) -> int:
    """Removes files whose row was never committed; returns how many. One folder of 256 a turn."""
    removed = 0
    for path, sha256 in store.names(folder, (moment - STRAY_AFTER).timestamp()):
        known = select(OrderPhoto.id).where(OrderPhoto.sha256 == sha256).limit(1)
        if path == store.path(sha256) and session.scalar(known):
            continue
        path.unlink(missing_ok=True)
        removed += 1
    return removed


def _photos_behind(
    session: Session, order: WorkOrder, tokens: Iterable[str]
) -> Sequence[OrderPhoto]:
    wanted = {_hashed(token) for token in tokens}
    rows = session.scalars(
        select(OrderPhoto)
        .where(OrderPhoto.token_hash.in_(wanted))
        .order_by(OrderPhoto.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    ours = [row for row in rows if row.work_order_id in (None, order.id)]
    if len(ours) < len(wanted):
        raise InvalidInput((Finding("photos", "有照片已失效，请删去后重新添加"),))
    return ours


def _check_number(session: Session, moment: datetime, order: WorkOrder, new: int) -> None:
    filed = session.scalar(
        select(func.count())
        .select_from(OrderPhoto)
        .join(WorkOrder, WorkOrder.id == OrderPhoto.work_order_id)
        .where(
            WorkOrder.caller_number == order.caller_number,
            WorkOrder.accepted_at > moment - timedelta(days=1),
        )
    )
    if (filed or 0) + new > PER_NUMBER:
        raise TooMany("photo", 3600)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
