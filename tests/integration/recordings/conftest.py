"""A stage with Asterisk's folder, the vault and what works on them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.fakes.asterisk_files import KEY, write_cut_wav, write_wav
from tests.fakes.clock import MovableClock
from ticketing.calls import facts
from ticketing.database import Database
from ticketing.recordings import ledger, reconcile
from ticketing.recordings.converter import Converter
from ticketing.recordings.keeper import Keeper, Makes
from ticketing.recordings.reading import LogReader
from ticketing.recordings.vault import Vault
from ticketing.records.recordings import Recording
from ticketing.records.work_orders import WorkOrder

NODE = "hotline1"


class Stage:
    """One node's files and the worker's pieces, moved on by hand."""

    def __init__(self, folder: Path, database: Database, converter: Makes) -> None:
        self.database = database
        self.clock = MovableClock(datetime.now(UTC))
        self.monitor = folder / "monitor"
        self.monitor.mkdir()
        self.cel = folder / "cel.json"
        self.queue_log = folder / "queue_log"
        self.vault = Vault(folder / "vault")
        self.converter = converter
        self.drafts: list[str] = []
        self.reader = self.new_reader()

    def new_reader(self) -> LogReader:
        return LogReader(
            self.database,
            NODE,
            self.cel,
            self.queue_log,
            lambda session, at: (
                reconcile.close_lost_calls(session, NODE, at, self.monitor) and None
            ),
        )

    def _restarted(self, session: Session, at: datetime) -> None:
        reconcile.close_lost_calls(session, NODE, at, self.monitor)

    def keeper(self, makes: Makes | None = None) -> Keeper:
        return Keeper(
            self.database,
            self.clock,
            NODE,
            self.monitor,
            self.vault,
            makes or self.converter,
            self._draft,
        )

    def asterisk_writes(self, *lines: str) -> None:
        with self.cel.open("a") as file:
            file.write("".join(lines))

    def record(
        self,
        stretch: str,
        sound: np.ndarray | None,
        began: datetime,
        *,
        role: str = "caller",
        kind: str = ledger.VOICE,
        cut: bool = False,
        key: str = KEY,
    ) -> Path:
        """A recording as the dialplan announces it, and its file."""
        path = self.monitor / f"{key}_{stretch}.wav"
        with self.database.transaction() as session:
            facts.call_began(session, key, began, caller_number="13912345678")
            announced = ledger.Stretch(stretch, key, kind, path.name, role, "1001")
            ledger.announce(session, announced, began)
        if sound is not None:
            (write_cut_wav if cut else write_wav)(path, sound)
        return path

    def call_ends(self, at: datetime, key: str = KEY) -> None:
        with self.database.transaction() as session:
            facts.call_ended(session, key, at)

    def recordings(self) -> dict[str, Recording]:
        with self.database.reading() as session:
            every = session.scalars(select(Recording).order_by(Recording.id)).all()
        return {one.stretch: one for one in every}

    def order(self, number: str, call_key: str | None = KEY) -> WorkOrder:
        """A row as intake writes it, without the life around it."""
        moment = self.clock.now()
        order = WorkOrder(
            order_no=number,
            state="draft",
            kind="consult",
            region_code="210100",
            channel="phone",
            call_key=call_key,
            content="x",
            accepted_at=moment,
            created_at=moment,
            updated_at=moment,
        )
        with self.database.transaction() as session:
            session.add(order)
            session.flush()
            ledger.bind_recordings(session, order, moment)
        return order

    def _draft(self, _session: Session, _moment: datetime, recording: Recording) -> None:
        self.drafts.append(recording.stretch)


@pytest.fixture(scope="session")
def converter() -> Iterator[Converter]:
    converter = Converter()
    yield converter
    converter.close()


@pytest.fixture
def stage(tmp_path: Path, database: Database, converter: Converter) -> Stage:
    return Stage(tmp_path, database, converter)
