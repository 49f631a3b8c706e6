"""Callers who hang up, and Python that hangs, dies or is replaced, with callers in the menu."""

import signal
from collections.abc import Iterator

import pytest

from asterisk_conf.names import DialplanEvent, QueuedReason
from tests.asterisk.carrier import Carrier
from tests.asterisk.menu.house import AGENT, QUEUES, MenuHouse
from tests.waiting import wait_for


@pytest.fixture
def mortal(menu: MenuHouse) -> Iterator[MenuHouse]:
    """The house in a test that hurts its Python; afterwards it runs again."""
    yield menu
    menu.agi.ensure_running()


@pytest.mark.parametrize("keys", ["", "1", "2", "5", "5#", "5#1", "6", "651952743", "7", "74"])
def test_a_hang_up_at_any_step_is_written_down_and_leaves_nothing_behind(
    menu: MenuHouse, carrier: Carrier, keys: str
) -> None:
    call = menu.call(carrier)
    call.phone.press(keys)
    call.phone.hang_up()
    menu.pbx.wait_quiet()
    wait_for("the walk is written", lambda: menu.row(call).flow_ending == "gone")
    assert menu.steps(call)[-1].outcome == "gone"
    assert menu.agi.threads() < 40


def test_a_caller_reaches_a_seat_when_python_is_killed(mortal: MenuHouse, carrier: Carrier) -> None:
    """And what they pressed before is in the database once Python runs again."""
    mortal.pbx.sign_in("1041", *QUEUES)
    call = mortal.call(carrier)
    call.phone.press("7")
    call.phone.hears(mortal.phrases(OTHER))
    mortal.agi.kill()
    carrier.rings("1041").answer(hums=AGENT)
    call.phone.hears_tone(AGENT)
    assert mortal.pbx.told(DialplanEvent.QUEUED, call.key)[-1]["reason"] == QueuedReason.FAILURE
    mortal.agi.start()
    wait_for("the walk is in the database", lambda: mortal.steps(call))
    assert ("main", "7") in [(step.step, step.pressed) for step in mortal.steps(call)]


def test_a_caller_reaches_a_seat_within_seconds_when_python_hangs(
    mortal: MenuHouse, carrier: Carrier
) -> None:
    """Stopped in mid-menu: not the menu's five minutes, some seconds after the last command."""
    mortal.pbx.sign_in("1041", *QUEUES)
    call = mortal.call(carrier)
    mortal.agi.send(signal.SIGSTOP)
    try:
        carrier.rings("1041", seconds=60).answer(hums=AGENT)
        call.phone.hears_tone(AGENT)
    finally:
        mortal.agi.send(signal.SIGCONT)
    assert mortal.pbx.told(DialplanEvent.QUEUED, call.key)[-1]["reason"] == QueuedReason.TIMEOUT
    wait_for("the run ended", lambda: mortal.row(call).flow_ending == "gone")


def test_a_caller_reaches_a_seat_when_python_is_told_to_stop(
    mortal: MenuHouse, carrier: Carrier
) -> None:
    """A new version is put in: who is in the menu goes on in the dialplan."""
    mortal.pbx.sign_in("1041", *QUEUES)
    call = mortal.call(carrier)
    assert mortal.agi.stop() == 0
    carrier.rings("1041").answer(hums=AGENT)
    call.phone.hears_tone(AGENT)
    wait_for("the walk is in the database", lambda: mortal.row(call).flow_ending)


def test_a_call_begun_before_a_restart_and_one_after_are_both_whole(
    mortal: MenuHouse, carrier: Carrier
) -> None:
    mortal.pbx.sign_in("1041", *QUEUES)
    first = mortal.call(carrier)
    mortal.agi.kill()
    mortal.agi.start()
    carrier.rings("1041").answer()
    second = mortal.call(carrier, caller="13900003333")
    second.phone.press("3")
    wait_for("both are written", lambda: mortal.row(second).flow_ending == "queue")
    assert mortal.row(first).caller_number == "13900001111"


OTHER = (
    "高速救援请按1，铁路请按2，民航请按3，邮政快递请按4，高速公路客服请按5，"
    "客运公交常见问题请按6，返回请按星号键，重听请按9，人工服务请按0"
)
