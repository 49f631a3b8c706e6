"""Whatever Python does, the caller reaches a person or can leave a message."""

from asterisk_conf.names import DialplanEvent, QueuedReason
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx

CALLER, AGENT = 1450.0, 2525.0


def test_a_caller_reaches_a_seat_when_no_python_runs_at_all(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    caller = carrier.dial("12328", caller="13912345678")
    caller.hears("named/recording-notice")
    caller.hears("named/menu-failed")
    ringing = carrier.rings("1041")
    assert ringing.caller_id == "13912345678"
    seat = ringing.answer(hums=AGENT)
    caller.speaks(CALLER)
    caller.hears_tone(AGENT)
    seat.hears_tone(CALLER)
    queued = pbx.told(DialplanEvent.QUEUED)[-1]
    assert queued["reason"] == QueuedReason.FAILURE
    assert ringing.call_key == queued["call"]
    seat.hang_up()
    caller.waits_for_end()
