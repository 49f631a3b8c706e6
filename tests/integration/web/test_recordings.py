"""A recording is heard by right, in ranges, once on the record, and from the vault only."""

from pathlib import Path

import pytest

from tests.desk import Browser, RunningDesk
from tests.fakes.clock import MovableClock
from tests.sample import one_call
from ticketing.recordings.transcripts import keep_words
from ticketing.records.recordings import Recording

SOUND = bytes(range(256)) * 40


@pytest.fixture
def recording_id(desk: RunningDesk, clock: MovableClock, tmp_path: Path) -> int:
    file = tmp_path / "vault" / "2026" / "11" / "25" / "sound.opus"
    file.parent.mkdir(parents=True)
    file.write_bytes(SOUND)
    with desk.database.transaction() as session:
        return one_call(session, clock.now())[1]


async def _rows(desk: RunningDesk) -> list[dict[str, object]]:
    auditor = await desk.signed_in("auditor")
    answer = await auditor.get("/audit", params={"what": "recording.listen"})
    rows: list[dict[str, object]] = answer.body["items"]
    return rows


async def _play(browser: Browser, recording_id: int, span: str, reason: str = "") -> bytes:
    answer = await browser.get(
        f"/recordings/{recording_id}/audio",
        headers={"Range": f"bytes={span}"},
        params={"reason": reason} if reason else {},
    )
    assert answer.status == 206, answer.body
    assert answer.headers["Content-Type"] == "audio/ogg"
    body: bytes = answer.body
    return body


async def test_a_player_gets_the_ranges_it_asks_for(desk: RunningDesk, recording_id: int) -> None:
    """The start, a middle, the end; beyond the end is told as such."""
    leader = await desk.signed_in("leader")
    whole = await leader.get(f"/recordings/{recording_id}/audio")
    assert (whole.status, whole.body) == (200, SOUND)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert await _play(leader, recording_id, "0-99") == SOUND[:100]
    assert await _play(leader, recording_id, "5000-5999") == SOUND[5000:6000]
    assert await _play(leader, recording_id, "-10") == SOUND[-10:]
    beyond = await leader.get(
        f"/recordings/{recording_id}/audio", headers={"Range": "bytes=999999-"}
    )
    assert beyond.status == 416


async def test_one_playback_is_one_audit_row_with_its_reason(
    desk: RunningDesk, recording_id: int, clock: MovableClock
) -> None:
    """Thirty ranges are one use; the next day's is another."""
    leader = await desk.signed_in("leader")
    for start in range(0, 3000, 100):
        await _play(leader, recording_id, f"{start}-{start + 99}", "核实投诉内容")
    rows = await _rows(desk)
    assert [(row["who"], row["reason"]) for row in rows] == [("leader", "核实投诉内容")]
    clock.pass_time(hours=1)
    await _play(leader, recording_id, "0-99", "核实投诉内容")
    assert len(await _rows(desk)) == 2


async def test_an_agent_hears_only_his_own_calls(desk: RunningDesk, recording_id: int) -> None:
    """Whoever talked may hear it; the neighbour may not, and a try leaves no row."""
    own, neighbour = await desk.signed_in("agent1"), await desk.signed_in("agent2")
    assert await _play(own, recording_id, "0-9") == SOUND[:10]
    refused = await neighbour.get(f"/recordings/{recording_id}/audio")
    assert refused.status == 403
    assert "自己" in refused.body["detail"]
    assert [row["who"] for row in await _rows(desk)] == ["agent1"]


async def test_a_path_that_leaves_the_vault_is_never_served(
    desk: RunningDesk, recording_id: int, tmp_path: Path
) -> None:
    """Even if a row of the database were forged."""
    (tmp_path / "secret.opus").write_bytes(b"secret")
    leader = await desk.signed_in("leader")
    for forged in ("../secret.opus", str(tmp_path / "secret.opus"), "nowhere.opus"):
        with desk.database.transaction() as session:
            session.get_one(Recording, recording_id).stored_path = forged
        assert (await leader.get(f"/recordings/{recording_id}/audio")).status == 404


async def test_what_is_not_stored_yet_has_no_sound(desk: RunningDesk, recording_id: int) -> None:
    """The row is shown, its sound is not found."""
    with desk.database.transaction() as session:
        session.get_one(Recording, recording_id).state = "closed"
    leader = await desk.signed_in("leader")
    assert (await leader.get(f"/recordings/{recording_id}")).body["state"] == "closed"
    assert (await leader.get(f"/recordings/{recording_id}/audio")).status == 404


async def test_what_a_machine_wrote_down_is_shown_with_its_model_and_masked_by_right(
    desk: RunningDesk, clock: MovableClock
) -> None:
    with desk.database.transaction() as session:
        number = one_call(session, clock.now())[1]
        keep_words(session, clock.now(), number, "车牌一二三四五，请回电", "small-cn")
    for login, words in (
        ("agent1", "车牌一二三四五，请回电"),
        ("inspector", "车牌***四五，请回电"),
    ):
        person = await desk.signed_in(login)
        shown = (await person.get(f"/recordings/{number}")).body
        assert (shown["words"], shown["words_model"]) == (words, "small-cn")
