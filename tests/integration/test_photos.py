"""Photos come before their matter, live with it, and vanish when it never comes. Both databases."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from tests.centre import CONTENT, DISPATCHER, PHONE, Centre
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotFound, TooMany
from ticketing.orders import archive
from ticketing.orders.views import history
from ticketing.photos.keeping import (
    MOST,
    PER_ADDRESS,
    UNSENT_FOR,
    forget_unsent,
    may_see_photos,
    photos_of,
    remove_strays,
    see_photo,
    take_photo,
)
from ticketing.photos.picture import Picture, picture_of
from ticketing.photos.store import PhotoStore
from ticketing.records.keeping import OrderPhoto
from ticketing.records.people import AuditEntry
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.classification import Kind
from ticketing.window.filing import Matter, file_matter

FILED = Matter(
    key="0123456789abcdef",
    channel="web",
    kind=Kind.COMPLAINT,
    content=CONTENT,
    phone=PHONE,
    object="辽A12345",
    reason="请求退还多收的费用",
)


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    return PhotoStore(tmp_path / "vault")


@pytest.fixture(autouse=True)
def centre(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        Centre(session, moment)


def picture(number: int = 0) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (number * 7 % 256, 100, 100)).save(out, "PNG")
    return picture_of(out.getvalue())


def taken(
    database: Database, moment: datetime, store: PhotoStore, number: int = 0, address: str = "a"
) -> str:
    with database.transaction() as session:
        return take_photo(session, moment, store, picture(number), address)


def filed(database: Database, moment: datetime, *photos: str, key: str = FILED.key) -> WorkOrder:
    with database.transaction() as session:
        return file_matter(session, moment, replace(FILED, key=key, photos=photos))


def test_photos_are_filed_with_their_matter_and_their_hashes_are_history(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    tokens = [taken(database, moment, store, number) for number in range(3)]
    order = filed(database, moment, *tokens)
    with database.reading() as session:
        rows = photos_of(session, order)
        assert [store.is_whole(row.sha256) for row in rows] == [True] * 3
        last = history(session, order)[-1]
        assert last.evidence["photos"] == [row.sha256 for row in rows]
        assert archive.verify(session, order) is None


def test_a_matter_sent_twice_has_its_photos_once(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    token = taken(database, moment, store)
    assert filed(database, moment, token).id == filed(database, moment, token).id
    with database.reading() as session:
        order = session.scalars(select(WorkOrder)).one()
        assert len(photos_of(session, order)) == 1
        assert len(history(session, order)) == 2


def test_more_than_five_photos_are_refused_also_in_two_goes(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    tokens = [taken(database, moment, store, number) for number in range(MOST + 1)]
    with pytest.raises(InvalidInput):
        filed(database, moment, *tokens)
    filed(database, moment, *tokens[:MOST])
    with pytest.raises(InvalidInput):
        filed(database, moment, tokens[MOST])


def test_nobody_files_a_photo_of_somebody_elses_matter(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    token = taken(database, moment, store)
    filed(database, moment, token)
    with pytest.raises(InvalidInput):
        filed(database, moment, token, key="fedcba9876543210")
    with pytest.raises(InvalidInput):
        filed(database, moment, "made-up-made-up-made-up", key="fedcba9876543210")


def test_one_address_sends_only_so_many(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    for number in range(PER_ADDRESS[0][1]):
        taken(database, moment, store, number)
    with pytest.raises(TooMany):
        taken(database, moment, store)
    taken(database, moment, store, address="b")
    taken(database, moment + timedelta(hours=1), store)


def test_one_telephone_files_only_so_many_a_day(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    for number in range(6):
        tokens = [taken(database, moment, store, one, f"{number}") for one in range(MOST)]
        filed(database, moment, *tokens, key=f"key-of-matter-{number:04}")
    token = taken(database, moment, store)
    with pytest.raises(TooMany):
        filed(database, moment, token, key="key-of-matter-9999")


def test_a_photo_whose_matter_never_came_is_removed_and_no_other(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    kept = taken(database, moment, store, 1)
    taken(database, moment, store, 1)  # the same picture, never filed
    taken(database, moment, store, 2)
    filed(database, moment, kept)
    later = moment + UNSENT_FOR + timedelta(minutes=1)
    young = picture(3)
    taken(database, later, store, 3)
    with database.transaction() as session:
        assert forget_unsent(session, later, store) == 2
        assert forget_unsent(session, later, store) == 0
    assert store.is_whole(picture(1).sha256)
    assert store.is_whole(young.sha256)
    assert not store.path(picture(2).sha256).exists()


def test_a_file_whose_row_was_never_committed_is_tidied_away_and_no_other(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    """A crash between file and commit leaves nothing for ever."""
    filed(database, moment, taken(database, moment, store, 1))
    with database.reading() as session:
        take_photo(session, moment, store, picture(2), "a")  # rolled back
    kept = store.path(picture(1).sha256)
    strays = [store.path(picture(2).sha256), kept.with_name(f"{kept.name}.7.part")]
    strays[1].write_bytes(b"half")
    soon = datetime.now(UTC)
    with database.reading() as session:
        assert sum(remove_strays(session, soon, store, one) for one in range(256)) == 0
        later = soon + timedelta(days=2)
        assert sum(remove_strays(session, later, store, one) for one in range(256)) == 2
    assert not any(one.exists() for one in strays)
    assert store.is_whole(picture(1).sha256)


def test_the_database_refuses_to_change_or_delete_a_filed_photo(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    filed(database, moment, taken(database, moment, store))
    with pytest.raises(DatabaseError), database.transaction() as session:
        session.execute(delete(OrderPhoto))
    with pytest.raises(DatabaseError), database.transaction() as session:
        session.execute(update(OrderPhoto).values(sha256="0" * 64))


def test_a_unit_sees_photos_of_its_own_orders_but_not_of_a_confidential_caller(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    order = filed(database, moment, taken(database, moment, store))
    with database.transaction() as session:
        centre = Centre(session, moment)
        taxi, bus = centre.handler("TAXI"), centre.handler("BUS")
        order = session.get_one(WorkOrder, order.id)
        order.lead_unit_id = taxi.unit_id
        session.flush()
        (photo,) = photos_of(session, order)
        seen = see_photo(session, moment, taxi, order.order_no, photo.id, "")
        assert seen.sha256 == photo.sha256
        with pytest.raises(NotFound):
            see_photo(session, moment, bus, order.order_no, photo.id, "")
        order.confidential = True
        assert not may_see_photos(taxi, order)
        with pytest.raises(NotFound):
            see_photo(session, moment, taxi, order.order_no, photo.id, "")
        see_photo(session, moment, DISPATCHER, order.order_no, photo.id, "")
        who = session.scalars(select(AuditEntry.who).where(AuditEntry.what == "photo.see")).all()
        assert who == [taxi.login, DISPATCHER.login]


def test_a_photo_of_another_order_is_not_found_under_this_one(
    database: Database, moment: datetime, store: PhotoStore
) -> None:
    first = filed(database, moment, taken(database, moment, store))
    other = filed(database, moment, key="fedcba9876543210")
    with database.transaction() as session:
        (photo,) = photos_of(session, first)
        with pytest.raises(NotFound):
            see_photo(session, moment, DISPATCHER, other.order_no, photo.id, "")
