"""Disposing of orders whose five years are over (第三十条；个人信息保护法 第四十七条), with proof.

Only the worker comes here. In one transaction: the certificate, then the order with everything that
hangs on it; the database deletes nothing without the certificate and writes none against its own
rules. The files of its photos go after the commit, from the list in the certificate, so that a
crash in between leaves nothing behind.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Table, delete, exists, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.actors import SYSTEM
from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.errors import NotAllowed
from ticketing.orders.archive import keep_until
from ticketing.orders.holds import HoldKind
from ticketing.people.audit import record_audit
from ticketing.photos.keeping import photos_of
from ticketing.photos.store import PhotoStore
from ticketing.records import Record
from ticketing.records.calls import News
from ticketing.records.keeping import OrderDisposal, OrderHold, OrderPhoto
from ticketing.records.order_life import RatingFix, Supervision
from ticketing.records.recordings import Recording, RecordingHold, WorkOrderRecording
from ticketing.records.work_orders import WorkOrder, WorkOrderEvent
from ticketing.rules.calendar import local_day
from ticketing.rules.hashchain import GENESIS, Break, Link, first_break, link
from ticketing.rules.states import State

logger = logging.getLogger(__name__)

RULE: Final = (
    "《12328交通运输服务监督热线管理办法》第三十条：工单存档期限不少于五年；期满且无保全、争议"
)
FIVE_YEARS: Final = timedelta(days=5 * 365)
"""A little less than five years: who is looked at; the day itself is looked at one by one."""
PAGE: Final = 500
_LOCK: Final = 12_328_031
"""PostgreSQL's advisory lock of the certificates' chain; SQLite has one writer anyway."""


def dispose_orders(
    database: Database, store: PhotoStore, clock: Clock, most: int = 200, page: int = PAGE
) -> int:
    """Disposes of what is due, the oldest first; returns how many."""
    finish_disposals(database, store, clock.now())
    disposed = 0
    for order_id in _old(database, clock.now(), page):
        if disposed >= most:
            break  # the next turn goes on; other jobs of the lane wait no longer
        try:
            with database.transaction() as session:
                dispose(session, clock.now(), order_id)
        except NotAllowed as error:
            logger.debug("order %d stays: %s", order_id, error.reason)
        except IntegrityError:
            logger.exception("order %d stays: something still points to it", order_id)
        else:
            disposed += 1
    finish_disposals(database, store, clock.now())
    return disposed


def dispose(session: Session, moment: datetime, order_id: int) -> OrderDisposal:
    """The certificate, and no order any more. Raises NotAllowed while anything keeps it."""
    order = session.get_one(WorkOrder, order_id, with_for_update=True, populate_existing=True)
    reason = why_kept(session, order, local_day(moment))
    if reason is not None:
        raise NotAllowed("order.dispose", reason)
    certificate = _certify(session, moment, order)
    for table in reversed(Record.metadata.sorted_tables):
        _delete_rows(session, table, order.id)
    _delete_words(session, order.id)
    session.execute(delete(WorkOrder).where(WorkOrder.id == order.id))
    session.expunge(order)
    detail = {"certificate": certificate.hash, "events": certificate.events}
    record_audit(
        session,
        moment,
        SYSTEM,
        "order.dispose",
        "work_order",
        certificate.order_no,
        reason=RULE,
        detail=detail,
    )
    session.add(News(at=moment, topic="work_order.disposed", subject=certificate.order_no))
    session.flush()
    return certificate


def why_kept(session: Session, order: WorkOrder, today: date) -> str | None:
    """Why this order may not be disposed of on that day, in Chinese; None: it may."""
    last_day = keep_until(session, order)
    if order.state != State.ARCHIVED or last_day is None:
        return "工单尚未归档"
    if today <= last_day:
        return f"保存期至{last_day.isoformat()}"
    hold = session.scalars(
        select(OrderHold).where(
            OrderHold.work_order_id == order.id, OrderHold.released_at.is_(None)
        )
    ).first()
    if hold is not None:
        return f"{HoldKind(hold.kind).zh}：{hold.reason}"
    for condition, reason in (
        (exists().where(WorkOrder.parent_id == order.id), "尚有并案或集中反映的子工单"),
        (
            exists().where(RatingFix.work_order_id == order.id, RatingFix.done_at.is_(None)),
            "差评整改尚未完成",
        ),
        (
            exists().where(
                Supervision.work_order_id == order.id, Supervision.answered_at.is_(None)
            ),
            "督办尚无结果",
        ),
        (_recording_is_held(order), "录音正在保全"),
        (~exists().where(WorkOrder.id > order.id), "最新一件工单须保留"),
    ):
        if session.scalar(select(condition)):
            return reason
    return None


def finish_disposals(database: Database, store: PhotoStore, moment: datetime) -> None:
    """Removes the files of photos whose orders are certified as disposed of."""
    with database.reading() as session:
        open_ids = session.scalars(
            select(OrderDisposal.id).where(OrderDisposal.files_gone_at.is_(None))
        ).all()
    for certificate_id in open_ids:
        with database.transaction() as session:
            certificate = session.get_one(OrderDisposal, certificate_id, with_for_update=True)
            if certificate.files_gone_at is not None:
                continue  # another worker was here
            for sha256 in certificate.photos:
                store.remove_unless_used(session, sha256)
            certificate.files_gone_at = moment


def broken_certificate(session: Session) -> Break | None:
    """Where the chain of certificates is not what was written."""
    rows = session.scalars(select(OrderDisposal).order_by(OrderDisposal.id))
    return first_break(Link(_content(one), one.previous_hash, one.hash) for one in rows)


def photo_problems(database: Database, store: PhotoStore) -> Iterator[str]:
    """One Chinese sentence for each photo that is not as it came."""
    with database.reading() as session:
        rows = select(OrderPhoto.id, OrderPhoto.sha256).execution_options(yield_per=1000)
        for photo_id, sha256 in session.execute(rows):
            if not store.is_whole(sha256):
                yield f"照片{photo_id}：库中文件不见了或内容被改动"


def _old(database: Database, moment: datetime, page: int) -> Iterator[int]:
    """Ids of archived orders that may be due, the oldest first, a page at a time."""
    after: tuple[datetime | None, int] | None = None
    while True:
        query = (
            select(WorkOrder.archived_at, WorkOrder.id)
            .where(WorkOrder.archived_at < moment - FIVE_YEARS)
            .order_by(WorkOrder.archived_at, WorkOrder.id)
            .limit(page)
        )
        if after is not None:
            at, order_id = after
            later = (WorkOrder.archived_at == at) & (WorkOrder.id > order_id)
            query = query.where(WorkOrder.archived_at >= at, later | (WorkOrder.archived_at > at))
        with database.reading() as session:
            rows = session.execute(query).all()
        yield from (order_id for _, order_id in rows)
        if len(rows) < page:
            return
        after = (rows[-1][0], rows[-1][1])


def _certify(session: Session, moment: datetime, order: WorkOrder) -> OrderDisposal:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    newest = select(OrderDisposal.hash).order_by(OrderDisposal.id.desc()).limit(1)
    last_day, photos = keep_until(session, order), photos_of(session, order)
    certificate = OrderDisposal(
        work_order_id=order.id,
        order_no=order.order_no,
        at=moment,
        archived_at=order.archived_at,
        keep_until=last_day,
        events=session.scalar(
            select(func.count())
            .select_from(WorkOrderEvent)
            .where(WorkOrderEvent.work_order_id == order.id)
        ),
        last_hash=order.last_hash,
        photos=sorted({row.sha256 for row in photos}),
        rule=RULE,
        previous_hash=session.scalars(newest).first() or GENESIS,
    )
    certificate.hash = link(_content(certificate), certificate.previous_hash)
    session.add(certificate)
    session.flush()  # from here on the database lets the order go
    return certificate


def _delete_rows(session: Session, table: Table, order_id: int) -> None:
    """What hangs on the order, by its foreign keys: a table somebody adds later too."""
    for column in table.columns:
        points_here = any(key.column.table.name == "work_order" for key in column.foreign_keys) or (
            table.name,
            column.name,
        ) == ("work_order_recording", "work_order_id")
        if points_here and table.name != "work_order":
            session.execute(delete(table).where(column == order_id))


def _delete_words(session: Session, order_id: int) -> None:
    column = "rowid" if session.get_bind().dialect.name == "sqlite" else "work_order_id"
    words = f"DELETE FROM work_order_search WHERE {column} = :id"  # noqa: S608 (our own words)
    session.execute(text(words), {"id": order_id})


def _recording_is_held(order: WorkOrder) -> ColumnElement[bool]:
    bound = select(WorkOrderRecording.recording_id).where(
        WorkOrderRecording.work_order_id == order.id
    )
    of_call = select(Recording.id).where(Recording.call_key == (order.call_key or ""))
    return exists().where(
        RecordingHold.released_at.is_(None),
        RecordingHold.recording_id.in_(bound.union(of_call)),
    )


def _content(certificate: OrderDisposal) -> dict[str, object]:
    names = ("at", "work_order_id", "order_no", "archived_at", "keep_until", "events")
    return {name: getattr(certificate, name) for name in (*names, "last_hash", "photos", "rule")}
