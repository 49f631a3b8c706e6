"""The desk's pages as a person uses them, in words; the selectors stand here and nowhere else.

Every wait is by condition with Playwright's own deadline; `PATIENCE` is generous because the host
may steal most of the CPU.
"""

import re
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

PATIENCE: Final = 30_000
"""Milliseconds for anything that needs the telephone or the database."""

CHROMIUM_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)


def microphone(wav: Path) -> str:
    """The flag that makes a file what this browser's microphone hears."""
    return f"--use-file-for-fake-audio-capture={wav}"


def new_context(browser: Browser, url: str) -> BrowserContext:
    """A person's own browser: no shared cookies, microphone allowed, Chinese."""
    context = browser.new_context(
        base_url=url, locale="zh-CN", viewport={"width": 1440, "height": 900}
    )
    context.grant_permissions(["microphone"], origin=url)
    context.set_default_timeout(PATIENCE)
    return context


class Screen:
    """Any page of the desk."""

    def __init__(self, page: Page) -> None:
        self.page: Final = page

    def at(self, name: str) -> Locator:
        return self.page.locator(f'[data-test="{name}"]')

    def choose(self, select: str, label: str) -> None:
        """Opens a select and clicks its choice (in its own list: another may still be fading)."""
        self.at(select).click()
        own = self.at(select).get_by_role("combobox").get_attribute("aria-controls")
        choices = self.page.locator(f'[id="{own}"]')
        choices.get_by_role("option", name=label).first.click()


class LogIn(Screen):
    """The first page."""

    def enter(self, login: str, password: str) -> None:
        self.page.goto("/login")
        self.at("login-name").fill(login)
        self.at("login-password").fill(password)
        self.at("login-submit").click()
        expect(self.at("user-menu")).to_be_visible(timeout=PATIENCE)


class AgentDesk(Screen):
    """An agent's three-part screen and the phone in it."""

    def open(self) -> None:
        self.page.goto("/desk")

    def sign_in(self) -> None:
        """Into all the queues that the agent may serve, with the browser's phone."""
        self.at("sign-in").click()
        self.at("sign-in-confirm").click()
        expect(self.at("seat-state")).not_to_have_attribute(
            "data-state", "signed_out", timeout=PATIENCE
        )
        expect(self.at("phone")).to_have_attribute(
            "data-registration", "registered", timeout=PATIENCE
        )

    def be_ready(self) -> None:
        if self.seat_state() != "ready":
            self.at("seat-ready").click()
        self.expect_seat("ready")

    def be_ready_again(self) -> None:
        """After the page was loaded anew: the phone registers, then the seat takes calls."""
        expect(self.at("phone")).to_have_attribute(
            "data-registration", "registered", timeout=PATIENCE
        )
        if self.seat_state() not in ("ready", "ringing"):
            self.at("seat-ready").click()

    def make_busy(self) -> None:
        self.at("seat-busy").click()
        self.page.get_by_role("menuitem").first.click()
        self.expect_seat("busy")

    def seat_state(self) -> str:
        return self.at("seat-state").get_attribute("data-state") or ""

    def expect_seat(self, state: str) -> None:
        expect(self.at("seat-state")).to_have_attribute("data-state", state, timeout=PATIENCE)

    def expect_phone(self, phase: str) -> None:
        expect(self.at("phone")).to_have_attribute("data-phase", phase, timeout=PATIENCE)

    def answer(self) -> None:
        self.at("answer").click()
        self.expect_phone("talking")

    def hang_up(self) -> None:
        self.at("hang-up").click()
        self.expect_phone("idle")

    def hold(self) -> None:
        self.at("hold").click()

    def popped_number(self) -> str:
        expect(self.at("pop-number")).to_be_visible(timeout=PATIENCE)
        return self.at("pop-number").inner_text()

    def pressed_keys(self) -> list[str]:
        return self.at("call-steps").locator("kbd").all_inner_texts()

    def transfer(self, kind: str, target: str) -> None:
        """Blind; `kind` is seat, queue or outside; a seat by extension, a queue by its label."""
        self.aim(kind, target)
        self.at("transfer-blind").click()

    def consult(self, kind: str, target: str) -> None:
        self.aim(kind, target)
        self.at("transfer-consult").click()
        expect(self.at("transfer-complete")).to_be_visible(timeout=PATIENCE)

    def aim(self, kind: str, target: str) -> None:
        """Fills in where the caller shall go."""
        if self.at("transfer-open").get_attribute("aria-expanded") != "true":
            self.at("transfer-open").click()
        self.at(f"transfer-to-{kind}").click()
        if kind == "outside":
            self.at("transfer-target").fill(target)
        else:
            self.at("transfer-target").click()
            self.page.get_by_role("option", name=re.compile(re.escape(target))).first.click()


class OrderForm(Screen):
    """The order while it is written."""

    def classify(self, *words: str) -> None:
        """Searches the tree by words and takes the first that fits all of them."""
        picker = self.at("order-class").locator("input")
        picker.click()
        picker.press_sequentially(" ".join(words))
        found = self.page.locator(".el-cascader__suggestion-item").first
        expect(found).to_be_visible()
        found.click()

    def write(self, content: str) -> None:
        self.at("order-content").fill(content)

    def answer_at_once(self, result: str) -> None:
        self.at("order-then-instant").click()
        self.at("order-result").fill(result)

    def pass_on(self) -> None:
        self.at("order-then-handle").click()

    def complain(self, about: str, reason: str) -> None:
        self.at("order-kind-complaint").click()
        self.at("order-object").fill(about)
        self.at("order-reason").fill(reason)

    def save(self) -> str:
        """Sends it and returns the order's number."""
        self.at("order-submit").click()
        expect(self.at("order-saved")).to_be_visible(timeout=PATIENCE)
        return self.at("order-saved").locator('[data-test="order-no"]').inner_text()

    def error_at(self, field: str) -> str:
        place = self.page.locator(f'[data-field="{field}"] .el-form-item__error')
        expect(place).to_be_visible()
        return place.inner_text()


class OrderPage(Screen):
    """An order and what may be done with it."""

    def open(self, order_no: str) -> None:
        self.page.goto(f"/orders/{order_no}")
        expect(self.at("order-view")).to_be_visible(timeout=PATIENCE)

    def state(self) -> str:
        return self.at("order-state").inner_text()

    def history(self) -> list[str]:
        return self.at("order-history").locator("strong").all_inner_texts()

    def offered(self) -> set[str]:
        """What this person may do now."""
        buttons = self.page.locator('[data-test^="order-move-"]')
        names = [one.get_attribute("data-test") or "" for one in buttons.all()]
        return {name.removeprefix("order-move-") for name in names}

    def begin(self, event: str) -> None:
        self.at(f"order-move-{event}").click()
        expect(self.at("move-dialog")).to_be_visible()

    def fill(self, field: str, text: str) -> None:
        self.at(f"move-field-{field}").fill(text)

    def finish(self) -> None:
        self.at("move-submit").click()
        expect(self.at("move-dialog")).to_be_hidden(timeout=PATIENCE)

    def play_first(self) -> None:
        """Opens the first recording that is stored and plays it until its time moves."""
        self.page.locator('[data-test^="player-open-"]:not([disabled])').first.click()
        self.at("player-play").click()
        expect(self.at("player-time")).not_to_have_text(re.compile(r"^0:00 /"), timeout=PATIENCE)


class TestPhonePage(Screen):
    """A caller's phone in the browser."""

    __test__ = False  # pytest: not a test class

    def dial(self) -> None:
        self.page.goto("/test-phone")
        expect(self.at("test-phone")).to_have_attribute("data-phase", "idle", timeout=PATIENCE)
        self.at("dial-call").click()
        self.expect_phase("talking")

    def expect_phase(self, phase: str) -> None:
        expect(self.at("test-phone")).to_have_attribute("data-phase", phase, timeout=PATIENCE)

    def press(self, digit: str) -> None:
        self.at(f"dial-key-{ {'*': 'star', '#': 'hash'}.get(digit, digit) }").click()

    def hang_up(self) -> None:
        self.at("dial-hang-up").click()
        self.expect_phase("idle")
