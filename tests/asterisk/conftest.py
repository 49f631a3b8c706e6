"""One hotline Asterisk and one carrier for the whole run; every test leaves both empty."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asterisk_conf.secrets import seat_password
from asterisk_conf.tree import Asterisk, get_asterisk
from tests.asterisk.carrier import Carrier
from tests.asterisk.carrier_files import TRUNK, Seat
from tests.asterisk.pbx import HotlinePbx, throwaway_settings

SEATS = ("1041", "1042", "1043")


def site(carrier_port: int) -> dict[str, Any]:
    """The test's site: short times, one of each thing."""
    return {
        "region": "210100",
        "title": "测试热线",
        "numbers": {
            "12328": {"entry": "main"},
            "02423896789": {"entry": "main", "kind": "old_local"},
        },
        "queues": {
            "common": {"title": "综合", "max_wait": "60"},
            "short": {"title": "短队", "max_wait": "2"},
            "etc": {"title": "ETC业务", "max_wait": "60", "overflow": "common"},
        },
        "services": {
            "12395": {"title": "水上遇险求救", "distress": "yes"},
            "12306": {"title": "铁路客户服务"},
            "12122": {"title": "高速公路报警救援", "transfer": "yes"},
        },
        "trunks": {
            "carrier": {"match": [TRUNK], "contact": f"sip:{TRUNK}:{carrier_port}"},
        },
        "outbound": {"trunk": "carrier", "patterns": ["1[3-9]XXXXXXXXX"], "ring": "20"},
        "seats": [
            {"first": "1001", "last": "1002", "phone": "webrtc"},
            {"first": "1041", "last": "1043", "phone": "desk"},
        ],
        "notice": {"text": "本次通话将被录音。", "version": "7"},
        "menu": {"longest": "30", "first_word": "3", "survey": "2"},
        "transfers": {"ring": "20", "consult": "3", "dead_phone": "3"},
        "message": {"longest": "20", "silence": "8"},
    }


@pytest.fixture(scope="session")
def asterisk() -> Asterisk:
    cache = Path(os.environ.get("HOTLINE_CACHE") or "~/.cache/hotline").expanduser()
    return get_asterisk(cache, print)


@pytest.fixture(scope="session")
def state() -> Iterator[Path]:
    """A folder with a short name: Asterisk's socket lies in it."""
    with tempfile.TemporaryDirectory(prefix="hl") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def running_pbx(asterisk: Asterisk, state: Path) -> Iterator[HotlinePbx]:
    settings = throwaway_settings(state)
    pbx = HotlinePbx(asterisk, settings, site(settings.carrier_port))
    pbx.start()
    yield pbx
    pbx.stop()


@pytest.fixture(scope="session")
def running_carrier(asterisk: Asterisk, state: Path, running_pbx: HotlinePbx) -> Iterator[Carrier]:
    settings = running_pbx.settings
    carrier = Carrier(
        asterisk, state / "c", settings.prompts, settings.carrier_port, settings.sip_port
    )
    secret = settings.installation_secret
    carrier.start([Seat(e, seat_password(secret, e)) for e in SEATS])
    yield carrier
    carrier.stop()


@pytest.fixture
def pbx(running_pbx: HotlinePbx) -> Iterator[HotlinePbx]:
    told = running_pbx.instance.messages.stat().st_size
    yield running_pbx
    print(running_pbx.log_since(told))  # pytest shows it beside a failed test
    running_pbx.sign_out_all()
    running_pbx.hang_up_all()


@pytest.fixture
def carrier(running_carrier: Carrier, pbx: HotlinePbx) -> Iterator[Carrier]:
    yield running_carrier
    print(running_carrier.recent_log())
    running_carrier.hang_up_all()
