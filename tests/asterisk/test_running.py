"""The running exchange: changed under calls, killed, on a demo machine, outside its hours."""

import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from asterisk_conf.changes import RestartNeededError, apply
from asterisk_conf.names import DialplanEvent
from asterisk_conf.render import render
from asterisk_conf.site import Site
from asterisk_conf.tree import Asterisk
from tests.asterisk.calls import AGENT, CALLER, a_talk
from tests.asterisk.carrier import Carrier
from tests.asterisk.conftest import site
from tests.asterisk.pbx import HotlinePbx, throwaway_settings


def test_nothing_failed_to_load(pbx: HotlinePbx) -> None:
    assert pbx.instance.failures() == []


def test_a_changed_notice_is_brought_in_while_people_talk(
    pbx: HotlinePbx, carrier: Carrier, asterisk: Asterisk
) -> None:
    etc = pbx.instance.folders.etc
    talk = a_talk(pbx, carrier)
    data = site(pbx.settings.carrier_port)
    data |= {"notice": {"text": "新的提示音。", "version": "8"}}
    data["queues"]["ship"] = {"title": "海事"}
    changed = render(Site.model_validate(data), pbx.settings, asterisk)
    before = render(pbx.site, pbx.settings, asterisk)
    try:
        assert apply(etc, changed, pbx.instance.cli) == ["dialplan reload", "queue reload all"]
        talk.seat.speaks(None)
        talk.seat.speaks(AGENT)
        talk.caller.hears_tone(AGENT)
        talk.seat.hears_tone(CALLER)
        told = len(pbx.told(DialplanEvent.NOTICE))
        carrier.dial("12328", caller="13900002222")
        assert pbx.wait_told(DialplanEvent.NOTICE, since=told)["version"] == "8"
        pbx.ami.action("QueueAdd", Queue="ship", Interface="PJSIP/1042")
    finally:
        apply(etc, before, pbx.instance.cli)


def test_a_change_that_needs_a_restart_is_refused_and_the_talk_goes_on(
    pbx: HotlinePbx, carrier: Carrier, asterisk: Asterisk, tmp_path: Path
) -> None:
    talk = a_talk(pbx, carrier)
    changed = render(pbx.site, throwaway_settings(tmp_path), asterisk)
    with pytest.raises(RestartNeededError):
        apply(pbx.instance.folders.etc, changed, pbx.instance.cli)
    talk.caller.hears_tone(AGENT)


@pytest.fixture
def demo(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlinePbx]:
    """A demo exchange outside its opening hours."""
    folder = tmp_path_factory.mktemp("d")
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    closed = {
        "days": "every",
        "start": f"{now + timedelta(hours=6):%H:%M}",
        "end": f"{now + timedelta(hours=8):%H:%M}",
    }
    settings = throwaway_settings(folder, demo=True)
    pbx = HotlinePbx(asterisk, settings, site(settings.carrier_port) | {"hours": closed})
    pbx.start()
    yield pbx
    pbx.stop()


@pytest.fixture
def neighbour(asterisk: Asterisk, demo: HotlinePbx, tmp_path: Path) -> Iterator[Carrier]:
    """Somebody on the same machine with a SIP client."""
    settings = demo.settings
    carrier = Carrier(
        asterisk,
        tmp_path,
        settings.prompts,
        settings.carrier_port,
        settings.sip_port,
        trunk="127.0.0.1",
    )
    carrier.start([])
    yield carrier
    carrier.stop()


def test_in_the_demo_this_machine_calls_without_a_password_and_a_killed_exchange_comes_back(
    demo: HotlinePbx, neighbour: Carrier
) -> None:
    caller = neighbour.dial("12328")
    caller.hears("named/recording-notice")
    caller.hears("named/closed")  # outside the hours nobody is asked to wait
    caller.hears("named/leave-message")
    caller.hang_up()
    demo.kill(signal.SIGKILL)
    demo.start()
    neighbour.dial("12328").hears("named/recording-notice")
