"""One exchange and one carrier for all speech tests; a media server that understands by rule."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from asterisk_conf.secrets import speech_secret
from asterisk_conf.tree import Asterisk
from tests.asterisk.carrier import TRUNK, Carrier
from tests.asterisk.menu.house import menu_site
from tests.asterisk.pbx import HotlinePbx, throwaway_settings
from tests.asterisk.speech.house import MediaProcess, SpeechHouse


@pytest.fixture(scope="session")
def speech_state() -> Iterator[Path]:
    """A folder with a short name: Asterisk's socket lies in it."""
    with tempfile.TemporaryDirectory(prefix="hs") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def speech_pbx(asterisk: Asterisk, speech_state: Path) -> Iterator[HotlinePbx]:
    settings = throwaway_settings(speech_state, systemname="hs1")
    pbx = HotlinePbx(asterisk, settings, menu_site(TRUNK, settings.carrier_port))
    pbx.start()
    yield pbx
    pbx.stop()


@pytest.fixture(scope="session")
def speech_carrier(
    asterisk: Asterisk, speech_state: Path, speech_pbx: HotlinePbx
) -> Iterator[Carrier]:
    settings = speech_pbx.settings
    carrier = Carrier(
        asterisk, speech_state / "c", settings.prompts, settings.carrier_port, settings.sip_port
    )
    carrier.start([])
    yield carrier
    carrier.stop()


@pytest.fixture(scope="session")
def running_house(speech_state: Path, speech_pbx: HotlinePbx) -> Iterator[SpeechHouse]:
    settings = speech_pbx.settings
    secret = speech_secret(settings.installation_secret)
    media = MediaProcess(settings.speech_port, secret, speech_state)
    house = SpeechHouse(speech_pbx, media, speech_state / "sounds")
    house.start()
    yield house
    house.stop()
    media.stop()


@pytest.fixture
def pbx(speech_pbx: HotlinePbx) -> Iterator[HotlinePbx]:
    told = speech_pbx.instance.messages.stat().st_size
    yield speech_pbx
    print(speech_pbx.log_since(told))
    speech_pbx.hang_up_all()


@pytest.fixture
def carrier(speech_carrier: Carrier, pbx: HotlinePbx) -> Iterator[Carrier]:
    yield speech_carrier
    speech_carrier.hang_up_all()


@pytest.fixture
def house(running_house: SpeechHouse, pbx: HotlinePbx) -> SpeechHouse:
    """With a media server that is well."""
    running_house.media.stop()
    running_house.media.start()
    while not running_house.heard.empty():
        running_house.heard.get()
    return running_house
