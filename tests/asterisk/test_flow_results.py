"""What a flow decides is what the dialplan does."""

from asterisk_conf.names import (
    FLOW_NUMBER,
    FLOW_PRIORITY,
    FLOW_RESULT,
    DialplanEvent,
    FlowResult,
    QueuedReason,
)
from tests.asterisk.calls import AGENT, CALLER, OUTSIDE, seconds_recorded, talk_on, to_queue
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx
from tests.fakes.fastagi import AgiSession, FakeFastAgi


def transferring(number: str, session: AgiSession) -> None:
    session.set(FLOW_NUMBER, number)
    session.set(FLOW_RESULT, FlowResult.TRANSFER)


def test_a_flow_that_names_a_skill_reaches_a_seat_with_it(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    pbx.sign_in("1042", "etc")

    def flow(session: AgiSession) -> None:
        session.set(FLOW_PRIORITY, "7")
        to_queue(session, "etc")

    with FakeFastAgi(pbx.settings.fastagi_port, flow):
        caller = carrier.dial("12328")
        carrier.rings("1042").answer(hums=AGENT)
        caller.hears_tone(AGENT)
    queued = pbx.told(DialplanEvent.QUEUED)[-1]
    assert (queued["queue"], queued["reason"]) == ("etc", QueuedReason.FLOW)


def test_a_queue_the_site_does_not_know_is_the_default_queue(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: to_queue(s, "no-such")):
        carrier.dial("12328")
        carrier.rings("1041").answer()
    assert pbx.told(DialplanEvent.QUEUED)[-1]["queue"] == "common"


def test_a_skill_without_seats_overflows_to_the_default_queue(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: to_queue(s, "etc")):
        carrier.dial("12328")
        carrier.rings("1041").answer()
    queued = pbx.told(DialplanEvent.QUEUED)[-1]
    assert (queued["queue"], queued["reason"]) == ("common", QueuedReason.OVERFLOW)


def test_distress_is_put_through_to_12395_and_both_sides_are_kept(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: transferring("12395", s)):
        caller = carrier.dial("12328")
        rescue = carrier.rings("12395").answer(hums=OUTSIDE)
        caller.speaks(CALLER)
        caller.hears_tone(OUTSIDE)
        rescue.hears_tone(CALLER)
        talk_on(rescue)
        rescue.hang_up()
        caller.waits_for_end()
    call = pbx.told(DialplanEvent.CALL)[-1]["call"]
    assert seconds_recorded(pbx, call, "outside", "12395", OUTSIDE) >= 0.5
    assert seconds_recorded(pbx, call, "caller", "13900001111", CALLER) >= 0.5


def test_distress_that_is_not_answered_comes_to_a_seat_first_of_all(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: transferring("12395", s)):
        caller = carrier.dial("12328")
        carrier.rings("12395").reject()
        caller.hears("named/tell-12395")
        carrier.rings("1041").answer(hums=AGENT)
        caller.hears_tone(AGENT)


def test_a_number_that_is_only_told_is_told_and_0_leads_to_a_seat(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: transferring("12306", s)):
        caller = carrier.dial("12328")
        caller.hears("named/tell-12306")
        assert carrier.nothing_rings("12306")
        caller.press("0")
        carrier.rings("1041").answer(hums=AGENT)
        caller.hears_tone(AGENT)


def test_a_number_switched_to_transfer_is_put_through(pbx: HotlinePbx, carrier: Carrier) -> None:
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: transferring("12122", s)):
        caller = carrier.dial("12328")
        carrier.rings("12122").answer(hums=OUTSIDE)
        caller.hears_tone(OUTSIDE)


def test_a_number_the_site_does_not_allow_leads_to_a_seat_and_is_never_dialled(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: transferring("0085212345678", s)):
        carrier.dial("12328")
        carrier.rings("1041").answer()
    assert carrier.nothing_rings("0085212345678")


def test_a_flow_that_says_goodbye_ends_the_call(pbx: HotlinePbx, carrier: Carrier) -> None:
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: s.set(FLOW_RESULT, FlowResult.HANGUP)):
        carrier.dial("12328").waits_for_end()
