"""The whole way of a spoken wish: telephone, recogniser, flow, queue, journal, recording."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from asterisk_conf.names import DialplanEvent
from asterisk_conf.secrets import speech_secret
from tests.asterisk.carrier import Carrier
from tests.asterisk.menu.house import AGENT, QUEUES, MenuHouse
from tests.asterisk.sound import read_wav, seconds_of_any_sound, tone, write_wav
from tests.asterisk.speech.house import MediaProcess
from tests.asterisk.speech.spoken import TEST_MODEL, spoken
from tests.waiting import wait_for

QUESTION = "请说要办的事，投诉请按3，人工请按0。"
FLOW = f"""
flow: main
title: 会听的菜单
steps:
  main:
    do: listen
    text: {QUESTION}
    keys: {{"3": complaint}}
    intents:
      taxi: {{title: 投诉出租车, phrases: [我要投诉出租车, 投诉出租车], next: complaint}}
      fast: {{title: 高速, phrases: [高速公路路况], next: etc}}
  complaint: {{do: to_agent, skill: complaint}}
  etc: {{do: to_agent, skill: etc}}
"""


@pytest.fixture
def listening(menu: MenuHouse, menu_state: Path) -> Iterator[MenuHouse]:
    """The entry's flow listens, and somebody hears."""
    settings = menu.pbx.settings
    flow = menu_state / "flows" / "main.yaml"
    flow.parent.mkdir(exist_ok=True)
    flow.write_text(FLOW, "utf-8")
    write_wav(menu.phrases(QUESTION.rstrip("。")), tone(470.0, 1570.0, seconds=6.0))
    secret = speech_secret(settings.installation_secret)
    media = MediaProcess(settings.speech_port, secret, menu_state)
    media.start_with(TEST_MODEL, settings.installation_secret)
    wait_for("the model is loaded", media.hears, seconds=120)
    menu.pbx.sign_in("1041", *QUEUES)
    yield menu
    media.stop()
    flow.unlink()


def test_a_wish_said_in_one_sentence_reaches_its_seat_and_is_kept(
    listening: MenuHouse, carrier: Carrier
) -> None:
    call = listening.dial(carrier)
    call.phone.hears(listening.phrases(QUESTION.rstrip("。")))
    call.phone.says(spoken("我要投诉出租车"))
    carrier.rings("1041").answer(hums=AGENT)
    call.phone.hears_tone(AGENT)
    assert listening.pbx.told(DialplanEvent.QUEUED, call.key)[-1]["queue"] == "complaint"
    wait_for("the walk is written", lambda: listening.row(call).flow_ending == "queue")
    step = listening.steps(call)[0]
    assert (step.outcome, step.said) == ("taxi", "我要投诉出租车")
    stretches = listening.pbx.told(DialplanEvent.STRETCH, call.key)
    said = next(fields for fields in stretches if fields["stretch"].endswith("-speech"))
    file = listening.pbx.settings.monitor / said["file"].rsplit("/", 1)[1]
    assert seconds_of_any_sound(read_wav(file)) > 0.8


def test_a_key_leads_to_the_same_place(listening: MenuHouse, carrier: Carrier) -> None:
    call = listening.dial(carrier)
    call.phone.hears(listening.phrases(QUESTION.rstrip("。")))
    call.phone.press("3")
    carrier.rings("1041").answer(hums=AGENT)
    assert listening.pbx.told(DialplanEvent.QUEUED, call.key)[-1]["queue"] == "complaint"
