"""What an agent lives through in a call, in a real browser, with a real caller."""

import io

import av
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.asterisk.sound import Sound, seconds_of_tone
from tests.browser.conftest import AGENT_HUMS, Browsers, Seated
from tests.browser.desk import OrderForm, OrderPage, TestPhonePage
from tests.installation import Town
from tests.rest import ApiPerson
from tests.waiting import wait_for

CALLER_HUMS = 440.0
COMPLAINT = "十一月二十八日晚七点左右在沈阳站东广场打车，司机询问目的地后拒绝载客并离开。"


def decoded(ogg: bytes) -> Sound:
    """A recording's samples at 8 kHz, one row a side."""
    with av.open(io.BytesIO(ogg)) as container:
        resampler = av.AudioResampler(
            format="fltp", layout=container.streams.audio[0].layout, rate=8000
        )
        frames = [
            piece.to_ndarray()
            for frame in container.decode(audio=0)
            for piece in resampler.resample(frame)
        ]
    return np.concatenate(frames, axis=1).astype(np.float64)


def test_a_complaint_is_taken_and_its_recording_is_on_the_order(
    browser_town: Town, seated: Seated
) -> None:
    """Ring, pop, answer, write down, hang up, survey; both voices are kept and can be heard."""
    desk = seated("agent1")
    caller = browser_town.carrier.dial("12328", caller="13940001234")
    caller.speaks(CALLER_HUMS)
    caller.press("3")
    desk.expect_phone("ringing")
    assert "13940001234" in desk.popped_number().replace(" ", "")
    desk.answer()
    caller.hears_tone(AGENT_HUMS["agent1"])
    form = OrderForm(desk.page)
    form.classify("拒载")
    form.complain("辽A12345", "司机明确表示不去浑南，直接开走")
    form.write(COMPLAINT)
    form.pass_on()
    order_no = form.save()
    desk.hang_up()
    desk.expect_seat("wrap_up")

    order = OrderPage(desk.page)
    order.open(order_no)
    order.play_first()
    person = ApiPerson(browser_town.house.web, "leader")

    def conversation() -> dict[str, object] | None:
        recordings = person.get(f"/work-orders/{order_no}")["recordings"]
        kept = [r for r in recordings if r["kind"] == "conversation" and r["state"] == "stored"]
        return kept[0] if kept else None

    kept = wait_for("the two-sided recording is on the order", conversation, 60)
    left, right = decoded(person.fetch(f"/recordings/{kept['id']}/audio"))
    assert seconds_of_tone(left, CALLER_HUMS) > 1
    assert seconds_of_tone(right, AGENT_HUMS["agent1"]) > 1


def test_a_form_that_lacks_something_says_what_and_loses_nothing(seated: Seated) -> None:
    """Too short a text is told at its field, in Chinese, and stays as it was typed."""
    desk = seated("agent1")
    form = OrderForm(desk.page)
    form.classify("拒载")
    form.complain("辽A12345", "拒载")
    form.write("太短")
    form.pass_on()
    form.at("order-submit").click()
    assert "20" in form.error_at("content")
    expect(form.at("order-content")).to_have_value("太短")


@pytest.mark.parametrize("button", ["transfer-blind", "transfer-consult"])
def test_a_caller_is_handed_to_another_agent(
    browser_town: Town, seated: Seated, button: str
) -> None:
    """Blind or after a word with the colleague: the caller hears the second agent."""
    first, second = seated("agent1"), seated("agent2")
    first.at("seat-state").wait_for()
    second.make_busy()
    caller = browser_town.carrier.dial("12328", caller="13940005678")
    caller.speaks(CALLER_HUMS)
    caller.press("0")
    first.expect_phone("ringing")
    first.answer()
    caller.hears_tone(AGENT_HUMS["agent1"])
    second.be_ready()
    if button == "transfer-blind":
        first.transfer("seat", "1002")
        second.expect_phone("ringing")
        second.answer()
    else:
        first.aim("seat", "1002")
        first.at("transfer-consult").click()
        second.expect_phone("ringing")
        second.answer()
        first.at("transfer-complete").click()
    caller.hears_tone(AGENT_HUMS["agent2"], 40)
    first.expect_phone("idle")
    second.hang_up()


def test_a_reload_in_a_call_says_what_happened_and_the_caller_is_served_again(
    browser_town: Town, seated: Seated
) -> None:
    """The tab takes the sound with it; the caller comes back to the queue, not to silence."""
    desk = seated("agent1")
    caller = browser_town.carrier.dial("12328", caller="13940009999")
    caller.speaks(CALLER_HUMS)
    caller.press("0")
    desk.expect_phone("ringing")
    desk.answer()
    caller.hears_tone(AGENT_HUMS["agent1"])
    desk.page.reload()
    desk.be_ready_again()
    desk.expect_phone("ringing")
    desk.answer()
    caller.hears_tone(AGENT_HUMS["agent1"])
    desk.hang_up()


def test_a_newcomer_sees_a_whole_call_with_two_tabs(browsers: Browsers, seated: Seated) -> None:
    """The demo's public phone dials 12328; 0 leads to the agent in the other tab."""
    desk = seated("agent1")
    phone = TestPhonePage(browsers.page())
    phone.dial()
    phone.press("0")
    desk.expect_phone("ringing")
    desk.answer()
    phone.hang_up()
    desk.expect_phone("idle")


def test_callers_words_are_shown_never_run(browser_town: Town, seated: Seated) -> None:
    """A name or a text with markup is text on every page."""
    desk = seated("agent1")
    form = OrderForm(desk.page)
    evil = "<img src=x onerror=alert(1)>" + COMPLAINT
    form.classify("拒载")
    form.complain("<b>辽A</b>", "理由'\";--")
    form.write(evil)
    form.pass_on()
    order = OrderPage(desk.page)
    alerts: list[str] = []
    desk.page.on("dialog", lambda dialog: alerts.append(dialog.message))
    order.open(form.save())
    expect(order.at("order-view")).to_contain_text("<img src=x")
    assert alerts == []
