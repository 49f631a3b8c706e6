"""Editors change the voice menu over the API: drafts, versions, live and trial, back again."""

from typing import Any

import pytest

from ivr_flows.store import SHIPPED, read_texts
from tests.desk import Answer, Browser, RunningDesk
from tests.fakes.clock import MovableClock
from ticketing.database import Database
from ticketing.menu import aliases, install_menu

HELLO = "flow: hello\ntitle: 问候\nsteps:\n  a: {do: hang_up, text: 您好。}\n"


async def changed(browser: Browser, name: str, old: str, new: str) -> Answer:
    """An editor opens a flow, changes words, saves."""
    flow = (await browser.get(f"/flows/{name}")).body
    assert old in flow["text"]
    text = flow["text"].replace(old, new)
    return await browser.put(f"/flows/{name}", {"text": text, "revision": flow["revision"]})


async def frozen(browser: Browser, reason: str = "改了再见的话") -> dict[str, Any]:
    answer = await browser.post("/flows/versions", {"reason": reason})
    assert answer.status == 201, answer.body
    version: dict[str, Any] = answer.body
    return version


async def edited_and_frozen(browser: Browser, words: str) -> int:
    flow = (await browser.get("/flows/hello")).body
    text = HELLO.replace("您好", words)
    revision = flow.get("revision")
    assert (await browser.put("/flows/hello", {"text": text, "revision": revision})).status == 200
    number: int = (await frozen(browser, f"问候语改为{words}"))["number"]
    return number


async def published(browser: Browser, number: int, **how: Any) -> Answer:
    body = {"alias": "live", "reason": "试验", **how}
    return await browser.post(f"/flows/versions/{number}/publish", body)


async def test_a_new_installation_serves_the_shipped_menu(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    whole = (await admin.get("/flows")).body
    assert whole["live"]["number"] == 1
    assert (whole["trial"], whole["two_person"], whole["making"]) == (None, False, None)
    flows = {one["name"]: one for one in whole["items"]}
    assert flows["12328"]["main"]
    assert flows["survey"]["main"]
    assert not flows["etc"]["main"]
    assert flows["12328"]["title"] == "12328 主菜单"
    assert not any(one["changed"] or one["mistakes"] for one in flows.values())


async def test_an_edit_becomes_a_version_with_its_sounds_and_is_rolled_back(
    desk: RunningDesk,
) -> None:
    admin = await desk.signed_in("admin")
    saved = await changed(admin, "survey", "flow: survey\n", "flow: survey\n# 修改\n")
    assert saved.status == 200
    assert saved.body["report"]["findings"] == []
    assert (await changed(admin, "12328", "请稍候。", "请稍等。")).status == 200
    listed = {one["name"]: one["changed"] for one in (await admin.get("/flows")).body["items"]}
    assert (listed["12328"], listed["survey"], listed["etc"]) == (True, True, False)
    version = await frozen(admin)
    assert (version["number"], version["author"], version["state"]) == (2, "admin", "checked")
    live = await published(admin, 2)
    assert (live.status, live.body["state"]) == (200, "live")
    sounds = list(desk.desk.settings.prompts.glob("*.wav"))
    assert len(sounds) > 50
    back = await admin.post("/flows/rollback", {"reason": "听不清"})
    assert (back.status, back.body["number"], back.body["state"]) == (200, 1, "live")
    states = [one["state"] for one in (await admin.get("/flows/versions")).body["items"]]
    assert states == ["published", "live"]
    told = (await admin.get("/flows/publications")).body["items"]
    assert [(one["way"], one["number"], one["by"]) for one in told] == [
        ("rollback", 1, "admin"),
        ("publish", 2, "admin"),
        ("install", 1, "system"),
    ]
    assert (await admin.post("/flows/rollback", {"reason": "再退"})).status == 404
    audited = (await admin.get("/audit", params={"what": "menu.rollback"})).body["items"]
    assert (audited[0]["who"], audited[0]["reason"]) == ("admin", "听不清")


async def test_of_two_people_who_edit_one_flow_the_later_is_told_and_loses_nothing(
    desk: RunningDesk,
) -> None:
    """The second save is refused with who was first; another flow is not touched by it."""
    one, two = await desk.signed_in("admin"), await desk.signed_in("admin")
    seen = (await two.get("/flows/etc")).body
    assert (await changed(one, "etc", "title: ", "title: 甲的")).status == 200
    late = await two.put("/flows/etc", {"text": seen["text"], "revision": seen["revision"]})
    assert late.status == 409
    assert (late.body["type"], late.body["by"]) == ("/problems/already-handled", "admin")
    assert "甲的" in (await two.get("/flows/etc")).body["text"]
    assert (await changed(two, "survey", "title: ", "title: 乙的")).status == 200
    gone = await two.ask("DELETE", "/flows/etc", json={"revision": seen["revision"]})
    assert gone.status == 409


async def test_a_wrong_draft_is_kept_and_never_frozen(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    saved = await changed(admin, "12328", "do: menu", "do: fly")
    assert saved.status == 200
    first = saved.body["report"]["findings"][0]
    assert (first["flow"], first["severity"]) == ("12328", "mistake")
    assert first["line"] > 1
    item = (await admin.get("/flows")).body["items"][0]
    assert (item["name"], item["changed"]) == ("12328", True)
    assert item["mistakes"] > 0
    refused = await admin.post("/flows/versions", {"reason": "试试"})
    assert (refused.status, refused.body["type"]) == (422, "/problems/menu-not-fit")
    assert refused.body["report"]["findings"] == saved.body["report"]["findings"]
    assert len((await admin.get("/flows/versions")).body["items"]) == 1


async def test_a_menu_without_its_main_flow_or_survey_is_not_fit(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    for name in ("12328", "survey"):
        revision = (await admin.get(f"/flows/{name}")).body["revision"]
        gone = await admin.ask("DELETE", f"/flows/{name}", json={"revision": revision})
        assert gone.status == 204
        assert (await admin.get(f"/flows/{name}")).status == 404
    whole = (await admin.get("/flows")).body
    assert whole["removed"] == ["12328", "survey"]
    refused = await admin.post("/flows/versions", {"reason": "删去"})
    told = [one["message"] for one in refused.body["findings"]]
    assert any("缺少主菜单流程" in one for one in told)
    assert any("缺少满意度评价流程" in one for one in told)


async def test_a_flow_made_anew_after_its_removal_has_a_revision_of_its_own(
    desk: RunningDesk,
) -> None:
    admin = await desk.signed_in("admin")
    made = await admin.put("/flows/hello", {"text": HELLO, "revision": None})
    assert made.status == 200
    first = made.body["revision"]
    assert (await admin.put("/flows/hello", {"text": HELLO, "revision": None})).status == 409
    assert (await admin.ask("DELETE", "/flows/hello", json={"revision": first})).status == 204
    again = await admin.put("/flows/hello", {"text": HELLO, "revision": None})
    assert again.body["revision"] > first
    assert (await admin.put("/flows/hello", {"text": HELLO, "revision": first})).status == 409
    assert (await admin.put("/flows/other", {"text": HELLO, "revision": 7})).status == 404


async def test_texts_come_back_as_they_were_written(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    text = "\n# 开头的说明\n" + HELLO + "  # 结尾\n\n"
    made = await admin.put("/flows/问候", {"text": text, "revision": None})
    assert made.status == 200
    assert (await admin.get("/flows/问候")).body["text"] == text
    long = HELLO + "# " + "字" * 100_000 + "\n"
    assert (await admin.put("/flows/hello", {"text": long, "revision": None})).status == 200


@pytest.mark.parametrize("name", ["versions", "trial", "a-b", "a" * 65, "flow.x", "two_person"])
async def test_a_name_that_cannot_be_a_flows_is_refused(desk: RunningDesk, name: str) -> None:
    admin = await desk.signed_in("admin")
    answer = await admin.put(f"/flows/{name}", {"text": HELLO, "revision": None})
    assert answer.status in (404, 405, 422)


async def test_the_difference_is_told_as_text_and_by_step(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    await edited_and_frozen(admin, "您好")
    text = (
        "flow: hello\ntitle: 改\nsteps:\n  new: {do: say, text: 新的。}\n"
        "  a: {do: hang_up, text: 再会。}\n"
    )
    revision = (await admin.get("/flows/hello")).body["revision"]
    await admin.put("/flows/hello", {"text": text, "revision": revision})
    by_draft = (await admin.get("/flows/difference", params={"from": 2})).body
    flow = next(one for one in by_draft["flows"] if one["name"] == "hello")
    assert (by_draft["from"], by_draft["to"], flow["change"]) == (2, None, "changed")
    assert flow["steps"] == [
        {"step": "", "change": "changed"},
        {"step": "new", "change": "added"},
        {"step": "a", "change": "changed"},
    ]
    assert "-title: 问候" in flow["unified"]
    assert "+title: 改" in flow["unified"]
    whole = (await admin.get("/flows/versions/2/difference")).body
    assert {one["name"] for one in whole["flows"] if one["change"] != "same"} == {"hello"}
    first = (await admin.get("/flows/versions/1/difference")).body
    assert {one["change"] for one in first["flows"]} == {"added"}
    assert (await admin.get("/flows/versions/9/difference")).status == 404


async def test_a_sentence_no_voice_can_say_blocks_the_publication(desk: RunningDesk) -> None:
    """Nobody hears a silent step: live stays what it was."""
    admin = await desk.signed_in("admin")
    number = await edited_and_frozen(admin, "说不出的话")
    refused = await published(admin, number)
    assert refused.status == 422
    assert "说不出的话" in refused.body["detail"]
    assert (await admin.get("/flows")).body["live"]["number"] == 1
    assert (await admin.get("/flows")).body["making"] is None


async def test_a_trial_has_its_share_and_callers_and_ends(desk: RunningDesk) -> None:
    admin, manager = await desk.signed_in("admin"), await desk.signed_in("manager")
    number = await edited_and_frozen(admin, "您好呀")
    assert (await published(admin, number, alias="trial")).status == 422
    wrong = await published(admin, number, alias="trial", callers=["不是号码"])
    assert wrong.status == 422
    callers = ["138 1234 5678", "13812345678"]
    tried = await published(admin, number, alias="trial", share=10, callers=callers)
    assert (tried.status, tried.body["state"]) == (200, "trial")
    trial = (await manager.get("/flows")).body["trial"]
    assert trial == {"number": number, "share": 10, "callers": ["13812345678"]}
    assert (await admin.get("/flows")).body["trial"]["callers"] == ["138****5678"]
    assert (await admin.ask("DELETE", "/flows/trial", json={"reason": "够了"})).status == 204
    assert (await admin.get("/flows")).body["trial"] is None
    assert (await admin.ask("DELETE", "/flows/trial", json={"reason": "够了"})).status == 404
    await published(admin, number, alias="trial", share=10)
    assert (await published(admin, number)).status == 200
    assert (await admin.get("/flows")).body["trial"] is None


async def test_under_the_two_person_rule_the_last_editor_may_not_publish(
    desk: RunningDesk,
) -> None:
    """A list of test telephones is no publication; going back never waits for a second person."""
    admin, manager = await desk.signed_in("admin"), await desk.signed_in("manager")
    assert (await manager.put("/flows/two_person", {"is_on": True})).body == {"is_on": True}
    assert (await admin.get("/flows")).body["two_person"]
    number = await edited_and_frozen(admin, "您好呀")
    refused = await published(admin, number)
    assert refused.status == 403
    assert "双人规则" in refused.body["detail"]
    assert (await published(admin, number, alias="trial", share=5)).status == 403
    own = await published(admin, number, alias="trial", callers=["13812345678"])
    assert own.status == 200
    assert (await published(manager, number)).status == 200
    assert (await admin.post("/flows/rollback", {"reason": "不好"})).status == 200
    assert (await published(admin, number)).status == 200
    assert (await admin.put("/flows/two_person", {"is_on": False})).status == 200


async def test_an_older_version_is_taken_as_draft_but_not_over_unfrozen_edits(
    desk: RunningDesk,
) -> None:
    admin = await desk.signed_in("admin")
    await edited_and_frozen(admin, "您好")
    assert (await changed(admin, "etc", "title: ", "title: 新的")).status == 200
    kept = await admin.post("/flows/versions/1/draft", {})
    assert (kept.status, kept.body["by"]) == (409, "admin")
    assert (await admin.post("/flows/versions/1/draft", {"discard": True})).status == 204
    whole = (await admin.get("/flows")).body
    assert "hello" not in [one["name"] for one in whole["items"]]
    assert not any(one["changed"] for one in whole["items"])
    assert (await admin.post("/flows/versions/2/draft", {})).status == 204
    assert (await admin.get("/flows/hello")).body["text"] == HELLO
    assert (await admin.post("/flows/versions/77/draft", {})).status == 404


async def test_the_same_draft_is_frozen_once(desk: RunningDesk) -> None:
    admin = await desk.signed_in("admin")
    await edited_and_frozen(admin, "您好")
    again = await admin.post("/flows/versions", {"reason": "再来"})
    assert again.status == 422
    assert "与第2版相同" in again.body["detail"]


async def test_who_may_only_publish_changes_no_word(desk: RunningDesk) -> None:
    manager = await desk.signed_in("manager")
    assert (await changed(manager, "etc", "title: ", "title: 新的")).status == 403
    assert (await manager.post("/flows/versions", {"reason": "试"})).status == 403
    assert (await (await desk.signed_in("agent1")).get("/flows")).status == 403


def test_a_newer_shipped_menu_goes_live_only_where_nobody_edited(
    database: Database, clock: MovableClock
) -> None:
    shipped = read_texts(SHIPPED)
    newer = {**shipped, "hello": HELLO}
    with database.transaction() as session:
        install_menu(session, clock.now(), shipped, {}, own_fit=True)
        again = install_menu(session, clock.now(), shipped, {}, own_fit=True)
        assert (again.shipped, again.live) == (None, 1)
        assert install_menu(session, clock.now(), newer, {}, own_fit=True).live == 2
        assert aliases(session).live == 2
