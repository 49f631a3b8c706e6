"""What callers left with the menu by themselves, as the people at the desk find and settle it."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import AGENT_HUMS, Browsers, Seated
from tests.browser.desk import PATIENCE, OrderPage, Screen
from tests.installation import Town
from tests.waiting import wait_for
from ticketing.calls.callbacks import Wish, ask_callback
from ticketing.clock import SystemClock
from ticketing.database import Database

WAITS = "13940009001"


def test_what_a_caller_said_into_the_menu_waits_for_the_dispatcher_and_is_heard(
    browser_town: Town, browsers: Browsers
) -> None:
    """Plate, day and hour unknown, then half a minute of words: a draft with its recording."""
    _tells_of_a_lost_thing(browser_town)
    screen = OrderPage(browsers.page("dispatcher"))
    screen.page.goto("/todo?tab=voices")
    row = screen.at("voice-row").filter(has_text="13940008001")
    expect(row).to_be_visible(timeout=PATIENCE)
    expect(row).to_contain_text("乘车日：昨天")
    expect(row.get_by_role("button", name="收听")).to_be_enabled(timeout=2 * PATIENCE)
    screen.play_first()
    row.get_by_role("link", name="打开工单").click()
    expect(screen.at("order-view")).to_be_visible(timeout=PATIENCE)


def _tells_of_a_lost_thing(town: Town) -> None:
    folder = Path(town.house.settings["paths"]["monitor"])
    caller = town.carrier.dial("12328", caller="13940008001")
    caller.press("5#2#")
    caller.speaks(700.0)

    def said() -> bool:
        return any(one.stat().st_size > 48_000 for one in folder.glob("*-1-message.wav"))

    wait_for("three seconds are said after the tone", said, 60)
    caller.press("#")
    caller.hang_up()


def test_an_agent_calls_back_with_one_click_who_would_not_wait(
    browser_town: Town, seated: Seated
) -> None:
    database = Database(browser_town.house.settings["database"])
    with database.transaction() as session:
        wish = Wish("pbx1-0.1", WAITS, "complaint", timedelta(hours=2))
        ask_callback(session, SystemClock().now(), wish)
    database.close()
    desk = seated("agent1")
    desk.page.get_by_role("link", name="我的待办").click()
    todo = Screen(desk.page)
    todo.page.get_by_role("tab", name="待回电").click()
    row = todo.at("callback-row").filter(has_text=WAITS)
    row.get_by_role("button", name="回电").click()
    phone = browser_town.carrier.rings(WAITS, 60).answer(hums=440.0)
    phone.hears_tone(AGENT_HUMS["agent1"], 40)
    phone.hang_up()
    expect(row).to_contain_text("我正在回电", timeout=PATIENCE)
    todo.at("callback-note").fill("已答复票价")
    todo.at("callback-reached").click()
    expect(row).to_have_count(0, timeout=PATIENCE)
