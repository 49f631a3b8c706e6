"""What was said on a real line is in the vault seconds later, each side for itself, or is named."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from asterisk_conf.names import TRANSFER, DialplanEvent
from asterisk_conf.secrets import seat_password
from asterisk_conf.tree import Asterisk
from tests.asterisk.calls import AGENT, CALLER, OUTSIDE, SECOND, a_talk, talk_on
from tests.asterisk.carrier import Carrier, Seat
from tests.asterisk.conftest import site
from tests.asterisk.pbx import HotlinePbx, throwaway_settings
from tests.asterisk.sound import RATE, seconds_of_tone
from tests.asterisk.test_rooms import consult, redirect
from tests.waiting import wait_for, wait_until
from tests.worker import Worker
from ticketing import setup
from ticketing.clock import SystemClock
from ticketing.database import Database
from ticketing.recordings.ledger import bind_recordings
from ticketing.recordings.opus import decoded
from ticketing.records.calls import Call, Talk
from ticketing.records.recordings import Recording, WorkOrderRecording
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.policy import Policy

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
    """Of a hotline that has no calls behind it: earlier tests left hundreds."""
    pbx.forget_calls()
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


def wait_kept(database: Database, key: str, count: int) -> list[Recording]:
    """The call's recordings, once so many are stored or named as missing."""

    def look() -> list[Recording] | None:
        found = recordings(database, key)
        done = len(found) == count and all(one.state in ("stored", "missing") for one in found)
        return found if done else None

    try:
        return wait_for(f"{count} recordings are kept", look, PATIENCE, pause=0.1)
    except AssertionError as error:
        states = {one.stretch: one.state for one in recordings(database, key)}
        raise AssertionError(f"{error}: {states}") from error


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
    wait_kept(database, talk.key, 4)
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


def test_a_consultation_keeps_all_three_under_the_callers_call(
    pbx: HotlinePbx, carrier: Carrier, worker: Worker, database: Database
) -> None:
    """The seat asked in has a linkedid of its own; its words belong to the caller's call."""
    asked = consult(pbx, carrier)
    redirect(pbx, asked.second_leg, f"r{asked.id}")
    asked.talk.seat.hang_up()
    asked.talk.caller.hears_tone(SECOND)
    talk_on(asked.second, 2)
    asked.talk.caller.hang_up()
    asked.second.hang_up()
    key = asked.talk.key
    wait_kept(database, key, 4)
    caller, first, second, both = recordings(database, key)
    assert {one.state for one in (caller, first, second, both)} == {"stored"}
    assert (first.party, second.party) == ("1041", "1042")
    caller_side, agents_side = sides(worker, both)
    assert seconds_of_tone(caller_side, CALLER) >= 1.5, "while talking; alone with music, silence"
    assert seconds_of_tone(sides(worker, second)[0], SECOND) >= 2
    assert seconds_of_tone(agents_side, CALLER) == 0
    with database.reading() as session:
        talks = session.scalars(select(Talk).where(Talk.call_key == key).order_by(Talk.id)).all()
    assert [(one.extension, one.answered_at is not None) for one in talks] == [
        ("1041", True),
        ("1042", True),
    ]
    assert all(one.ended_at is not None for one in talks)


def test_a_call_to_a_citizen_has_the_citizen_on_the_left(
    pbx: HotlinePbx, carrier: Carrier, worker: Worker, database: Database
) -> None:
    seat = carrier.dial_from_seat("1041", "13800138000")
    citizen = carrier.rings("13800138000").answer(hums=OUTSIDE)
    seat.is_answered()
    seat.speaks(AGENT)
    citizen.hears_tone(AGENT)
    talk_on(seat, 2)
    citizen.hang_up()
    key = pbx.told(DialplanEvent.CALL)[-1]["call"]
    wait_kept(database, key, 3)
    both = recordings(database, key)[2]
    left, right = sides(worker, both)
    assert seconds_of_tone(left, OUTSIDE) >= 1.5
    assert seconds_of_tone(right, AGENT) >= 1.5
    with database.reading() as session:
        call = session.scalars(select(Call).where(Call.key == key)).one()
        talk = session.scalars(select(Talk).where(Talk.call_key == key)).one()
    assert (call.direction, call.caller_number, call.outcome) == ("out", "13800138000", "talked")
    assert (talk.extension, talk.end_reason) == ("1041", "caller")


def test_a_voice_message_becomes_a_draft_order_with_its_sound(
    pbx: HotlinePbx, carrier: Carrier, worker: Worker, database: Database
) -> None:
    """Nobody is signed in; the caller speaks after the tone and hangs up."""
    with database.transaction() as session:
        setup.install(session, SystemClock().now(), Policy())
    before = len(pbx.told(DialplanEvent.CALL))
    caller = carrier.dial("12328")
    caller.hears("named/leave-message")
    caller.hears_tone(1000)
    caller.speaks(CALLER)
    talk_on(caller, 3)
    caller.hang_up()
    key = pbx.wait_told(DialplanEvent.CALL, since=before)["call"]

    def order() -> WorkOrder | None:
        with database.reading() as session:
            return session.scalars(select(WorkOrder).where(WorkOrder.call_key == key)).one_or_none()

    wait_until(lambda: order() is not None, PATIENCE, "a draft order is there")
    found = [one for one in recordings(database, key) if one.kind == "message"]
    assert [one.state for one in found] == ["stored"]
    assert seconds_of_tone(sides(worker, found[0])[0], CALLER) >= 2
    with database.reading() as session:
        call = session.scalars(select(Call).where(Call.key == key)).one()
        bound = session.scalars(select(WorkOrderRecording.recording_id)).all()
    assert call.outcome == "message"
    assert found[0].id in bound


def test_a_worker_killed_in_mid_talk_misses_nothing_of_it(
    pbx: HotlinePbx, carrier: Carrier, worker: Worker, database: Database
) -> None:
    talk = a_talk(pbx, carrier)
    worker.kill()
    talk_on(talk.seat, 2)
    talk.seat.hang_up()
    pbx.wait_quiet()
    worker.start()
    wait_kept(database, talk.key, 3)
    assert {one.state for one in recordings(database, talk.key)} == {"stored"}


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
        wait_kept(database, talk.key, 3)
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
