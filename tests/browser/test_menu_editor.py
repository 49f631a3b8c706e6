"""An administrator changes the voice menu: written, proven, published, heard, taken back."""

import base64
import re
from pathlib import Path
from typing import Final

import numpy as np
from playwright.sync_api import Locator, Page, expect

from ivr_flows.prompts.espeak import Espeak
from ivr_flows.prompts.library import Library
from ivr_flows.prompts.recorded import Recordings
from ivr_flows.texts import fixed_phrases
from tests.asterisk.sound import Sound, find, read_wav
from tests.browser.conftest import Browsers
from tests.browser.desk import PATIENCE, Screen, TestPhonePage
from tests.installation import Town
from tests.waiting import wait_for

LONG: Final = 120_000
"""Milliseconds: publishing makes sounds first."""
CLOSED = "京哈高速沈阳至四平段因暴雪封闭，请绕行。"
CLEAR = "今天没有收到管制和封闭的消息。"
LIKENESS: Final = 0.55
"""A browser's ear resamples and smooths: less alike than a telephone's own samples."""
LISTEN: Final = """
    const Real = window.RTCPeerConnection;
    window.heard = [];
    window.RTCPeerConnection = class extends Real {
        constructor(...given) {
            super(...given);
            this.addEventListener('track', (event) => {
                const context = new AudioContext({ sampleRate: 8000 });
                const ear = context.createScriptProcessor(1024, 1, 1);
                const stream = event.streams[0] ?? new MediaStream([event.track]);
                context.createMediaStreamSource(stream).connect(ear);
                ear.connect(context.destination);
                ear.onaudioprocess = (sound) => {
                    const samples = sound.inputBuffer.getChannelData(0);
                    window.heard.push(Array.from(samples, (one) => Math.round(one * 32767)));
                };
            });
        }
    };
"""
HEARD: Final = """() => {
    const bytes = new Uint8Array(new Int16Array(window.heard.flat()).buffer);
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192)
        text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
}"""


class MenuEditor(Screen):
    """语音菜单."""

    def open(self) -> None:
        self.page.goto("/menu")
        expect(self.at("flow-canvas")).to_be_visible(timeout=PATIENCE)
        self.expect_verdict("fit")

    def step(self, name: str) -> Locator:
        return self.at(f"step-{name}")

    def tab(self, label: str) -> None:
        self.at("menu-tabs").get_by_role("tab", name=label).click()

    def find(self, name: str) -> None:
        """By the search box; the step is chosen and its fields are shown."""
        search = self.at("step-search").locator("input")
        search.fill(name)
        self.page.get_by_role("option", name=name).first.click()
        self.tab("属性")
        expect(self.at("panel-name")).to_have_value(name)

    def lead(self, field: str, words: str) -> None:
        """Chooses the step that a field leads to."""
        self.choose(f"field-{field}", words)

    def expect_verdict(self, state: str) -> None:
        expect(self.at("check-verdict")).to_have_attribute("data-state", state, timeout=LONG)

    def save(self) -> None:
        self.page.keyboard.press("Control+s")
        expect(self.at("flow-save")).to_be_disabled(timeout=PATIENCE)

    def answer(self, reason: str) -> None:
        self.at("reason").fill(reason)
        self.at("reason-submit").click()
        expect(self.at("reason-dialog")).to_be_hidden(timeout=LONG)

    def live(self) -> int:
        words = self.at("live-version").inner_text()
        found = re.search(r"第 (\d+) 版", words)
        assert found, words
        return int(found[1])


class ListeningPhone(TestPhonePage):
    """The public phone; what its ear gets can be looked at."""

    __test__ = False

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        page.add_init_script(LISTEN)

    def heard(self) -> Sound:
        data = base64.b64decode(self.page.evaluate(HEARD))
        return np.frombuffer(data, "<i2").astype(np.float64) / 32768

    def hears(self, wav: Path, patience: float = 60) -> None:
        sound = read_wav(wav)
        wait_for(f"{wav.name} is heard", lambda: find(self.heard(), sound, LIKENESS), patience)


def sound_of(town: Town, text: str) -> Path:
    """The file that the menu plays for a text without variables."""
    paths = town.house.settings["paths"]
    voice = Espeak(tuple(town.house.settings.get("espeak", ("espeak-ng",))))
    recordings = Recordings(Path(paths["flows"]) / "recorded")
    return Library(Path(paths["prompts"]), voice, recordings).path(fixed_phrases(text)[0])


def test_a_changed_menu_is_proven_published_heard_and_rolled_back(
    browser_town: Town, browsers: Browsers
) -> None:
    """Another prompt, a branch with a closure notice; the next caller hears both, then no more."""
    editor = MenuEditor(browsers.page("admin"))
    editor.open()
    editor.tab("版本")
    before = editor.live()
    editor.find("main")
    old = editor.at("field-text").input_value()
    fresh = "您好，" + old.replace("人工服务请按0。", "")
    editor.at("field-text").fill(fresh)
    expect(editor.step("main")).to_contain_text("您好")

    add_closure_notice(editor)
    editor.expect_verdict("fit")
    editor.tab("用例")
    editor.at("tests-run").click()
    expect(editor.at("tests-summary")).to_contain_text("通过", timeout=LONG)
    expect(editor.at("tests-summary")).not_to_contain_text("没有通过")
    editor.save()

    editor.tab("版本")
    editor.at("version-freeze").click()
    editor.answer("暴雪封路，来电先听到通告")
    number = before + 1
    expect(editor.at(f"version-{number}")).to_have_attribute("data-state", "checked")
    editor.at(f"version-compare-{number}").click()
    added = editor.at("difference-dialog").locator('[data-test="step-notice"]')
    expect(added).to_have_attribute("data-change", "added", timeout=LONG)
    editor.page.keyboard.press("Escape")
    editor.at(f"version-publish-{number}").click()
    editor.answer("值班长同意")
    expect(editor.at(f"version-{number}")).to_have_attribute("data-state", "live", timeout=LONG)

    phone = ListeningPhone(browsers.page())
    phone.dial()
    phone.hears(sound_of(browser_town, CLOSED))
    phone.hears(sound_of(browser_town, fresh))
    phone.hang_up()

    editor.at("version-rollback").click()
    editor.answer("道路已开放")
    expect(editor.at("live-version")).to_contain_text(f"第 {before} 版", timeout=LONG)
    again = ListeningPhone(browsers.page())
    again.dial()
    again.hears(sound_of(browser_town, old))
    assert find(again.heard(), read_wav(sound_of(browser_town, CLOSED)), LIKENESS) is None
    again.hang_up()


def add_closure_notice(editor: MenuEditor) -> None:
    """Below the announcement: while nobody cancelled the menu, a notice is said first."""
    editor.find("announcement")
    editor.at("step-add").click()
    editor.page.locator('[data-test="add-branch"]').click()
    expect(editor.at("panel-name")).to_have_value("branch")
    editor.choose("field-on", "开关")
    editor.at("field-of").fill("direct")
    row = editor.at("field-cases").locator("[data-key]").first
    row.locator("input").first.fill("off")
    row.locator("input").first.press("Enter")
    editor.choose("field-cases-off", "新建一步")
    expect(editor.at("panel-name")).to_have_value("say")
    editor.at("panel-name").fill("notice")
    editor.at("panel-name").press("Enter")
    expect(editor.step("notice")).to_be_attached()
    editor.at("field-text").fill(CLOSED)
    editor.choose("field-next", "direct_mode")


def test_what_is_drawn_and_what_is_written_are_one_text(browsers: Browsers) -> None:
    """Typed in the panel it stands in the text; undone in the text it leaves the graph."""
    editor = MenuEditor(browsers.page("admin"))
    editor.open()
    editor.find("emergency_clear")
    editor.at("field-text").fill(CLEAR)
    expect(editor.step("emergency_clear")).to_contain_text(CLEAR)
    editor.tab("文本")
    lines = editor.page.locator(".cm-chosen")
    expect(lines.filter(has_text=CLEAR)).to_be_visible()
    editor.at("flow-text").focus()
    editor.page.keyboard.press("Control+z")
    expect(editor.step("emergency_clear")).not_to_contain_text(CLEAR)
    expect(editor.at("flow-save")).to_be_disabled()
