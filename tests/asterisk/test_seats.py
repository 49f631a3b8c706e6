"""What a seat's own phone may dial."""

from asterisk_conf.names import DialplanEvent
from tests.asterisk.calls import AGENT, OUTSIDE, SECOND, seconds_recorded, talk_on
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx


def test_a_seat_calls_a_citizen_who_sees_12328_and_hears_that_it_is_recorded(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    seat = carrier.dial_from_seat("1041", "13800138000")
    ringing = carrier.rings("13800138000")
    assert ringing.caller_id == "12328"
    citizen = ringing.answer(hums=OUTSIDE)
    citizen.hears("named/recorded")
    seat.is_answered()
    seat.speaks(AGENT)
    seat.hears_tone(OUTSIDE)
    citizen.hears_tone(AGENT)
    talk_on(seat)
    citizen.hang_up()
    seat.waits_for_end()
    call = pbx.told(DialplanEvent.CALL)[-1]
    assert (call["entry"], call["dialled"]) == ("outbound", "13800138000")
    assert seconds_recorded(pbx, call["call"], "agent", "1041", AGENT) >= 0.5
    assert seconds_recorded(pbx, call["call"], "outside", "13800138000", OUTSIDE) >= 0.5


def test_a_seat_calls_another_seat_and_both_are_kept(pbx: HotlinePbx, carrier: Carrier) -> None:
    first = carrier.dial_from_seat("1041", "1042")
    second = carrier.rings("1042").answer(hums=SECOND)
    first.is_answered()
    first.speaks(AGENT)
    first.hears_tone(SECOND)
    second.hears_tone(AGENT)
    talk_on(first)
    first.hang_up()
    call = pbx.told(DialplanEvent.CALL)[-1]
    assert call["entry"] == "internal"
    assert seconds_recorded(pbx, call["call"], "agent", "1041", AGENT) >= 0.5
    assert seconds_recorded(pbx, call["call"], "agent", "1042", SECOND) >= 0.5


def test_a_seat_cannot_dial_what_the_site_does_not_allow(pbx: HotlinePbx, carrier: Carrier) -> None:
    phone = carrier.dial_from_seat("1041", "0085212345678")
    carrier.ami.wait_event("Hangup", lambda m: m["Uniqueid"] == phone.id)
    assert carrier.nothing_rings("0085212345678")
