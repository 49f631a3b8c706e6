"""Misunderstood turns over the API: listed, written down, taken out as `agi hear` reads a set."""

import io
import wave
import zipfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from agi.hear import read_set, read_sound
from tests.desk import RunningDesk
from tests.fakes.clock import MovableClock
from ticketing.calls import facts
from ticketing.recordings import ledger, opus
from ticketing.records.calls import CallStep
from ticketing.records.recordings import Recording

SPAN = {"from": "2020-01-01", "to": "2020-12-31"}


def tone(path: Path, seconds: float = 1.0) -> None:
    """A wav as Asterisk writes it, in the vault as Opus."""
    at = np.arange(int(8000 * seconds)) / 8000
    with wave.open(str(path.with_suffix(".wav")), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((8000 * np.sin(2 * np.pi * 440 * at)).astype("<i2").tobytes())
    opus.make([opus.Part(path.with_suffix(".wav"), 0, 0)], 1, path)


@pytest.fixture
def turn(desk: RunningDesk, clock: MovableClock, tmp_path: Path) -> tuple[int, int]:
    """A step in which nothing was understood, and its stored sound."""
    folder = tmp_path / "vault"
    folder.mkdir(exist_ok=True)
    tone(folder / "said.opus")
    at = clock.now()
    with desk.database.transaction() as session:
        words = "… 车牌辽A一二三四五"
        taken = facts.Step(
            "run", 1, "12328", "1", "main", "listen", outcome="2", said=words, seconds=9
        )
        facts.step_taken(session, "t-9.1", at, taken)
        stretch = ledger.Stretch("t-9.1-1-speech", "t-9.1", ledger.SPEECH, "x.wav", "caller")
        ledger.announce(session, stretch, at + timedelta(seconds=2))
        recording = session.query(Recording).filter_by(stretch="t-9.1-1-speech").one()
        recording.state, recording.stored_path = "stored", "said.opus"
        return session.query(CallStep.id).filter_by(call_key="t-9.1").scalar(), recording.id


async def test_a_turn_is_listed_with_its_sound_and_masked_by_right(
    desk: RunningDesk, turn: tuple[int, int]
) -> None:
    manager, inspector = await desk.signed_in("manager"), await desk.signed_in("inspector")
    one = (await manager.get("/flows/misheard")).body["items"][0]
    assert (one["id"], one["reasons"]) == (turn[0], ["unknown", "keys"])
    assert [sound["recording_id"] for sound in one["sounds"]] == [turn[1]]
    assert (one["said"], one["sounds"][0]["said"]) == ("… 车牌辽A一二三四五", None)
    hidden = (await inspector.get("/flows/misheard")).body["items"][0]
    assert "一二三四五" not in hidden["said"]
    none = await manager.get("/flows/misheard", params={"reason": "denied"})
    assert none.body == {"items": [], "next": None}


async def test_what_was_said_is_written_down_by_who_may_listen(
    desk: RunningDesk, turn: tuple[int, int]
) -> None:
    leader, admin = await desk.signed_in("leader"), await desk.signed_in("admin")
    path, body = f"/flows/misheard/{turn[0]}/label", {"recording_id": turn[1], "said": "我要投诉"}
    assert (await admin.post(path, body)).status == 403
    kept = await leader.post(path, body)
    assert kept.status == 201, kept.body
    sound = kept.body["sounds"][0]
    assert (sound["said"], sound["by"]) == ("我要投诉", "leader")
    listed = (await admin.get("/flows/misheard", params={"labelled": "true"})).body["items"]
    assert [one["id"] for one in listed] == [turn[0]]
    audit = (await admin.get("/audit", params={"what": "speech.label"})).body["items"]
    assert [row["who"] for row in audit] == ["leader"]


@pytest.mark.parametrize("said", ["=1+1", "a|b", "{road}", "，。", "好" * 65])
async def test_a_label_is_words_and_nothing_else(
    desk: RunningDesk, turn: tuple[int, int], said: str
) -> None:
    leader = await desk.signed_in("leader")
    body = {"recording_id": turn[1], "said": said}
    assert (await leader.post(f"/flows/misheard/{turn[0]}/label", body)).status == 422
    assert (await leader.post("/flows/misheard/999999/label", body | {"said": ""})).status == 404


async def test_steps_are_counted_in_a_span_of_days(
    desk: RunningDesk, turn: tuple[int, int], clock: MovableClock
) -> None:
    manager = await desk.signed_in("manager")
    day = str(clock.now().date())
    step = (await manager.get("/flows/misheard/steps", params={"from": day, "to": day})).body
    assert [(one["step"], one["spoken"], one["unknown"]) for one in step["items"]] == [
        ("main", 1, 1)
    ]
    empty = await manager.get("/flows/misheard/steps", params=SPAN)
    assert empty.body == {"items": []}
    backwards = {"from": SPAN["to"], "to": SPAN["from"]}
    assert (await manager.get("/flows/misheard/steps", params=backwards)).status == 422


async def test_the_set_is_read_by_hear_as_it_comes(
    desk: RunningDesk, turn: tuple[int, int], tmp_path: Path
) -> None:
    """8 kHz wav, the words, and what the draft's step listens for; who, why and what is audited."""
    manager, leader = await desk.signed_in("manager"), await desk.signed_in("leader")
    assert (await leader.get("/flows/misheard/export", params={"reason": "试"})).status == 403
    assert (await manager.get("/flows/misheard/export")).status == 422
    label = {"recording_id": turn[1], "said": "我要投诉"}
    await manager.post(f"/flows/misheard/{turn[0]}/label", label)
    answer = await manager.get("/flows/misheard/export", params={"reason": "比较模型"})
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        archive.extractall(tmp_path / "set")
    (example,) = read_set(tmp_path / "set")
    assert example.said == "我要投诉"
    assert {"我要投诉", "投诉出租车"} <= {*example.phrases}
    assert len(read_sound(example.file)) == pytest.approx(16000, abs=800)
    auditor = await desk.signed_in("auditor")
    row = (await auditor.get("/audit", params={"what": "speech.export"})).body["items"][0]
    assert (row["who"], row["reason"]) == ("manager", "比较模型")


async def test_a_flow_cannot_take_the_name_of_the_list(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    assert (await admin.put("/flows/misheard", {"text": "", "revision": None})).status in (404, 405)
