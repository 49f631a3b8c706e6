"""Nothing is deleted early by any way, and nothing without proof."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from tests.fakes.asterisk_files import KEY, tone
from tests.integration.recordings.conftest import Stage
from ticketing import catalogues, setup
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed, NotFound
from ticketing.recordings import retention
from ticketing.recordings.disposal import certify, dispose_due
from ticketing.recordings.verify import problems
from ticketing.records.calls import Call
from ticketing.records.recordings import DisposalCertificate, Recording, WorkOrderRecording
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.calendar import local_day
from ticketing.rules.policy import Policy, to_document

STRETCH = f"{KEY}-caller"


def a_stored_recording(stage: Stage, key: str = KEY) -> Recording:
    """An old talk in the vault."""
    stretch = f"{key}-caller"
    stage.record(stretch, tone(1, 1000), stage.clock.now(), key=key)
    stage.call_ends(stage.clock.now(), key)
    keeper = stage.keeper()
    keeper.tick()
    return stage.recordings()[stretch]


def dispose(stage: Stage) -> int:
    return dispose_due(stage.database, stage.vault, stage.clock)


def is_there(stage: Stage, recording: Recording) -> bool:
    return stage.vault.path(recording).exists()


def found(stage: Stage) -> list[str]:
    return list(problems(stage.database, stage.vault))


def test_on_the_last_day_it_is_kept_and_on_the_next_it_goes(stage: Stage) -> None:
    recording = a_stored_recording(stage)
    ended = local_day(stage.clock.now())
    assert recording.retain_until >= ended.replace(year=ended.year + 1, day=min(ended.day, 28))
    last_day = recording.retain_until
    stage.clock.pass_time(days=(last_day - ended).days)
    assert dispose(stage) == 0
    assert is_there(stage, recording)
    stage.clock.pass_time(days=1)
    assert dispose(stage) == 1
    assert not is_there(stage, recording)
    gone = stage.recordings()[STRETCH]
    assert (gone.state, gone.stored_path, gone.waveform) == ("disposed", "", {})
    with stage.database.reading() as session:
        certificate = session.scalars(select(DisposalCertificate)).one()
    assert (certificate.recording_id, certificate.sha256) == (recording.id, recording.sha256)
    assert found(stage) == []


def test_an_installation_may_keep_longer_but_never_shorter(stage: Stage) -> None:
    with stage.database.transaction() as session:
        setup.install(session, stage.clock.now(), Policy(recording_years=3))
    recording = a_stored_recording(stage)
    stage.clock.pass_time(days=2 * 366)
    assert dispose(stage) == 0
    with stage.database.transaction() as session:
        shorter = to_document(Policy(recording_years=0))
        catalogues.publish(session, stage.clock.now(), "x", "policy", "2", shorter)
    later = a_stored_recording(stage, "hotline1-2.0")
    assert (later.retain_until - local_day(stage.clock.now())).days >= 365
    assert is_there(stage, recording)


def hold(stage: Stage, recording: Recording) -> Callable[[], None]:
    """Somebody holds it; the answer releases it."""
    with stage.database.transaction() as session:
        placed = retention.place_hold(
            session, stage.clock.now(), recording.id, by="leader", reason="投诉争议"
        )

    def release() -> None:
        with stage.database.transaction() as session:
            retention.release_hold(session, stage.clock.now(), placed.id, by="leader")

    return release


def open_order(stage: Stage, _recording: Recording) -> Callable[[], None]:
    """An order of the call is open; the answer closes it."""
    order = stage.order("JT-1")

    def close() -> None:
        with stage.database.transaction() as session:
            session.get_one(WorkOrder, order.id).closed_at = stage.clock.now()

    return close


def bound_order(stage: Stage, recording: Recording) -> Callable[[], None]:
    """An open order of another call holds this recording as evidence."""
    order = stage.order("JT-2", call_key=None)
    with stage.database.transaction() as session:
        session.add(
            WorkOrderRecording(
                work_order_id=order.id, recording_id=recording.id, bound_at=stage.clock.now()
            )
        )

    def close() -> None:
        with stage.database.transaction() as session:
            session.get_one(WorkOrder, order.id).closed_at = stage.clock.now()

    return close


@pytest.mark.parametrize("keeps", [hold, open_order, bound_order])
def test_what_somebody_needs_is_kept_until_they_let_go(
    stage: Stage, keeps: Callable[[Stage, Recording], Callable[[], None]]
) -> None:
    recording = a_stored_recording(stage)
    let_go = keeps(stage, recording)
    stage.clock.pass_time(days=800)
    assert dispose(stage) == 0
    assert is_there(stage, recording)
    with stage.database.transaction() as session, pytest.raises(NotAllowed):
        certify(session, stage.clock.now(), recording.id)
    let_go()
    assert dispose(stage) == 1
    assert not is_there(stage, recording)


def test_a_hold_keeps_every_recording_of_its_call(stage: Stage) -> None:
    recording = a_stored_recording(stage)
    stage.record("hotline1-9.9-agent", tone(1, 500), stage.clock.now(), role="agent")
    keeper = stage.keeper()
    for _ in range(3):
        keeper.tick()
    hold(stage, recording)
    stage.clock.pass_time(days=800)
    assert dispose(stage) == 0


def test_a_hold_needs_a_reason_and_a_recording(stage: Stage) -> None:
    recording = a_stored_recording(stage)
    with stage.database.transaction() as session:
        with pytest.raises(InvalidInput):
            retention.place_hold(session, stage.clock.now(), recording.id, by="x", reason=" ")
        with pytest.raises(NotFound):
            retention.place_hold(session, stage.clock.now(), 999, by="x", reason="争议")
        assert not retention.is_on_hold(session, recording)


def test_killed_between_certificate_and_file_the_next_run_finishes(stage: Stage) -> None:
    recording = a_stored_recording(stage)
    stage.clock.pass_time(days=800)
    with stage.database.transaction() as session:
        certify(session, stage.clock.now(), recording.id)
    assert is_there(stage, recording), "killed here"
    assert dispose(stage) == 0
    assert not is_there(stage, recording)
    assert found(stage) == []


def test_killed_between_file_and_row_the_next_run_finishes(stage: Stage) -> None:
    recording = a_stored_recording(stage)
    stage.clock.pass_time(days=800)
    with stage.database.transaction() as session:
        certificate = certify(session, stage.clock.now(), recording.id)
    stage.vault.destroy(recording, certificate)
    dispose(stage)
    assert stage.recordings()[STRETCH].stored_path == ""
    assert found(stage) == []


def test_no_certificate_of_another_recording_or_before_its_day_opens_the_vault(
    stage: Stage,
) -> None:
    recording = a_stored_recording(stage)
    now = stage.clock.now()
    early = DisposalCertificate(at=now, recording_id=recording.id, sha256=recording.sha256)
    late = now + timedelta(days=800)
    others = DisposalCertificate(at=late, recording_id=recording.id + 1, sha256=recording.sha256)
    for certificate in (early, others):
        with pytest.raises(PermissionError):
            stage.vault.destroy(recording, certificate)
    assert is_there(stage, recording)


def test_a_row_that_points_out_of_the_vault_is_refused(stage: Stage, tmp_path: Path) -> None:
    recording = a_stored_recording(stage)
    for path in ("../../etc/passwd", "/etc/passwd", ""):
        recording.stored_path = path
        with pytest.raises(ValueError, match="no place"):
            stage.vault.path(recording)


def test_verify_finds_what_was_changed_removed_added_or_forged(stage: Stage) -> None:
    kept, changed, removed, due = (
        a_stored_recording(stage, f"hotline1-{number}.0") for number in range(4)
    )
    assert found(stage) == []
    stage.vault.path(changed).write_bytes(b"other words")
    stage.vault.path(removed).unlink()
    (stage.vault.path(kept).parent / "smuggled.opus").write_bytes(b"x")
    assert len(found(stage)) == 3
    stage.clock.pass_time(days=800)
    with stage.database.transaction() as session:
        certify(session, stage.clock.now(), due.id)
        certify(session, stage.clock.now(), kept.id)
    assert len(found(stage)) == 3
    forge_certificate(stage.database, due.id)
    assert any("销毁凭证第1条" in problem for problem in found(stage))


def forge_certificate(database: Database, recording_id: int) -> None:
    """Somebody with the database's password rewrites history."""
    with database.transaction() as session:
        where = "" if database.is_sqlite else " ON disposal_certificate"
        drop = f"DROP TRIGGER disposal_certificate_no_update{where}"
        session.connection().exec_driver_sql(drop)
        session.execute(
            update(DisposalCertificate)
            .where(DisposalCertificate.recording_id == recording_id)
            .values(rule="因领导要求")
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE disposal_certificate SET rule = 'x'",
        "DELETE FROM disposal_certificate",
        "DELETE FROM recording",
        "DELETE FROM recording_hold",
        "UPDATE recording SET retain_until = '2020-01-01'",
        "UPDATE recording SET state = 'disposed' WHERE state = 'stored'",
    ],
)
def test_the_database_itself_refuses_to_shorten_or_rewrite(stage: Stage, change: str) -> None:
    """Not even with SQL in hand."""
    first, _ = a_stored_recording(stage), a_stored_recording(stage, "hotline1-2.0")
    hold(stage, a_stored_recording(stage, "hotline1-3.0"))
    stage.clock.pass_time(days=800)
    with stage.database.transaction() as session:
        certify(session, stage.clock.now(), first.id)
    with pytest.raises(DBAPIError), stage.database.engine.begin() as connection:
        connection.exec_driver_sql(change)


def test_disposing_leaves_the_call_as_it_was(stage: Stage) -> None:
    a_stored_recording(stage)
    with stage.database.reading() as session:
        before = session.scalars(select(Call)).one()
    stage.clock.pass_time(days=800)
    dispose(stage)
    with stage.database.reading() as session:
        after = session.scalars(select(Call)).one()
    assert (after.started_at, after.ended_at, after.outcome) == (
        before.started_at,
        before.ended_at,
        before.outcome,
    )
