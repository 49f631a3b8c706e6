"""From Asterisk's files to the vault: nothing removed before it is safe, every gap named."""

import os
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import select

from tests.fakes.asterisk_files import AGENT_LEG, KEY, loudness, silence, tone, write_wav
from tests.integration.recordings.conftest import NODE, Stage
from ticketing import setup
from ticketing.calls import facts
from ticketing.database import Database
from ticketing.recordings import ledger, reconcile
from ticketing.recordings.converter import ConversionFailed
from ticketing.recordings.keeper import Keeper
from ticketing.recordings.messages import open_message_draft
from ticketing.recordings.opus import Made, Part, decoded
from ticketing.records.calls import Call, News
from ticketing.records.recordings import Recording, WorkOrderRecording
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.policy import Policy

CALLER = f"{KEY}-caller"
AGENT = f"{AGENT_LEG}-agent"
BOTH = f"{KEY}-conversation"


class FailingMaker:
    """A converter on a full disk."""

    def make(self, parts: Sequence[Part], sides: int, output: Path) -> Made:  # noqa: ARG002
        raise ConversionFailed("No space left on device")


def age(path: Path, moment: datetime) -> None:
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def a_talk(stage: Stage) -> tuple[Path, Path]:
    """Caller for six seconds at 1000 Hz, an agent from the second to the fourth at 500 Hz."""
    began = stage.clock.now()
    caller = stage.record(CALLER, tone(6, 1000), began)
    agent = stage.record(AGENT, tone(2, 500), began + timedelta(seconds=2), role="agent")
    stage.clock.pass_time(seconds=6)
    return caller, agent


def heard(stage: Stage, recording: Recording, side: int, at: float, hertz: float) -> float:
    sound = np.concatenate(list(decoded(stage.vault.path(recording))), axis=1)[side]
    return 32768 * loudness(sound[int(at * 48000) : int((at + 1) * 48000)], 48000, hertz)


def test_a_talk_is_stored_whole_and_bound_to_its_order(stage: Stage) -> None:
    """Both parties, and the two-sided file; the order opened in the call and a later one."""
    files = a_talk(stage)
    early = stage.order("JT-1")
    keeper = stage.keeper()
    keeper.tick()
    assert all(path.exists() for path in files), "the call goes on: originals are still needed"
    stage.call_ends(stage.clock.now())
    keeper.tick()  # the conversation is announced,
    keeper.tick()  # made,
    keeper.tick()  # and only then the originals go
    late = stage.order("JT-2")
    recordings = stage.recordings()
    assert {one.state for one in recordings.values()} == {"stored"}
    assert set(recordings) == {CALLER, AGENT, BOTH}
    both = recordings[BOTH]
    assert both.duration_ms == 6000
    assert heard(stage, both, 0, 2.5, 1000) > 6000
    assert heard(stage, both, 1, 2.5, 500) > 6000
    assert heard(stage, both, 1, 0.5, 500) < 80
    assert heard(stage, both, 1, 2.5, 1000) < 80
    assert len(both.waveform["left"]) == len(both.waveform["right"]) == 60
    assert stage.vault.sha256(both) == both.sha256
    assert not any(path.exists() for path in files)
    with stage.database.reading() as session:
        bound = session.execute(
            select(WorkOrderRecording.work_order_id, WorkOrderRecording.recording_id)
        ).all()
    ids = {one.id for one in recordings.values()}
    assert set(bound) == {(order.id, one) for order in (early, late) for one in ids}


def test_an_order_bound_twice_has_each_recording_once(stage: Stage) -> None:
    a_talk(stage)
    order = stage.order("JT-1")
    with stage.database.transaction() as session:
        assert ledger.bind_recordings(session, order, stage.clock.now()) == 0


def test_an_order_nobody_bound_is_bound_when_the_recording_is_stored(stage: Stage) -> None:
    """Its call was not known yet when it was opened (another system's order)."""
    order = stage.order("JT-1", call_key=None)
    stage.record(CALLER, tone(1, 1000), stage.clock.now())
    with stage.database.transaction() as session:
        session.get_one(WorkOrder, order.id).call_key = KEY
    stage.keeper().tick()
    with stage.database.reading() as session:
        assert session.scalars(select(WorkOrderRecording.work_order_id)).all() == [order.id]


def test_a_file_cut_by_a_crash_is_kept_to_its_last_sample_and_says_so(stage: Stage) -> None:
    began = stage.clock.now()
    path = stage.record(CALLER, tone(6.14, 1000), began, cut=True)
    keeper = stage.keeper()
    keeper.tick()
    assert stage.recordings()[CALLER].state == "announced"
    stage.call_ends(began + timedelta(seconds=8))
    stage.clock.pass_time(seconds=60)
    keeper.tick()
    stored = stage.recordings()[CALLER]
    assert (stored.state, stored.repaired, stored.duration_ms) == ("stored", True, 6140)
    assert "末尾" in stored.failure
    assert not path.exists()


def test_what_is_missing_or_empty_is_named(stage: Stage) -> None:
    began = stage.clock.now()
    stage.record(CALLER, None, began)
    empty = stage.record(AGENT, silence(0), began, role="agent")
    stage.call_ends(began)
    stage.clock.pass_time(seconds=30)
    stage.keeper().tick()
    missing, void = stage.recordings()[CALLER], stage.recordings()[AGENT]
    assert (missing.state, void.state) == ("missing", "missing")
    assert "没有找到录音文件" in missing.failure
    assert "录音文件为空" in void.failure
    assert empty.exists(), "whatever is there stays for whoever looks into it"
    with stage.database.reading() as session:
        topics = session.scalars(select(News.topic)).all()
    assert topics.count("recording.missing") == 2


def test_one_side_alone_needs_no_conversation(stage: Stage) -> None:
    path = stage.record(CALLER, tone(1, 1000), stage.clock.now())
    stage.call_ends(stage.clock.now())
    keeper = stage.keeper()
    keeper.tick()
    keeper.tick()
    assert set(stage.recordings()) == {CALLER}
    assert not path.exists()


def test_silence_is_stored_and_said(stage: Stage) -> None:
    """A dead microphone must not pass for a recording."""
    stage.record(AGENT, silence(3), stage.clock.now(), role="agent")
    stage.keeper().tick()
    stored = stage.recordings()[AGENT]
    assert (stored.state, stored.failure) == ("stored", "全程无声")


def test_a_file_much_shorter_than_it_was_open_is_called_short(stage: Stage) -> None:
    began = stage.clock.now() - timedelta(seconds=60)
    stage.record(CALLER, tone(5, 1000), began)
    stage.keeper().tick()
    assert "短于通话" in stage.recordings()[CALLER].failure


def test_a_full_disk_delays_but_loses_nothing(stage: Stage) -> None:
    """Tried again and again, ever more seldom, until there is room."""
    path = stage.record(CALLER, tone(1, 1000), stage.clock.now())
    stage.call_ends(stage.clock.now())
    full = stage.keeper(FailingMaker())
    for _ in range(20):
        full.tick()
        stage.clock.pass_time(minutes=11)
    assert stage.recordings()[CALLER].state == "closed"
    assert path.exists()
    stage.keeper().tick()
    assert stage.recordings()[CALLER].state == "stored"


def test_killed_between_file_and_row_the_step_is_done_again(stage: Stage) -> None:
    """The file is in its place, the row does not know it yet."""
    stage.record(CALLER, tone(1, 1000), stage.clock.now())
    stage.call_ends(stage.clock.now())
    first = stage.keeper()
    recording = stage.recordings()[CALLER]
    aside = stage.vault.aside(CALLER)
    aside.write_bytes(b"what the killed worker had placed")
    place = stage.vault.place(aside, CALLER, recording.started_at)
    aside.write_bytes(b"half a file")
    first.tick()
    stored = stage.recordings()[CALLER]
    assert (stored.state, stored.stored_path) == ("stored", place)
    assert stage.vault.sha256(stored) == stored.sha256


def test_an_original_stays_while_the_stored_file_is_not_what_was_stored(stage: Stage) -> None:
    """It is made again from the original instead."""
    path = stage.record(CALLER, tone(1, 1000), stage.clock.now())
    keeper = stage.keeper()
    keeper.tick()
    stage.vault.path(stage.recordings()[CALLER]).write_bytes(b"bit rot")
    stage.call_ends(stage.clock.now())
    keeper.tick()
    assert path.exists()
    keeper.tick()
    stored = stage.recordings()[CALLER]
    assert stage.vault.sha256(stored) == stored.sha256
    assert not path.exists()


def test_an_events_file_name_never_leads_out_of_the_folder(stage: Stage, tmp_path: Path) -> None:
    secret = write_wav(tmp_path / "secret.wav", tone(1, 1000))
    began = stage.clock.now()
    with stage.database.transaction() as session:
        hostile = ledger.Stretch(CALLER, KEY, ledger.VOICE, f"../{secret.name}", "caller")
        ledger.announce(session, hostile, began)
    stage.call_ends(began)
    stage.clock.pass_time(seconds=30)
    stage.keeper().tick()
    assert stage.recordings()[CALLER].state == "missing"
    assert secret.exists()


def test_a_voice_message_becomes_one_draft_order(stage: Stage) -> None:
    """With its recording; told once, even if the worker goes through it again."""
    stage.record(f"{KEY}-message", tone(3, 700), stage.clock.now(), kind=ledger.MESSAGE)
    stage.call_ends(stage.clock.now())
    with stage.database.transaction() as session:
        setup.install(session, stage.clock.now(), Policy())
    keeper = Keeper(
        stage.database,
        stage.clock,
        NODE,
        stage.monitor,
        stage.vault,
        stage.converter,
        open_message_draft,
    )
    keeper.tick()
    keeper.tick()
    with stage.database.reading() as session:
        order = session.scalars(select(WorkOrder)).one()
        bound = session.scalars(select(WorkOrderRecording)).one()
        outcome = session.scalars(select(Call.outcome)).one()
    assert (order.state, order.call_key, order.caller_number) == ("draft", KEY, "13912345678")
    assert "3秒" in order.content
    assert (bound.work_order_id, bound.recording_id) == (
        order.id,
        stage.recordings()[f"{KEY}-message"].id,
    )
    assert outcome == "message"


def test_a_message_an_order_was_opened_for_opens_no_second_one(stage: Stage) -> None:
    stage.record(f"{KEY}-message", tone(3, 700), stage.clock.now(), kind=ledger.MESSAGE)
    stage.order("JT-1")
    stage.keeper().tick()
    assert stage.drafts == []


def test_a_file_nobody_announced_is_taken_in(stage: Stage) -> None:
    """The channel event log was lost with the power; the file says whose it is."""
    path = write_wav(stage.monitor / f"{KEY}_{AGENT}.wav", tone(2, 500))
    other = write_wav(stage.monitor / "holiday music.wav", tone(1, 500))
    young = write_wav(stage.monitor / f"{KEY}_{KEY}-caller.wav", tone(2, 500))
    for one in (path, other):
        age(one, stage.clock.now() - timedelta(minutes=5))
    adopt = (stage.database, NODE, stage.monitor, stage.clock.now())
    assert reconcile.adopt_orphans(*adopt) == 1
    assert reconcile.adopt_orphans(*adopt) == 0
    stage.keeper().tick()
    adopted = stage.recordings()[AGENT]
    assert (adopted.state, adopted.role, adopted.call_key) == ("stored", "agent", KEY)
    assert young.exists()
    assert other.exists()
    assert CALLER not in stage.recordings(), "a young file may still be announced"


def test_another_nodes_files_are_left_to_that_node(stage: Stage) -> None:
    key = "hotline2-1795307311.0"
    stage.record(f"{key}-caller", None, stage.clock.now(), key=key)
    stage.call_ends(stage.clock.now(), key)
    stage.clock.pass_time(seconds=60)
    stage.keeper().tick()
    assert stage.recordings()[f"{key}-caller"].state == "announced"


def test_a_recording_is_stored_seconds_after_its_talk(stage: Stage) -> None:
    """Two minutes of talk on two legs, three files in the vault."""
    began = stage.clock.now()
    stage.record(CALLER, np.tile(tone(1, 1000), 120), began)
    stage.record(AGENT, np.tile(tone(1, 500), 120), began, role="agent")
    stage.clock.pass_time(minutes=2)
    stage.call_ends(stage.clock.now())
    keeper = stage.keeper()
    start = time.monotonic()
    for _ in range(3):
        keeper.tick()
    took = time.monotonic() - start
    assert {one.state for one in stage.recordings().values()} == {"stored"}
    assert took < 30, "generous: the machine may lend us a third of a core"


def test_orders_and_recordings_that_come_at_the_same_moment_meet(
    stage: Stage, database_url: str
) -> None:
    """Ten orders get their call while its recordings begin: none misses any."""
    orders = [stage.order(f"JT-{number}", call_key=None) for number in range(10)]
    began = stage.clock.now()
    with stage.database.transaction() as session:
        facts.call_began(session, KEY, began)
    other = Database(database_url)
    failures: list[BaseException] = []

    def give_orders_their_call() -> None:
        try:
            for order in orders:
                with other.transaction() as session:
                    merged = session.merge(order)
                    merged.call_key = KEY
                    session.flush()
                    ledger.bind_recordings(session, merged, began)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=give_orders_their_call)
    thread.start()
    for number in range(10):
        stage.record(f"{KEY}-{number}-caller", None, began)
    thread.join()
    other.close()
    assert failures == []
    with stage.database.reading() as session:
        assert len(session.scalars(select(WorkOrderRecording)).all()) == 100


def test_last_words_nobody_announced_are_taken_in_as_the_callers(stage: Stage) -> None:
    """Who hangs up while speaking in the menu leaves a file and no line to announce it on."""
    name = f"{KEY}-2-speech"
    path = write_wav(stage.monitor / f"{KEY}_{name}.wav", tone(1, 500))
    age(path, stage.clock.now() - timedelta(minutes=5))
    reconcile.adopt_orphans(stage.database, NODE, stage.monitor, stage.clock.now())
    adopted = stage.recordings()[name]
    assert (adopted.kind, adopted.role) == (ledger.SPEECH, "caller")
