"""Prompts over the API: who speaks what, recordings made in the browser, what a caller heard."""

import base64
import io
from datetime import timedelta

import numpy as np
import pytest

from ivr_flows.prompts.recorded import text_hash
from ivr_flows.prompts.sound import RATE, Sound, read_wav, wav_bytes
from tests.desk import Answer, Browser, RunningDesk
from tests.fakes.clock import MovableClock
from ticketing.calls import facts

CLEAR = "目前没有收到高速公路管制和封闭的消息"


def recording(seconds: float = 4.0) -> bytes:
    at = np.arange(int(RATE * seconds)) / RATE
    return wav_bytes(Sound(np.pad(0.2 * np.sin(2 * np.pi * 400 * at), RATE)))


async def sent(browser: Browser, path: str, data: bytes, kind: str = "audio/wav") -> Answer:
    return await browser.ask("POST", path, data=io.BytesIO(data), headers={"Content-Type": kind})


async def test_every_phrase_is_listed_with_its_places_and_its_voice(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    whole = (await admin.get("/prompts")).body
    assert (whole["voice"], whole["recorded"]) == ("tone", 0)
    found = {one["text"]: one for one in whole["items"]}
    assert {"flow": "road", "step": "newest_none"} in found[CLEAR]["uses"]
    assert {"flow": "", "step": "named/closed"} in found["对不起，现在不是人工服务时间。"]["uses"]
    assert found["幺"]["uses"] == []
    assert len(whole["items"]) == whole["total"] > 300
    narrowed = (await admin.get("/prompts", params={"q": "高速公路管制"})).body["items"]
    assert [one["text"] for one in narrowed] == [CLEAR]


async def test_a_recording_is_tried_kept_heard_and_taken_back(
    desk: RunningDesk, clock: MovableClock
) -> None:
    admin = await desk.signed_in("admin")
    path = f"/prompts/{text_hash(CLEAR)}"
    tried = (await sent(admin, f"{path}/preview?begin=1&end=4", recording())).body
    heard = read_wav(base64.b64decode(tried["audio"]))
    assert (heard.rate, round(tried["seconds"])) == (RATE, 3)
    assert (await admin.get("/prompts", params={"voice": "person"})).body["items"] == []

    kept = await sent(admin, f"{path}/takes?speaker=王播音", recording())
    assert kept.status == 201, kept.body
    assert (kept.body["speaker"], kept.body["is_person"]) == ("王播音", True)
    sound = read_wav((await admin.get(f"{path}/audio")).body)
    assert sound.seconds == pytest.approx(4.1, abs=0.1)

    clock.pass_time(minutes=1)
    back = await admin.ask("DELETE", f"{path}/takes")
    assert (back.body["speaker"], back.body["is_person"]) == ("tone", False)
    assert (await admin.ask("DELETE", f"{path}/takes")).status == 404
    takes = (await admin.get(f"{path}/takes")).body["items"]
    assert [one["speaker"] for one in takes] == ["", "王播音"]
    audit = (await admin.get("/audit")).body["items"]
    assert [one["what"] for one in audit[:2]] == ["prompt.take_back", "prompt.record"]


async def test_the_dialplans_own_sound_changes_with_its_text(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    text = "对不起，现在不是人工服务时间。"
    assert (
        await sent(admin, f"/prompts/{text_hash(text)}/takes?speaker=王播音", recording())
    ).status == 201
    placed = desk.desk.settings.prompts / "named/closed.wav"
    assert read_wav(placed.read_bytes()).seconds == pytest.approx(4.1, abs=0.1)


@pytest.mark.parametrize(
    ("path", "data", "kind", "status"),
    [
        ("preview", b"no sound", "audio/wav", 422),
        ("preview", b"x", "text/html", 415),
        ("takes?speaker=", b"x", "audio/wav", 422),
        ("takes", b"x", "audio/wav", 422),
        ("preview?begin=3&end=2", recording(), "audio/wav", 422),
        ("preview?begin=50", recording(), "audio/wav", 422),
        ("preview", bytes(9 * 1024 * 1024), "audio/wav", 413),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_reason(
    desk: RunningDesk, path: str, data: bytes, kind: str, status: int
) -> None:
    admin = await desk.signed_in("admin")
    answer = await sent(admin, f"/prompts/{text_hash(CLEAR)}/{path}", data, kind)
    assert answer.status == status, answer.body
    assert (await admin.get("/prompts", params={"voice": "person"})).body["items"] == []


async def test_only_editors_of_the_menu_may_record(desk: RunningDesk) -> None:
    agent = await desk.signed_in("agent1")
    path = f"/prompts/{text_hash(CLEAR)}"
    assert (await agent.get("/prompts")).status == 403
    assert (await sent(agent, f"{path}/takes?speaker=我", recording())).status == 403
    admin = await desk.signed_in("admin")
    assert (await sent(admin, f"/prompts/{'0' * 40}/takes?speaker=我", recording())).status == 404


async def test_a_call_tells_what_was_heard_and_in_whose_voice(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """A recording made later does not change what this caller heard."""
    admin = await desk.signed_in("admin")
    path = f"/prompts/{text_hash(CLEAR)}"
    await sent(admin, f"{path}/takes?speaker=王播音", recording())
    clock.pass_time(minutes=1)
    with desk.database.transaction() as session:
        step = facts.Step("run", 1, "road", "1", "newest_none", "say", "路况", outcome="said")
        facts.call_began(session, "t-1.1", clock.now(), caller_number="13912345678")
        facts.step_taken(session, "t-1.1", clock.now() + timedelta(seconds=1), step)
    clock.pass_time(minutes=1)
    await sent(admin, f"{path}/takes?speaker=李播音", recording())
    spoken = (await admin.get("/calls/t-1.1/spoken")).body["items"]
    assert [one["phrases"] for one in spoken] == [
        [{"text": CLEAR, "is_person": True, "speaker": "王播音", "take": 1}]
    ]


async def test_a_studio_file_of_several_megabytes_is_taken(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    at = np.arange(44_100 * 30) / 44_100
    data = wav_bytes(Sound(0.2 * np.sin(2 * np.pi * 400 * at), 44_100))
    answer = await sent(admin, f"/prompts/{text_hash(CLEAR)}/preview", data)
    assert (answer.status, round(answer.body["seconds"])) == (200, 30)
