"""Duty staff write over the API what callers hear; its sound is there before the first of them."""

from datetime import timedelta

from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import Recordings
from tests.desk import RunningDesk
from tests.fakes.clock import MovableClock
from tests.fakes.voice import ToneVoice
from ticketing import information


def _notice(clock: MovableClock, **changes: str) -> dict[str, str]:
    return {
        "kind": "closure",
        "road_no": "G1",
        "road_name": "京哈高速",
        "text": "因大雪双向封闭。",
        "valid_until": (clock.now() + timedelta(hours=2)).isoformat(),
        **changes,
    }


def _has_sound(desk: RunningDesk, text: str) -> bool:
    settings = desk.desk.settings
    return Library(settings.prompts, ToneVoice(), Recordings(settings.flows)).path(text).exists()


async def test_a_road_notice_is_in_force_and_has_its_sound_once_it_is_posted(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """Until a dispatcher ends it; agents read it."""
    dispatcher, agent = await desk.signed_in("dispatcher"), await desk.signed_in("agent1")
    posted = await dispatcher.post("/road-notices", _notice(clock))
    assert posted.status == 201
    notice = posted.body["notice"]
    assert (posted.body["spoken"], notice["in_force"]) == (True, True)
    assert notice["posted_by"] == "dispatcher"
    assert notice["sentence"] == "G1京哈高速，封闭。因大雪双向封闭。"
    assert _has_sound(desk, notice["sentence"])
    newest = (await agent.get("/road-notices", params={"in_force": "true"})).body["items"][0]
    assert newest == notice
    assert (await agent.post("/road-notices", _notice(clock))).status == 403
    assert (await agent.post(f"/road-notices/{notice['id']}/cancel")).status == 403
    ended = await dispatcher.post(f"/road-notices/{notice['id']}/cancel")
    assert (ended.body["in_force"], ended.body["cancelled_by"]) == (False, "dispatcher")
    left = (await agent.get("/road-notices", params={"in_force": "true"})).body["items"]
    assert notice["id"] not in [one["id"] for one in left]


async def test_a_voice_that_fails_loses_no_text(desk: RunningDesk, clock: MovableClock) -> None:
    """The notice is kept, the answer says that it has no sound yet."""
    leader = await desk.signed_in("leader")
    posted = await leader.post("/road-notices", _notice(clock, text="说不出的话"))
    assert (posted.status, posted.body["spoken"]) == (201, False)
    with desk.database.reading() as session:
        first = information.road_notices_in_force(session, clock.now())[0]
    assert first.text == "说不出的话"


async def test_an_import_tells_every_faulty_row_and_then_takes_the_mended_array(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """A road operator's system posts a bare array."""
    leader = await desk.signed_in("leader")
    rows = [_notice(clock), _notice(clock, kind="snow"), _notice(clock, text="")]
    refused = await leader.post("/road-notices/import", rows)
    assert refused.status == 422
    assert [one["field"] for one in refused.body["findings"]] == ["1.kind", "2.text"]
    taken = await leader.post("/road-notices/import", [rows[0], rows[0]])
    assert taken.status == 201
    assert len(taken.body["notices"]) == 2
    assert taken.body["spoken"]
    wrapped = await leader.post("/road-notices/import", {"notices": rows[:1]})
    assert wrapped.status == 201
    assert (await leader.post("/road-notices/import", [])).status == 422


async def test_lists_are_read_page_by_page(desk: RunningDesk, clock: MovableClock) -> None:
    """Newest first, each notice once."""
    leader = await desk.signed_in("leader")
    await leader.post("/road-notices/import", [_notice(clock)] * 5)
    seen, after = [], None
    while True:
        params = {"limit": "2"} | ({"after": after} if after else {})
        page = (await leader.get("/road-notices", params=params)).body
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) >= 5


async def test_an_announcement_is_a_leaders_word(desk: RunningDesk, clock: MovableClock) -> None:
    """Every caller hears it first, so a dispatcher may not; its sound is there at once."""
    leader, dispatcher = await desk.signed_in("leader"), await desk.signed_in("dispatcher")
    until = (clock.now() + timedelta(hours=2)).isoformat()
    body = {"text": "受暴雪影响，全省高速公路封闭。", "valid_until": until}
    assert (await dispatcher.post("/announcements", body)).status == 403
    posted = await leader.post("/announcements", body)
    assert (posted.status, posted.body["spoken"]) == (201, True)
    assert _has_sound(desk, body["text"])
    with desk.database.reading() as session:
        assert information.announcement_in_force(session, clock.now()) == body["text"]
    listed = await dispatcher.get("/announcements", params={"in_force": "true"})
    assert [one["text"] for one in listed.body["items"]] == [body["text"]]
    number = posted.body["announcement"]["id"]
    assert not (await leader.post(f"/announcements/{number}/cancel")).body["in_force"]
    with desk.database.reading() as session:
        assert information.announcement_in_force(session, clock.now()) is None
    assert (await leader.post("/announcements/999/cancel")).status == 404


async def test_the_menu_is_switched_off_and_on(desk: RunningDesk) -> None:
    """Everybody sees how it stands and who did it."""
    leader, agent = await desk.signed_in("leader"), await desk.signed_in("agent1")
    before = (await agent.get("/switches")).body["items"]
    assert [(one["name"], one["label"], one["is_on"]) for one in before] == [
        ("direct", "直达人工", False),
        ("emergency", "应急模式", False),
    ]
    assert (await agent.put("/switches/direct", {"is_on": True})).status == 403
    assert (await leader.put("/switches/direct", {"is_on": True})).status == 200
    now = (await agent.get("/switches")).body["items"][0]
    assert (now["is_on"], now["changed_by"]) == (True, "leader")
    assert (await leader.put("/switches/other", {"is_on": True})).status == 404


async def test_agents_see_only_what_is_published_and_valid(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """What an agent reads out was reviewed; an editor sees every state."""
    leader, agent = await desk.signed_in("leader"), await desk.signed_in("agent1")
    until = (clock.now() + timedelta(hours=1)).isoformat()
    words = {"topic": "taxi", "question": "起步价多少？", "answer": "十元。", "spoken": "十元。"}
    saved = await leader.post("/knowledge", words | {"valid_until": until})
    assert (saved.status, saved.body["spoken"]) == (201, True)
    one = f"/knowledge/{saved.body['item']['id']}"

    async def states(query: str) -> list[list[str]]:
        params = {"q": query, "topic": "taxi"}
        found = [await who.get("/knowledge", params=params) for who in (leader, agent)]
        return [[item["state"] for item in answer.body["items"]] for answer in found]

    assert await states("起步价") == [["draft"], []]
    assert (await leader.post(f"{one}/publish")).status == 403
    assert (await agent.post(f"{one}/submit")).status == 403
    assert (await leader.post(f"{one}/submit")).status == 200
    published = await leader.post(f"{one}/publish")
    assert published.body["item"]["state_label"] == "已发布"
    assert await states("起步价 十元") == [["published"], ["published"]]
    assert await states("公交") == [[], []]
    changed = await leader.patch(one, {"answer": "十二元。"})
    assert (changed.body["item"]["state"], changed.body["item"]["spoken"]) == ("draft", "十元。")
    assert await states("起步价") == [["draft", "published"], ["published"]]
    new = f"/knowledge/{changed.body['item']['id']}"
    assert new != one
    await leader.post(f"{new}/submit")
    await leader.post(f"{new}/publish")
    assert await states("十二元") == [["published"], ["published"]]
    assert await states("起步价") == [["published", "expired"], ["published"]]
    one = new
    clock.pass_time(minutes=61)
    assert await states("十二元") == [["published"], []]
    assert (await leader.patch(one, {"valid_until": None, "question": ""})).status == 422
    assert (await leader.post(f"{one}/expire")).body["state"] == "expired"


async def test_numbers_of_a_caller_group_are_whole_only_for_those_who_may_see_them(
    desk: RunningDesk,
) -> None:
    """The administrator keeps the list without reading it."""
    leader, admin = await desk.signed_in("leader"), await desk.signed_in("admin")
    body = {"number": "13800001234", "caller_group": "direct"}
    added = await leader.post("/caller-groups", body)
    assert (added.status, added.body["caller_group_label"]) == (201, "直达人工")
    seen = [await who.get("/caller-groups") for who in (leader, admin)]
    assert [one.body["items"][0]["number"] == "13800001234" for one in seen] == [True, False]
    gone = await admin.ask("DELETE", f"/caller-groups/{added.body['id']}")
    assert gone.status == 204
    assert (await leader.get("/caller-groups")).body["items"] == []


async def test_a_demo_has_something_to_say_and_says_that_it_is_a_demo(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """Road notices and an answer under each key of the ETC menu, none of them to be believed."""
    with desk.database.reading() as session:
        notices = information.road_notices_in_force(session, clock.now())
        topics = ("etc_apply", "etc_balance", "etc_fees", "etc_device")
        answers = [
            information.published_answers(session, clock.now(), topic)[0].spoken for topic in topics
        ]
    assert len(notices) == 3
    assert all("演示" in words for words in [*answers, *(one.text for one in notices)])
