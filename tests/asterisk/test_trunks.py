"""A carrier who wants us to register, with TLS and SRTP."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from asterisk_conf.names import DialplanEvent
from asterisk_conf.tree import Asterisk
from tests.asterisk.calls import CALLER
from tests.asterisk.carrier import Carrier
from tests.asterisk.carrier_files import TRUNK, Certificate
from tests.asterisk.conftest import site
from tests.asterisk.pbx import HotlinePbx, throwaway_settings
from tests.asterisk.sound import read_wav, seconds_of_tone
from tests.waiting import wait_for


@dataclass(frozen=True, slots=True)
class Registered:
    """A hotline whose only trunk is a registration over TLS."""

    pbx: HotlinePbx
    carrier: Carrier


def make_certificate(folder: Path) -> Certificate:
    """Self-signed, for the carrier's address."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on this machine")
    files = Certificate(folder / "carrier.crt", folder / "carrier.key")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", "/CN=carrier", "-addext", f"subjectAltName=IP:{TRUNK}",
            "-out", str(files.certificate), "-keyout", str(files.key),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return files


@pytest.fixture
def registered(
    asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Registered]:
    folder = tmp_path_factory.mktemp("t")
    certificate = make_certificate(folder)
    settings = throwaway_settings(folder)
    trunk = {
        "registration": {
            "server": f"sip:{TRUNK}:{settings.carrier_port + 1}",
            "username": "line",
            "password": "opensesame",
        },
        "tls": {"srtp": "yes", "ca_file": str(certificate.certificate)},
        "codecs": ["alaw"],
    }
    pbx = HotlinePbx(
        asterisk, settings, site(settings.carrier_port) | {"trunks": {"carrier": trunk}}
    )
    carrier = Carrier(
        asterisk,
        folder / "c",
        settings.prompts,
        settings.carrier_port,
        settings.sip_port,
        certificate=certificate,
    )
    carrier.start([])
    pbx.start()
    yield Registered(pbx, carrier)
    pbx.stop()
    carrier.stop()


def test_the_line_registers_and_a_call_comes_in_encrypted(registered: Registered) -> None:
    pbx, carrier = registered.pbx, registered.carrier
    wait_for(
        "registered at the carrier",
        lambda: "Registered" in pbx.instance.cli("pjsip show registrations") or None,
        pause=0.2,
    )
    caller = carrier.dial_registered()
    caller.is_answered()
    caller.speaks(CALLER)
    caller.hears("named/recording-notice")
    caller.hears("named/nobody")
    caller.hears("named/leave-message")
    caller.hears_tone(1000)
    wait_for("a second of message", lambda: float(abs(caller.heard()[-8000:]).max()) < 0.02)
    channel = pbx.instance.cli("core show channels concise").split("!")[0]
    assert channel.startswith("PJSIP/trunk-carrier-")
    caller.hang_up()
    message = pbx.wait_told(DialplanEvent.VOICE_MESSAGE)
    pbx.wait_quiet()
    file = pbx.settings.monitor / message["file"].rsplit("/", 1)[1]
    assert seconds_of_tone(read_wav(file), CALLER) >= 0.75
