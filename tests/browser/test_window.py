"""Somebody with a telephone in hand files a matter, follows it with a code, and rates it."""

import json
import re
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browsers
from tests.browser.desk import PATIENCE, Screen
from tests.house import House
from tests.installation import Town
from tests.rest import ApiPerson
from tests.waiting import wait_for

PHONE = "13800138123"
CONTENT = "昨天晚上八点在火车站坐出租车，司机不打计价器，多收了三十元，态度也不好。"
ANSWER = "您好，经核实司机未使用计价器属实，已责令退还多收的费用并对其批评教育。"


class WindowPage(Screen):
    """The public's pages on a narrow telephone."""

    def __init__(self, page: Page, path: str = "/public") -> None:
        super().__init__(page)
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(path)

    def fits(self) -> bool:
        """Nothing has to be moved sideways to be read."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

    def file_complaint(self) -> str:
        """The order's number."""
        self.at("window-kind-complaint").click()
        self.at("file-content").fill(CONTENT)
        self.at("file-next").click()
        self.at("file-object").fill("辽A12345")
        self.at("file-reason").fill("多收费，请退还")
        self.at("file-next").click()
        self.at("file-phone").fill(PHONE)
        self.at("file-next").click()
        expect(self.at("file-done")).to_be_visible(timeout=PATIENCE)
        return self.at("file-order-no").inner_text()


def sent_codes(house: House) -> list[str]:
    """The codes that the house's log gateway wrote, oldest first."""
    path = Path(house.state) / "log" / "sms.log"
    if not path.exists():
        return []
    lines: list[dict[str, Any]] = [json.loads(line) for line in path.read_text().splitlines()]
    return [found[1] for line in lines if (found := re.search(r"验证码(\d{6})", line["text"]))]


def test_a_matter_is_filed_answered_followed_and_rated(
    browser_town: Town, browsers: Browsers
) -> None:
    house, screen = browser_town.house, WindowPage(browsers.page())
    order_no = screen.file_complaint()
    assert screen.fits()

    agent = ApiPerson(house.web, "agent1")
    order = agent.get(f"/work-orders/{order_no}")
    answer = {
        "event": "answer_instantly",
        "version": order["version"],
        "fields": {"result": ANSWER},
    }
    agent.post(f"/work-orders/{order_no}/moves", answer)

    screen.at("file-follow").click()
    expect(screen.at("follow-order-no")).to_have_value(order_no)
    before = len(sent_codes(house))
    screen.at("follow-ask").click()
    wait_for("the code is sent", lambda: len(sent_codes(house)) > before, 60)
    code = sent_codes(house)[-1]
    screen.at("follow-code").fill(f"{(int(code) + 1) % 10**6:06d}")
    screen.at("follow-enter").click()
    expect(screen.at("window-failure")).to_contain_text("验证码不对", timeout=PATIENCE)
    screen.at("follow-code").fill(code)
    screen.at("follow-enter").click()
    expect(screen.at("progress")).to_have_attribute("data-stage", "closed", timeout=PATIENCE)
    expect(screen.at("progress-reply")).to_have_text(ANSWER)
    assert screen.fits()

    screen.at("rating-send").click()
    expect(screen.at("window-failure")).to_have_text("请先选择一项。")
    screen.at("rating-satisfied").check()
    screen.at("rating-send").click()
    expect(screen.at("progress-rated")).to_contain_text("满意", timeout=PATIENCE)
    screen.page.reload()
    expect(screen.at("progress-rated")).to_contain_text("满意", timeout=PATIENCE)
    expect(screen.at("rating-form")).to_have_count(0)


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    browsers: Browsers,
) -> None:
    screen = WindowPage(browsers.page(), "/public/file/complaint")
    screen.at("file-content").fill("太短了")
    screen.at("file-next").click()
    expect(screen.page.locator("[data-field=content] .error")).to_contain_text("现在是3个字")
    expect(screen.at("file-content")).to_be_focused()
    screen.at("file-content").fill(CONTENT)
    screen.page.reload()
    expect(screen.at("file-content")).to_have_value(CONTENT)
    screen.page.keyboard.press("Tab")
    screen.at("file-next").press("Enter")
    screen.at("file-next").press("Enter")
    expect(screen.page.locator("[data-field=object] .error")).to_be_visible()
    expect(screen.page.locator("[data-field=reason] .error")).to_be_visible()


def test_large_type_stays_and_still_fits_the_telephone(browsers: Browsers) -> None:
    screen = WindowPage(browsers.page())
    size = "parseFloat(getComputedStyle(document.querySelector('.choice b')).fontSize)"
    before = screen.page.evaluate(size)
    screen.at("window-large").click()
    expect(screen.at("window-large")).to_have_attribute("aria-pressed", "true")
    screen.page.reload()
    assert screen.page.evaluate(size) > before * 1.3
    for path in ("", "/file/complaint", "/follow"):
        screen.page.goto(f"/public{path}")
        expect(screen.page.locator("h1")).to_be_visible()
        assert screen.fits(), path


def test_the_public_loads_nothing_of_the_desks_code(browsers: Browsers) -> None:
    screen = WindowPage(browsers.page())
    expect(screen.at("window-home")).to_be_visible()
    names: list[str] = screen.page.evaluate(
        "performance.getEntriesByType('resource').map(one => one.name)"
    )
    scripts = [name.rsplit("/", 1)[1] for name in names if name.endswith(".js")]
    assert scripts
    assert not [one for one in scripts if one.startswith(("vendor", "softphone", "index", "Desk"))]
    expect(screen.at("window-call")).to_have_attribute("href", "tel:12328")


def test_photos_taken_with_the_telephone_are_seen_by_the_agent(
    browser_town: Town, browsers: Browsers, tmp_path: Path
) -> None:
    """Chosen, one taken away again, kept over a reload, filed, and shown large on a click."""
    photos = [photo(tmp_path, number) for number in range(3)]
    screen = WindowPage(browsers.page())
    screen.at("window-kind-complaint").click()
    screen.at("file-content").fill(CONTENT)
    screen.at("file-photo-input").set_input_files([tmp_path / "no-photo.jpg"])
    expect(screen.at("file-photo-error")).to_contain_text("打不开这张照片", timeout=PATIENCE)
    screen.at("file-photo-input").set_input_files(photos)
    shots = screen.at("file-photos").locator("img")
    expect(shots).to_have_count(3, timeout=PATIENCE)
    screen.at("file-photo-remove-1").click()
    expect(shots).to_have_count(2)
    screen.page.reload()
    expect(shots).to_have_count(2)
    assert screen.fits()
    screen.at("file-next").click()
    screen.at("file-object").fill("辽A12345")
    screen.at("file-reason").fill("多收费，请退还")
    screen.at("file-next").click()
    screen.at("file-phone").fill("13800138125")
    screen.at("file-next").click()
    expect(screen.at("file-done")).to_be_visible(timeout=PATIENCE)
    order_no = screen.at("file-order-no").inner_text().replace(" ", "").replace("\n", "")

    agent = Screen(browsers.page("agent1"))
    agent.page.goto(f"/orders/{order_no}")
    seen = agent.at("order-photos").locator("img")
    expect(seen).to_have_count(2, timeout=PATIENCE)
    wait_for(
        "the pictures are painted",
        lambda: all(one.evaluate("image => image.naturalWidth > 0") for one in seen.all()),
        60,
    )
    seen.first.click()
    expect(agent.page.locator(".el-image-viewer__img")).to_be_visible()


def photo(folder: Path, number: int) -> Path:
    """As a telephone makes it: large, and with the place in it."""
    (folder / "no-photo.jpg").write_bytes(b"not a picture")
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    path = folder / f"photo{number}.jpg"
    Image.new("RGB", (3000, 2000), (60 * number, 120, 200)).save(path, exif=exif)
    return path
