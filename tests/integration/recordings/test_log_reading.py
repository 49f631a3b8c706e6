"""What Asterisk wrote becomes rows, once, whatever happens to the worker in between."""

import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from tests.fakes.asterisk_files import AGENT_LEG, KEY, cel_line, hangup, stretch, told
from tests.integration.recordings.conftest import NODE, Stage
from ticketing.calls import facts
from ticketing.database import Database
from ticketing.recordings.reading import LogReader
from ticketing.records.base import Record
from ticketing.records.calls import Call, Talk
from ticketing.records.recordings import Recording, TailOffset

SECOND_LEG = "hotline1-1795307340.5"
SEAT = "PJSIP/1001-00000002"
CARRIER = "PJSIP/carrier-00000001"


def a_call(start: datetime, number: int = 0) -> list[str]:
    """Menu, queue, a talk that is passed on, a second talk, the end: as Asterisk writes it."""

    def at(seconds: float) -> datetime:
        return start + timedelta(seconds=seconds)

    lines = [
        cel_line(at(0), "CHAN_START"),
        told(at(0.1), "HotlineCall", "callref=c-1;dialled=12328;entry=main"),
        stretch(at(0.2), KEY, "caller", "13912345678"),
        told(at(4), "HotlineNotice", "version=n1;whole=yes"),
        told(at(9), "HotlineQueued", "queue=general;reason=flow"),
        cel_line(at(10), "CHAN_START", uniqueid=AGENT_LEG, channame=SEAT),
        cel_line(at(12), "ANSWER", uniqueid=AGENT_LEG, channame=SEAT),
        stretch(at(12.1), AGENT_LEG, "agent", "1001"),
        cel_line(at(40), "BLINDTRANSFER", uniqueid=AGENT_LEG, channame=SEAT),
        hangup(at(40.1), AGENT_LEG, SEAT, SEAT),
        cel_line(at(41), "CHAN_START", uniqueid=SECOND_LEG, channame="PJSIP/1002-00000003"),
        stretch(at(44), SECOND_LEG, "agent", "1002"),
        hangup(at(70), SECOND_LEG, "PJSIP/1002-00000003", CARRIER),
        hangup(at(70.1), KEY, CARRIER, CARRIER),
        cel_line(at(70.2), "LINKEDID_END"),
    ]
    return [line.replace("hotline1-1795", f"hotline1-1{number:03}") for line in lines]


def rows(database: Database) -> list[dict[str, Any]]:
    """Calls, talks and recordings without row numbers."""
    found = []
    records: tuple[type[Record], ...] = (Call, Talk, Recording)
    with database.reading() as session:
        for record in records:
            names = [one.key for one in inspect(record).column_attrs if one.key != "id"]
            every = [{n: getattr(row, n) for n in names} for row in session.scalars(select(record))]
            found += sorted(every, key=repr)
    return found


def test_a_call_nobody_but_asterisk_told_of_is_complete(stage: Stage, moment: datetime) -> None:
    """Python was down all the time: the call, its talks and recordings are known all the same."""
    stage.asterisk_writes(*a_call(moment, 795))
    stage.reader.read_on()
    with stage.database.reading() as session:
        call = session.scalars(select(Call)).one()
        talks = session.scalars(select(Talk).order_by(Talk.id)).all()
        recordings = session.scalars(select(Recording).order_by(Recording.id)).all()
    assert (call.key, call.outcome, call.queue) == (KEY, "talked", "general")
    assert (call.caller_number, call.dialled, call.callref) == ("13912345678", "12328", "c-1")
    assert (call.notice_version, call.notice_whole) == ("n1", True)
    assert call.connected_at == moment + timedelta(seconds=12.1)
    assert call.ended_at == moment + timedelta(seconds=70.2)
    assert [(one.extension, one.end_reason) for one in talks] == [
        ("1001", "transfer"),
        ("1002", "caller"),
    ]
    assert [(one.role, one.party, one.state) for one in recordings] == [
        ("caller", "13912345678", "announced"),
        ("agent", "1001", "announced"),
        ("agent", "1002", "announced"),
    ]
    assert all(one.retain_until >= (moment + timedelta(days=365)).date() for one in recordings)


def test_reading_everything_again_changes_nothing(stage: Stage, moment: datetime) -> None:
    """Somebody lost the offsets: from zero, all over."""
    stage.asterisk_writes(*a_call(moment), *a_call(moment, 1))
    stage.reader.read_on()
    before = rows(stage.database)
    with stage.database.transaction() as session:
        session.execute(delete(TailOffset))
    stage.reader.read_on()
    assert rows(stage.database) == before


def test_lines_in_any_order_leave_the_same_rows(stage: Stage, moment: datetime) -> None:
    """Two of Asterisk's threads write side by side; only the call's first line stays first."""
    stage.asterisk_writes(*a_call(moment))
    stage.reader.read_on()
    expected = rows(stage.database)
    chance = random.Random(7)
    for number in range(1, 6):
        first, *rest = a_call(moment, number)[1:]
        own = [line for line in rest if "Hotline" in line]
        chance.shuffle(own)
        later = [line for line in rest if "Hotline" not in line]
        stage.asterisk_writes(first, *own, *later)
        stage.reader.read_on()
    renamed = [
        repr(row).replace(f"hotline1-1{number:03}", "hotline1-1000")
        for number in range(6)
        for row in rows(stage.database)
        if f"hotline1-1{number:03}" in repr(row)
    ]
    assert set(renamed) == {repr(row) for row in expected}
    assert len(renamed) == 6 * len(expected)


def test_garbage_between_the_lines_is_passed_over(stage: Stage, moment: datetime) -> None:
    """A spoilt line costs itself only; so does one that the database refuses."""
    spoilt = ["\x00\x01garbage\n", "{}\n", '{"eventtype":"LINKEDID_END"}\n', "[[[[\n"]
    too_long = told(moment, "HotlineQueued", "queue=" + "队" * 500 + ";reason=flow")
    lines = [bad + line for line in a_call(moment, 795) for bad in spoilt]
    stage.asterisk_writes(*lines, too_long)
    stage.reader.read_on()
    with stage.database.reading() as session:
        assert session.scalars(select(Call.outcome)).one() == "talked"


def test_what_was_told_live_and_what_asterisk_wrote_is_one_story(
    stage: Stage, moment: datetime
) -> None:
    """agi wrote its facts first; the worker adds what agi did not see."""
    with stage.database.transaction() as session:
        facts.call_began(session, KEY, moment, callref="c-1", caller_number="13912345678")
        step = facts.Step("run", 1, "main", "v7", "menu", "menu", "主菜单", "0", "person")
        facts.step_taken(session, KEY, moment + timedelta(seconds=5), step)
    stage.asterisk_writes(*a_call(moment, 795))
    stage.reader.read_on()
    with stage.database.reading() as session:
        call = session.scalars(select(Call)).one()
    assert (call.callref, call.outcome, call.entry) == ("c-1", "talked", "main")


def test_calls_open_when_asterisk_died_are_closed_at_its_next_start(
    stage: Stage, moment: datetime
) -> None:
    """queue_log's QUEUESTART is the word that everything before it is over."""
    talking, waiting = a_call(moment, 795)[:8], a_call(moment, 1)[:5]
    stage.asterisk_writes(*talking, *waiting)
    stage.queue_log.write_text("")
    stage.reader.read_on()
    start = int((moment + timedelta(seconds=300)).timestamp())
    stage.queue_log.write_text(f"{start}|NONE|NONE|NONE|QUEUESTART|\n")
    after = a_call(moment + timedelta(seconds=400), 2)[:5]
    stage.asterisk_writes(*after)
    stage.reader.read_on()
    with stage.database.reading() as session:
        calls = {call.key: call for call in session.scalars(select(Call))}
        talk = session.scalars(select(Talk)).one()
    assert calls[KEY].outcome == "talked"
    assert calls[KEY].ended_at == moment + timedelta(seconds=12.1), "the last sign of it"
    assert talk.end_reason == "lost"
    assert calls["hotline1-1001307311.0"].outcome == "lost"
    assert calls["hotline1-1002307311.0"].outcome == "open"


def test_queue_log_fills_what_the_channel_events_lost(stage: Stage, moment: datetime) -> None:
    lines = [line for line in a_call(moment, 795) if AGENT_LEG not in line and "Queued" not in line]
    stage.asterisk_writes(*lines[:3])
    stage.reader.read_on()
    epoch = int((moment + timedelta(seconds=12)).timestamp())
    stage.queue_log.write_text(
        f"{epoch - 3}|{KEY}|general|NONE|ENTERQUEUE||139|1\n"
        f"{epoch}|{KEY}|general|坐席|CONNECT|3|{AGENT_LEG}|1\n"
        f"{epoch}|nobody-1.0|general|坐席|CONNECT|3|nobody-1.1|1\n"
    )
    stage.reader.read_on()
    with stage.database.reading() as session:
        call = session.scalars(select(Call)).one()
        talk = session.scalars(select(Talk)).one()
    assert call.queue == "general"
    assert talk.leg == AGENT_LEG
    assert call.connected_at == talk.answered_at


def test_a_line_that_cannot_be_used_costs_itself_only(stage: Stage, moment: datetime) -> None:
    """A fault of ours in one line: those before and behind it are used, and it is logged."""

    def fails(_session: Session, _at: datetime) -> None:
        raise RuntimeError

    stage.asterisk_writes(*a_call(moment, 795)[:4])
    epoch = int((moment + timedelta(seconds=12)).timestamp())
    stage.queue_log.write_text(
        f"{epoch - 3}|{KEY}|general|NONE|ENTERQUEUE||139|1\n"
        f"{epoch}|NONE|NONE|NONE|QUEUESTART|\n"
        f"{epoch}|{KEY}|general|坐席|CONNECT|3|{AGENT_LEG}|1\n"
    )
    reader = LogReader(stage.database, NODE, stage.cel, stage.queue_log, fails)
    reader.read_on()
    with stage.database.reading() as session:
        call = session.scalars(select(Call)).one()
        talk = session.scalars(select(Talk)).one()
    assert (call.queue, talk.leg, call.outcome) == ("general", AGENT_LEG, "open")


def test_killed_again_and_again_in_mid_reading_nothing_is_lost_or_doubled(
    stage: Stage, database_url: str, moment: datetime, tmp_path: Path
) -> None:
    """The worker's reader dies by SIGKILL at odd moments while Asterisk goes on writing."""
    program = (
        "import sys; from pathlib import Path; from ticketing.database import Database;"
        "from ticketing.recordings.reading import LogReader; import time;"
        "r = LogReader(Database(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]),"
        " lambda s, at: None); print('up', flush=True)\n"
        "while True: r.read_on(); time.sleep(0.01)"
    )
    arguments = [database_url, NODE, str(stage.cel), str(stage.queue_log)]
    chance = random.Random(3)
    number = 0
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        deadline = time.monotonic() + chance.uniform(0.1, 0.5)
        while time.monotonic() < deadline:
            text = "".join(a_call(moment, number))
            half = chance.randrange(len(text))
            stage.asterisk_writes(text[:half])
            stage.asterisk_writes(text[half:])
            number += 1
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        stage.cel.rename(stage.cel.with_name(f"cel.json.{number}"))
    stage.asterisk_writes(*a_call(moment, number))
    while stage.new_reader().read_on():
        pass
    with stage.database.reading() as session:
        calls = session.scalars(select(Call)).all()
        talks = session.scalars(select(Talk)).all()
        recordings = session.scalars(select(Recording)).all()
    assert len(calls) == number + 1
    assert {call.outcome for call in calls} == {"talked"}
    assert len(talks) == 2 * len(calls)
    assert len(recordings) == 3 * len(calls)


def test_what_was_said_in_the_menu_is_a_recording_of_its_own_kind(
    stage: Stage, moment: datetime
) -> None:
    begun = told(moment, "HotlineCall", "callref=c-1;dialled=12328;entry=main")
    name = f"{KEY}-1-speech"
    file = f"/spool/monitor/{KEY}_{name}.wav"
    said = told(moment, "HotlineStretch", f"stretch={name};role=caller;party=;file={file}")
    stage.asterisk_writes(begun, said)
    stage.reader.read_on()
    recording = stage.recordings()[name]
    assert (recording.kind, recording.role, recording.call_key) == ("speech", "caller", KEY)
