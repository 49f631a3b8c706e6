"""One exchange and one carrier for all speech tests; a media server that understands by rule."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from asterisk_conf.tree import Asterisk
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx
from tests.asterisk.speech.house import SpeechHouse, speech_house


@pytest.fixture(scope="session")
def speech_state() -> Iterator[Path]:
    """A folder with a short name: Asterisk's socket lies in it."""
    with tempfile.TemporaryDirectory(prefix="hs") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def running_house(asterisk: Asterisk, speech_state: Path) -> Iterator[SpeechHouse]:
    with speech_house(asterisk, speech_state) as house:
        yield house


@pytest.fixture(scope="session")
def speech_pbx(running_house: SpeechHouse) -> HotlinePbx:
    return running_house.pbx


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
