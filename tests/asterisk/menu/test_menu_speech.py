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

INVITED = "水上遇险请按8，人工请按0。其他事请直接说，比如查京哈高速，投诉出租车。听按键菜单请按9"


@pytest.fixture
def listening(menu: MenuHouse, menu_state: Path) -> Iterator[MenuHouse]:
    """The shipped menu, and somebody hears."""
    settings = menu.pbx.settings
    write_wav(menu.phrases(INVITED), tone(470.0, 1570.0, seconds=6.0))
    secret = speech_secret(settings.installation_secret)
    media = MediaProcess(settings.speech_port, secret, menu_state)
    media.start_with(TEST_MODEL, settings.installation_secret)
    wait_for("the model is loaded", media.hears, seconds=120)
    menu.pbx.sign_in("1041", *QUEUES)
    yield menu
    media.stop()


def test_a_wish_said_in_one_sentence_reaches_its_seat_and_is_kept(
    listening: MenuHouse, carrier: Carrier
) -> None:
    call = listening.dial(carrier)
    call.phone.hears(listening.phrases(INVITED))
    call.phone.says(spoken("我要反映意见"))
    carrier.rings("1041").answer(hums=AGENT)
    call.phone.hears_tone(AGENT)
    assert listening.pbx.told(DialplanEvent.QUEUED, call.key)[-1]["queue"] == "common"
    wait_for("the walk is written", lambda: listening.row(call).flow_ending == "queue")
    step = next(step for step in listening.steps(call) if step.said)
    assert (step.step, step.outcome, step.said) == ("main", "suggest", "我要反映意见")
    assert step.learned == {"kind": "suggestion"}
    stretches = listening.pbx.told(DialplanEvent.STRETCH, call.key)
    said = next(fields for fields in stretches if fields["stretch"].endswith("-speech"))
    file = listening.pbx.settings.monitor / said["file"].rsplit("/", 1)[1]
    assert seconds_of_any_sound(read_wav(file)) > 0.8


def test_a_key_leads_to_the_same_place(listening: MenuHouse, carrier: Carrier) -> None:
    call = listening.dial(carrier)
    call.phone.hears(listening.phrases(INVITED))
    call.phone.press("4")
    carrier.rings("1041").answer(hums=AGENT)
    assert listening.pbx.told(DialplanEvent.QUEUED, call.key)[-1]["queue"] == "common"


def test_a_complaint_and_a_road_are_understood_with_what_they_are_about(
    listening: MenuHouse, carrier: Carrier
) -> None:
    for words, outcome, learned in (
        ("我要投诉出租车", "taxi_complaint", {"kind": "complaint", "topic": "巡游出租汽车"}),
        ("京哈高速路况", "one_road", {"road": "京哈高速", "road_no": "1"}),
    ):
        call = listening.dial(carrier)
        call.phone.hears(listening.phrases(INVITED))
        call.phone.says(spoken(words))
        wait_for("the words are written", lambda: any(s.said for s in listening.steps(call)))  # noqa: B023
        step = next(step for step in listening.steps(call) if step.said)
        assert (step.outcome, step.said, step.learned) == (outcome, words, learned)
        call.phone.hang_up()
