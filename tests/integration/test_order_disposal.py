"""Orders end lawfully after five years, with proof, and in no other way. Both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.centre import AGENT, COMPLAINT, CONSULTATION, DISPATCHER, LEADER, Centre, at
from tests.fakes.clock import MovableClock
from tests.integration.test_photos import picture
from ticketing.actors import person
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed
from ticketing.orders import archive, intake, supervision
from ticketing.orders.disposal import (
    broken_certificate,
    dispose,
    dispose_orders,
    finish_disposals,
    photo_problems,
    why_kept,
)
from ticketing.orders.holds import HoldKind, place_order_hold, release_order_hold
from ticketing.orders.supervision import Demand, SupervisionType
from ticketing.people.audit import verify_audit
from ticketing.photos.keeping import attach_photos, take_photo
from ticketing.photos.store import PhotoStore
from ticketing.records import Record
from ticketing.records.keeping import OrderDisposal, OrderHold, OrderPhoto
from ticketing.records.notices import Notice, ReceivedSms
from ticketing.records.order_life import OrderLink, ReturnVisit, UnitReply
from ticketing.records.people import AuditEntry
from ticketing.records.recordings import Recording, RecordingHold
from ticketing.records.work_orders import WorkOrder, WorkOrderEvent
from ticketing.rules.permissions import Role

LONG_AGO = at("2019-03-04 10:00")
"""Long enough for the databases' own clocks, which no test can set."""
MANAGER = person("manager", "中心负责人", [Role.CENTRE_MANAGER])
ANSWER = "经查询沈大高速今天上午八点已经解除临时管制，全线双向正常通行"


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    return PhotoStore(tmp_path / "vault")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime.now(UTC))


@pytest.fixture
def old(database: Database, store: PhotoStore) -> int:
    """A consultation with a photo, archived in 2019, and a newer order after it."""
    with database.transaction() as session:
        centre = Centre(session, LONG_AGO)
        order = archived(centre)
        token = take_photo(session, LONG_AGO, store, picture(), "a")
        photo = session.scalars(select(OrderPhoto)).one()
        assert token
        photo.work_order_id = order.id
        centre.drafted(CONSULTATION)
        return order.id


def archived(centre: Centre) -> WorkOrder:
    draft = centre.drafted(CONSULTATION)
    session = centre.session
    intake.answer_instantly(session, centre.now, AGENT, draft.order_no, ANSWER)
    return archive.archive(session, centre.now, DISPATCHER, draft.order_no)


def tables_with(session: Session, order_id: int) -> set[str]:
    """Where something of the order still is."""
    found = set()
    for table in Record.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "work_order" for key in column.foreign_keys):
                count = select(func.count()).select_from(table).where(column == order_id)
                if session.scalar(count):
                    found.add(table.name)
    return found


def run(database: Database, store: PhotoStore, clock: MovableClock) -> int:
    return dispose_orders(database, store, clock)


def test_after_five_years_nothing_is_left_but_the_certificate_and_the_audit(
    database: Database, store: PhotoStore, clock: MovableClock, old: int
) -> None:
    with database.reading() as session:
        order = session.get_one(WorkOrder, old)
        order_no, last_hash = order.order_no, order.last_hash
        assert tables_with(session, old) >= {"work_order_event", "notice", "order_photo"}
    assert run(database, store, clock) == 1
    with database.reading() as session:
        assert session.get(WorkOrder, old) is None
        assert tables_with(session, old) == set()
        certificate = session.scalars(select(OrderDisposal)).one()
        assert (certificate.order_no, certificate.last_hash) == (order_no, last_hash)
        assert certificate.events == 3
        assert certificate.files_gone_at is not None
        assert broken_certificate(session) is None
        audit = session.scalars(select(AuditEntry).where(AuditEntry.what == "order.dispose")).one()
        assert audit.subject_key == order_no
        assert verify_audit(session) is None
        words = text("SELECT count(*) FROM work_order_search")
        assert session.scalar(words) == 1
    assert not store.path(picture().sha256).exists()
    assert list(archive.tampered_orders(database)) == []
    assert run(database, store, clock) == 0


def test_it_goes_page_by_page_past_what_is_kept(
    database: Database, store: PhotoStore, clock: MovableClock
) -> None:
    """Held orders at the front stop nobody behind them."""
    with database.transaction() as session:
        centre = Centre(session, LONG_AGO)
        orders = [archived(centre) for _ in range(5)]
        for order in orders[:3]:
            hold(session, order)
        centre.drafted(CONSULTATION)
    assert dispose_orders(database, store, clock, page=2) == 2
    with database.reading() as session:
        left = session.scalars(select(WorkOrder.id).order_by(WorkOrder.id)).all()
    assert left[:3] == [order.id for order in orders[:3]]
    assert len(left) == 4


def test_the_photo_of_another_order_survives_the_same_picture(
    database: Database, store: PhotoStore, clock: MovableClock, old: int
) -> None:
    with database.transaction() as session:
        other = session.scalars(select(WorkOrder).where(WorkOrder.id > old)).one()
        token = take_photo(session, LONG_AGO, store, picture(), "a")
        attach_photos(session, LONG_AGO, AGENT, other, [token])
    assert run(database, store, clock) == 1
    assert store.is_whole(picture().sha256)
    assert list(photo_problems(database, store)) == []


def test_files_are_removed_even_when_the_worker_died_before(
    database: Database, store: PhotoStore, clock: MovableClock, old: int
) -> None:
    with database.transaction() as session:
        dispose(session, clock.now(), old)
    assert store.is_whole(picture().sha256)
    finish_disposals(database, store, clock.now())
    assert not store.path(picture().sha256).exists()


def hold(session: Session, order: WorkOrder) -> None:
    place_order_hold(session, LONG_AGO, MANAGER, order.order_no, HoldKind.HOLD, "行政复议")


def dispute(session: Session, order: WorkOrder) -> None:
    place_order_hold(session, LONG_AGO, MANAGER, order.order_no, HoldKind.DISPUTE, "当事人有异议")


def child(session: Session, order: WorkOrder) -> None:
    other = session.scalars(select(WorkOrder).where(WorkOrder.id > order.id)).one()
    other.parent_id = order.id


def held_recording(session: Session, order: WorkOrder) -> None:
    order.call_key = "k-1.1"
    recording = Recording(
        stretch="k-1.1-caller",
        call_key="k-1.1",
        kind="voice",
        state="stored",
        started_at=LONG_AGO,
        retain_until=LONG_AGO.date(),
    )
    session.add(recording)
    session.flush()
    session.add(
        RecordingHold(recording_id=recording.id, reason="诉讼", placed_by="m", placed_at=LONG_AGO)
    )


def not_archived(session: Session, order: WorkOrder) -> None:
    order.state, order.archived_at = "closed", None


def four_years(session: Session, order: WorkOrder) -> None:
    order.archived_at = datetime.now(UTC) - timedelta(days=4 * 365)


@pytest.mark.parametrize("keeps", [hold, dispute, child, held_recording, not_archived, four_years])
def test_what_keeps_an_order_keeps_it_whole(
    database: Database,
    store: PhotoStore,
    clock: MovableClock,
    old: int,
    keeps: Callable[[Session, WorkOrder], None],
) -> None:
    with database.transaction() as session:
        keeps(session, session.get_one(WorkOrder, old))
    with database.reading() as session:
        before = tables_with(session, old)
    assert run(database, store, clock) == 0
    with database.transaction() as session:
        assert why_kept(session, session.get_one(WorkOrder, old), clock.now().date())
        with pytest.raises(NotAllowed):
            dispose(session, clock.now(), old)
    with database.reading() as session:
        assert tables_with(session, old) == before
    assert store.is_whole(picture().sha256)


def test_an_open_supervision_keeps_its_order(
    database: Database, store: PhotoStore, clock: MovableClock
) -> None:
    demand = Demand(SupervisionType.WRITTEN, "某单位", "限期整改并报告")
    with database.transaction() as session:
        centre = Centre(session, LONG_AGO)
        order = centre.dispatched(CONSULTATION, "ROAD")
        row = supervision.supervise(session, LONG_AGO, LEADER, order.order_no, demand)
        intake.withdraw(session, LONG_AGO, DISPATCHER, order.order_no, "来电人撤回")
        archive.archive(session, LONG_AGO, DISPATCHER, order.order_no)
        centre.drafted(CONSULTATION)
    assert run(database, store, clock) == 0
    with database.transaction() as session:
        supervision.answer_supervision(session, LONG_AGO, row.number, "已整改")
    assert run(database, store, clock) == 1


def test_a_released_hold_no_longer_keeps_it_and_stays_on_record(
    database: Database, store: PhotoStore, clock: MovableClock, old: int
) -> None:
    with database.transaction() as session:
        order_no = session.get_one(WorkOrder, old).order_no
        with pytest.raises(NotAllowed):
            place_order_hold(session, LONG_AGO, AGENT, order_no, HoldKind.HOLD, "无权")
        with pytest.raises(InvalidInput):
            place_order_hold(session, LONG_AGO, MANAGER, order_no, HoldKind.HOLD, "  ")
        placed = place_order_hold(session, LONG_AGO, MANAGER, order_no, HoldKind.HOLD, "复议")
    assert run(database, store, clock) == 0
    with database.transaction() as session:
        release_order_hold(session, LONG_AGO, MANAGER, order_no, placed.id, "复议已结")
    assert run(database, store, clock) == 1
    with database.reading() as session:
        kinds = session.scalars(
            select(AuditEntry.what)
            .where(AuditEntry.subject_key == order_no)
            .order_by(AuditEntry.id)
        ).all()
    assert kinds == ["order.hold", "order.release", "order.dispose"]


def certificate_for(order: WorkOrder, **other: object) -> OrderDisposal:
    values = {
        "work_order_id": order.id,
        "order_no": order.order_no,
        "at": LONG_AGO,
        "archived_at": order.archived_at or LONG_AGO,
        "keep_until": LONG_AGO.date(),
        "events": 1,
        "last_hash": "",
        "photos": [],
        "rule": "",
        "previous_hash": "",
        "hash": "",
    }
    return OrderDisposal(**{**values, **other})


def test_the_database_writes_no_certificate_against_the_law(
    database: Database, store: PhotoStore, old: int
) -> None:
    """Not even for somebody with SQL in hand: young, held, open, the parent of another, renamed."""
    cases: list[tuple[Callable[[Session, WorkOrder], None], dict[str, object]]] = [
        (hold, {}),
        (child, {}),
        (not_archived, {}),
        (four_years, {}),
        (four_years, {"archived_at": LONG_AGO}),
        (lambda *_: None, {"order_no": "JT21010020190304000000001"}),
        (lambda *_: None, {"work_order_id": old + 1}),
    ]
    for change, other in cases:
        with database.transaction() as session:
            order = session.get_one(WorkOrder, old)
            change(session, order)
            session.flush()
            session.add(certificate_for(order, **other))
            with pytest.raises(DatabaseError):
                session.flush()
            session.rollback()
    with database.reading() as session:
        assert session.scalars(select(OrderDisposal)).all() == []


def test_the_newest_order_is_never_disposed_of(
    database: Database, store: PhotoStore, clock: MovableClock
) -> None:
    """SQLite would give its place, and with it the certificate, to the next one."""
    with database.transaction() as session:
        order = archived(Centre(session, LONG_AGO))
    assert run(database, store, clock) == 0
    with pytest.raises(DatabaseError), database.transaction() as session:
        session.add(certificate_for(order))


def test_without_a_certificate_the_database_deletes_nothing(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        centre = Centre(session, moment)
        order = centre.closed()
        hold(session, order)
        session.add(
            ReceivedSms(
                key="k", number="1", text="5", at=moment, taken_as="answer", work_order_id=order.id
            )
        )
        other = centre.drafted(replace(COMPLAINT, object="辽B1"))
        session.add(
            OrderLink(work_order_id=order.id, other_id=other.id, kind="repeat", at=moment, by="x")
        )
    for record in (WorkOrder, WorkOrderEvent, UnitReply, Notice, ReceivedSms, OrderHold, OrderLink):
        with pytest.raises(DatabaseError), database.transaction() as session:
            session.execute(delete(record))
    with database.reading() as session:
        assert session.get(WorkOrder, order.id) is not None


def test_one_orders_certificate_opens_no_other_order(
    database: Database, store: PhotoStore, clock: MovableClock, old: int, moment: datetime
) -> None:
    with database.transaction() as session:
        closed = Centre(session, moment).closed()
    assert run(database, store, clock) == 1
    for record in (WorkOrderEvent, UnitReply, Notice, WorkOrder):
        with pytest.raises(DatabaseError), database.transaction() as session:
            session.execute(delete(record))
    with pytest.raises(DatabaseError), database.transaction() as session:
        session.execute(update(WorkOrderEvent).values(reason="改过"))
    with database.reading() as session:
        assert session.scalars(select(ReturnVisit)).all() == []
        assert archive.verify(session, session.get_one(WorkOrder, closed.id)) is None


def test_a_certificate_is_never_changed_nor_deleted(
    database: Database, store: PhotoStore, clock: MovableClock, old: int
) -> None:
    assert run(database, store, clock) == 1
    for statement in (
        delete(OrderDisposal),
        update(OrderDisposal).values(order_no="JT"),
        update(OrderDisposal).values(files_gone_at=None),
    ):
        with pytest.raises(DatabaseError), database.transaction() as session:
            session.execute(statement)
