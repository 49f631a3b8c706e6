"""The desk and a real Asterisk: ring, pop, talk, pass on, ask, lose each other, find again."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from asterisk_conf.secrets import seat_password
from asterisk_conf.tree import Asterisk
from tests.asterisk.carrier import Carrier, Seat
from tests.asterisk.conftest import SEATS, site
from tests.asterisk.desk import LiveDeskThread
from tests.asterisk.pbx import HotlinePbx, throwaway_settings
from tests.asterisk.phone import Phone
from tests.asterisk.waiting import wait_for

CALLER, FIRST, SECOND, LEADER = 1450.0, 2525.0, 1975.0, 700.0


@pytest.fixture(scope="module")
def house(asterisk: Asterisk) -> Iterator[tuple[HotlinePbx, Carrier, Path]]:
    """An Asterisk of this module's own: it is killed in here."""
    with tempfile.TemporaryDirectory(prefix="hd") as folder:
        state = Path(folder)
        settings = throwaway_settings(state)
        described = site(settings.carrier_port)
        described["transfers"] = {"ring": "20", "consult": "120"}
        own = HotlinePbx(asterisk, settings, described)
        own.start()
        carrier = Carrier(
            asterisk, state / "c", settings.prompts, settings.carrier_port, settings.sip_port
        )
        secret = settings.installation_secret
        carrier.start([Seat(e, seat_password(secret, e)) for e in SEATS])
        yield own, carrier, state
        carrier.stop()
        own.stop()


@pytest.fixture
def pbx(house: tuple[HotlinePbx, Carrier, Path]) -> Iterator[HotlinePbx]:
    own = house[0]
    yield own
    own.sign_out_all()
    own.hang_up_all()


@pytest.fixture
def carrier(house: tuple[HotlinePbx, Carrier, Path], pbx: HotlinePbx) -> Iterator[Carrier]:
    yield house[1]
    house[1].hang_up_all()


@pytest.fixture
def desk(pbx: HotlinePbx, tmp_path: Path) -> Iterator[LiveDeskThread]:
    desk = LiveDeskThread(pbx, tmp_path, SEATS)
    desk.start()
    yield desk
    desk.stop()


def talk(desk: LiveDeskThread, carrier: Carrier) -> tuple[Phone, Phone, str]:
    """A caller and the seat 1041 talk: the caller's phone, the seat's, the call's key."""
    caller = carrier.dial("12328", caller="13912345678")
    seat = carrier.rings("1041").answer(hums=FIRST)
    caller.speaks(CALLER)
    caller.hears_tone(FIRST)
    seat.hears_tone(CALLER)
    return caller, seat, desk.is_call_in_state("talking").key


def test_a_queue_call_pops_rings_is_talked_and_leaves_the_seat_in_wrap_up(
    desk: LiveDeskThread, carrier: Carrier
) -> None:
    browser = desk.signs_in("1041", "common")
    caller = carrier.dial("12328", caller="13912345678")
    ringing = carrier.rings("1041")
    pop = browser.waits_for("pop")
    assert pop["call"]["key"] == ringing.call_key
    assert desk.is_in_state("1041", "ringing").call_key == ringing.call_key
    seat = ringing.answer(hums=FIRST)
    caller.speaks(CALLER)
    caller.hears_tone(FIRST)
    call = desk.is_call_in_state("talking")
    assert (call.key, call.agent_extension) == (ringing.call_key, "1041")
    assert (call.caller_number, call.dialled) == ("13912345678", "12328")
    desk.is_in_state("1041", "talking")
    seat.hang_up()
    assert desk.is_in_state("1041", "wrap_up").wrap_up_until is not None
    desk.is_in_state("1041", "ready")
    caller.hang_up()
    assert browser.waits_for("call_ended") == {"key": ringing.call_key}
