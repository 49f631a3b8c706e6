"""Calls as the screen shows them: whole, paged, with numbers as far as the reader may see."""

from dataclasses import replace

from agent_desk.live.shapes import Viewer
from agent_desk.web.openapi import document
from agent_desk.web.routes import all_routes
from agent_desk.web.shaping.calls import PopShaper
from tests.desk import RunningDesk
from tests.fakes.clock import MovableClock
from tests.json_schema import problems_with
from tests.sample import NUMBER, one_call
from ticketing.records.people import AuditEntry


async def test_a_call_carries_menu_talk_and_recording(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """What was pressed, who talked, how long was waited and talked."""
    with desk.database.transaction() as session:
        one_call(session, clock.now())
    agent = await desk.signed_in("agent1")
    call = (await agent.get("/calls/t-1.1")).body
    assert call["caller_number"] == NUMBER
    assert (call["wait_seconds"], call["talk_seconds"]) == (12, 60)
    assert (call["user_name"], call["talks"][0]["user_name"]) == ("李小红", "李小红")
    assert [step["pressed"] for step in call["steps"]] == ["0"]
    assert call["steps"][0]["said"] == "车牌辽A一二三四五"
    assert call["recordings"][0]["waveform"]["left"] == [0, 50, 100]
    assert call["started_at"] == "2026-11-25T10:00:00.000+08:00"
    assert (await agent.get("/calls/t-9.9")).status == 404


async def test_pages_hold_every_call_once_newest_first(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """`next` leads on until there is nothing more."""
    with desk.database.transaction() as session:
        for n in range(5):
            one_call(session, clock.now(), key=f"t-{n}.1")
    agent = await desk.signed_in("agent1")
    seen, after = [], None
    while True:
        query = {"limit": "2"} | ({"after": after} if after else {})
        page = (await agent.get("/calls", params=query)).body
        seen += [call["key"] for call in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [f"t-{n}.1" for n in reversed(range(5))]


async def test_filters_narrow_the_list(desk: RunningDesk, clock: MovableClock) -> None:
    """By number, by time with its offset, by outcome."""
    with desk.database.transaction() as session:
        one_call(session, clock.now())
    agent = await desk.signed_in("agent1")

    async def found(**query: str) -> int:
        answer = await agent.get("/calls", params=query)
        assert answer.status == 200, answer.body
        return len(answer.body["items"])

    assert await found(caller_number=NUMBER) == 1
    assert await found(caller_number="13900000000") == 0
    assert await found(outcome="abandoned") == 0
    assert await found(**{"from": "2026-11-25T09:59:00+08:00", "to": "2026-11-25T10:01:00+08:00"})
    assert await found(**{"from": "2026-11-25T02:01:00Z"}) == 0


async def test_numbers_are_masked_without_the_right_and_noted_with_it(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """The auditor sees that agent1 saw; nobody without the right sees a number whole."""
    with desk.database.transaction() as session:
        one_call(session, clock.now())
    auditor, agent = await desk.signed_in("auditor"), await desk.signed_in("agent1")
    for path in ("/calls", "/calls/t-1.1", "/calls/t-1.1/past"):
        assert NUMBER not in str((await auditor.get(path)).body)
    masked = (await auditor.get("/calls/t-1.1")).body
    assert masked["caller_number"] == "138****5678"
    assert masked["steps"][0]["said"] == "车牌辽A***四五"
    assert masked["steps"][0]["learned"] == {"kind": "complaint", "plate": "辽A***45"}
    for _ in range(3):
        await agent.get("/calls/t-1.1")
    rows = (await auditor.get("/audit", params={"what": "number.see"})).body["items"]
    assert [(row["who"], row["subject_key"]) for row in rows] == [("agent1", "t-1.1")]


async def test_a_ringing_seats_screen_gets_call_and_past_in_the_apis_form(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """Number whole, for this agent will talk to this person; a watcher without a seat is masked."""
    with desk.database.transaction() as session:
        one_call(session, clock.now(), key="t-1.1")
        one_call(session, clock.now(), key="t-2.1")
    pop = PopShaper(clock)
    viewer = Viewer(1, "agent1", "李小红", "1001")
    with desk.database.reading() as session:
        shown = pop(session, "t-2.1", viewer)
        masked = pop(session, "t-2.1", replace(viewer, extension=None))
    whole = document(all_routes(), "test")
    assert problems_with(shown, whole["components"]["schemas"]["Pop"], whole) == []
    assert shown["call"]["caller_number"] == NUMBER
    assert [call["key"] for call in shown["past"]["calls"]] == ["t-1.1"]
    assert shown["call"]["steps"][0]["pressed"] == "0"
    assert NUMBER not in str(masked)


async def test_the_audits_chain_shows_any_edit(desk: RunningDesk) -> None:
    """A changed row is named; an untouched chain is whole."""
    await desk.signed_in("agent1")
    await desk.signed_in("agent2")
    auditor = await desk.signed_in("auditor")
    assert (await auditor.get("/audit/check")).body == {"whole": True, "first_broken_id": None}
    with desk.database.transaction() as session:
        rows = session.query(AuditEntry).order_by(AuditEntry.id).all()
        rows[-2].who = "somebody"
        changed = rows[-2].id
    assert (await auditor.get("/audit/check")).body["first_broken_id"] == changed
