"""What was said on a real line is in the vault seconds later, each side for itself, or is named."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from asterisk_conf.names import TRANSFER
from asterisk_conf.secrets import seat_password
from asterisk_conf.tree import Asterisk
from tests.asterisk.calls import AGENT, CALLER, SECOND, a_talk, talk_on
from tests.asterisk.carrier import Carrier, Seat
from tests.asterisk.conftest import site
from tests.asterisk.pbx import HotlinePbx, throwaway_settings
from tests.asterisk.sound import RATE, seconds_of_tone
from tests.waiting import wait_until
from tests.worker import Worker
from ticketing.clock import SystemClock
from ticketing.database import Database
from ticketing.recordings.ledger import bind_recordings
from ticketing.recordings.opus import decoded
from ticketing.records.calls import Call
from ticketing.records.recordings import Recording, WorkOrderRecording
from ticketing.records.work_orders import WorkOrder

PATIENCE = 60.0
BOUND_WITHIN = timedelta(seconds=5)


@pytest.fixture
def database_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """One make is enough here: what differs between them is tested without telephones."""
    path = tmp_path / "hotline.db"
    path.write_bytes(_sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def worker(pbx: HotlinePbx, tmp_path: Path, database_url: str) -> Iterator[Worker]:
    worker = worker_of(pbx, tmp_path, database_url)
    worker.start()
    yield worker
    worker.close()


def worker_of(pbx: HotlinePbx, folder: Path, database_url: str) -> Worker:
    return Worker(
        folder / "state",
        database_url,
        systemname=pbx.settings.systemname,
        monitor=pbx.settings.monitor,
        log=pbx.instance.folders.log,
    )


def open_order(database: Database, call_key: str) -> WorkOrder:
    """What the agent's form does while the talk goes on."""
    moment = SystemClock().now()
    order = WorkOrder(
        order_no="JT-1",
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
    with database.transaction() as session:
        session.add(order)
        session.flush()
        bind_recordings(session, order, moment)
    return order


def recordings(database: Database, key: str) -> list[Recording]:
    with database.reading() as session:
        query = select(Recording).where(Recording.call_key == key).order_by(Recording.id)
        return list(session.scalars(query))


def is_kept(database: Database, key: str, count: int) -> bool:
    found = recordings(database, key)
    return len(found) == count and all(one.state in ("stored", "missing") for one in found)


def sides(worker: Worker, recording: Recording) -> list[np.ndarray]:
    """The stored file's sides at 8 kHz."""
    sound = np.concatenate(list(decoded(worker.vault / recording.stored_path)), axis=1)
    return [side[:: 48_000 // RATE] for side in sound]


def test_a_talk_that_was_passed_on_is_kept_whole_and_bound_within_seconds(
    pbx: HotlinePbx, carrier: Carrier, worker: Worker, database: Database
) -> None:
    """Both directions in both phases, found by each party's own tone."""
    talk = a_talk(pbx, carrier)
    order = open_order(database, talk.key)
    talk_on(talk.seat, 2)
    pbx.ami.action("BlindTransfer", Channel=talk.leg, Context=TRANSFER, Exten="s1042")
    second = carrier.rings("1042").answer(hums=SECOND)
    talk.caller.hears_tone(SECOND)
    second.hears_tone(CALLER)
    talk_on(second, 2)
    talk.caller.hang_up()
    wait_until(lambda: is_kept(database, talk.key, 4), PATIENCE, "four recordings are kept")
    found = recordings(database, talk.key)
    assert [(one.kind, one.role, one.party, one.state) for one in found] == [
        ("voice", "caller", "13900001111", "stored"),
        ("voice", "agent", "1041", "stored"),
        ("voice", "agent", "1042", "stored"),
        ("conversation", "", "", "stored"),
    ]
    caller_side, agents_side = sides(worker, found[3])
    assert seconds_of_tone(caller_side, CALLER) >= 3.5
    assert seconds_of_tone(agents_side, AGENT) >= 1.5
    assert seconds_of_tone(agents_side, SECOND) >= 1.5
    assert seconds_of_tone(agents_side, CALLER) == 0
    for recording, hertz in zip(found[:3], (CALLER, AGENT, SECOND), strict=True):
        assert seconds_of_tone(sides(worker, recording)[0], hertz) >= 1.5
    with database.reading() as session:
        call = session.scalars(select(Call).where(Call.key == talk.key)).one()
        bound = session.scalars(
            select(WorkOrderRecording).where(WorkOrderRecording.work_order_id == order.id)
        ).all()
    assert (call.outcome, call.caller_number) == ("talked", "13900001111")
    assert call.ended_at is not None
    assert {one.recording_id for one in bound} == {one.id for one in found}
    after_hang_up = [one.stored_at - call.ended_at for one in found[:3] if one.stored_at]
    assert len(after_hang_up) == 3
    assert max(after_hang_up) < BOUND_WITHIN, after_hang_up
    wait_until(
        lambda: not list(worker.monitor.glob(f"{talk.key}_*")), PATIENCE, "the originals are gone"
    )


def test_asterisk_killed_in_mid_talk_leaves_what_was_said_until_then(
    asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory, database_url: str
) -> None:
    """kill -9; the last two seconds may be missing, the rest is mended and says so."""
    state = tmp_path_factory.mktemp("k")
    settings = throwaway_settings(state)
    pbx = HotlinePbx(asterisk, settings, site(settings.carrier_port))
    pbx.start()
    carrier = Carrier(
        asterisk, state / "c", settings.prompts, settings.carrier_port, settings.sip_port
    )
    seats = ("1041", "1042", "1043")
    carrier.start([Seat(e, seat_password(settings.installation_secret, e)) for e in seats])
    worker = worker_of(pbx, state, database_url)
    database = Database(database_url)
    try:
        worker.start()
        talk = a_talk(pbx, carrier)
        talk_on(talk.seat, 6)
        pbx.kill()
        pbx.start()
        wait_until(lambda: is_kept(database, talk.key, 3), PATIENCE, "three recordings are kept")
        caller, agent, both = recordings(database, talk.key)
        assert {one.state for one in (caller, agent, both)} == {"stored"}
        assert (caller.repaired, agent.repaired) == (True, True)
        assert seconds_of_tone(sides(worker, caller)[0], CALLER) >= 3
        assert seconds_of_tone(sides(worker, agent)[0], AGENT) >= 3
        with database.reading() as session:
            call = session.scalars(select(Call).where(Call.key == talk.key)).one()
        assert call.outcome == "talked"
        assert call.ended_at is not None
    finally:
        worker.close()
        database.close()
        carrier.stop()
        pbx.stop()
