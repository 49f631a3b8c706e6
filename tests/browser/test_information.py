"""Duty staff type what the public is told, and the next caller hears it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from ivr_flows.prompts.espeak import Espeak
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import Recordings
from tests.browser.conftest import Browsers
from tests.browser.desk import PATIENCE, Screen
from tests.installation import Town


class InformationPage(Screen):
    """路况与公告, one tab at a time."""

    def __init__(self, page: Page, tab: str) -> None:
        super().__init__(page)
        page.goto(f"/information?tab={tab}")


def test_a_road_notice_typed_at_the_desk_is_heard_by_the_next_caller(
    browser_town: Town, browsers: Browsers
) -> None:
    """Kind, road, section, 发布; its sound is there before anybody calls."""
    screen = InformationPage(browsers.page("dispatcher"), "road")
    screen.at("notice-kind-works").click()
    screen.at("notice-road").fill("京沪")
    screen.page.get_by_role("option", name="G2 京沪高速").click()
    screen.at("notice-from").fill("济南东")
    screen.at("notice-to").fill("泰安")
    sentence = screen.at("notice-preview").inner_text()
    assert sentence.startswith("G2京沪高速，济南东至泰安段，双向，施工。")
    screen.at("notice-post").click()
    row = screen.at("notice-row").filter(has_text="济南东至泰安段")
    expect(row).to_be_visible(timeout=PATIENCE)
    paths = browser_town.house.settings["paths"]
    recordings = Recordings(Path(paths["flows"]) / "recorded")
    voice = Espeak(tuple(browser_town.house.settings.get("espeak", ("espeak-ng",))))
    sound = Library(Path(paths["prompts"]), voice, recordings).path(sentence)
    assert sound.exists()

    caller = browser_town.carrier.dial("12328", caller="13940007001")
    caller.press("1#")
    caller.hears(sound, 40)
    caller.hang_up()

    row.get_by_role("button", name="解除").click()
    screen.page.locator(".el-popconfirm").get_by_role("button", name="解除", exact=True).click()
    expect(row).to_have_count(0, timeout=PATIENCE)


def test_an_announcement_goes_out_only_after_it_was_checked(browsers: Browsers) -> None:
    """It plays first to every caller: shown once more, ticked, then posted, then taken back."""
    screen = InformationPage(browsers.page("leader"), "announcement")
    screen.at("announcement-text").fill("受暴雪影响，全省高速公路全部封闭。")
    screen.at("announcement-ask").click()
    expect(screen.at("announcement-post")).to_be_disabled()
    screen.at("announcement-checked").click()
    screen.at("announcement-post").click()
    row = screen.at("announcement-row").filter(has_text="受暴雪影响")
    expect(row).to_contain_text("正在播放", timeout=PATIENCE)
    row.get_by_role("button", name="撤销").click()
    screen.page.locator(".el-popconfirm").get_by_role("button", name="撤销", exact=True).click()
    expect(row).to_contain_text("已撤销", timeout=PATIENCE)


def test_an_answer_is_reviewed_published_and_found_beside_the_order(browsers: Browsers) -> None:
    """What a leader publishes an agent finds by a word and takes over with one click."""
    screen = InformationPage(browsers.page("leader"), "knowledge")
    screen.at("knowledge-add").click()
    screen.at("knowledge-topic").click()
    screen.page.keyboard.type("taxi")
    screen.page.keyboard.press("Enter")
    screen.at("knowledge-question").fill("出租汽车起步价多少？")
    screen.at("knowledge-answer").fill("起步价三公里十元。")
    screen.at("knowledge-save").click()
    row = screen.page.locator("tr", has_text="出租汽车起步价")
    row.get_by_role("button", name="提交审核").click()
    row.get_by_role("button", name="发布").click()
    screen.page.locator(".el-popconfirm").get_by_role("button", name="发布", exact=True).click()
    expect(row).to_have_attribute("data-state", "published", timeout=PATIENCE)

    desk = Screen(browsers.page("agent1"))
    desk.page.goto("/desk")
    desk.at("desk-knowledge").fill("起步价 出租汽车")
    desk.at("desk-knowledge-answer").first.click()
    expect(desk.at("order-result")).to_have_value("起步价三公里十元。")
