"""The first seconds of a call: number dialled, caller's number, recording notice."""

import pytest

from asterisk_conf.names import DialplanEvent, QueuedReason
from tests.asterisk.calls import AGENT, to_queue
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx
from tests.asterisk.sound import seconds_of_any_sound
from tests.fakes.fastagi import FakeFastAgi
from tests.waiting import wait_for


def test_the_notice_is_played_whole_and_told_with_its_version(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    before = len(pbx.told(DialplanEvent.NOTICE))
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: s.wait_until_gone()) as menu:
        caller = carrier.dial("12328")
        caller.hears("named/recording-notice")
        notice = pbx.wait_told(DialplanEvent.NOTICE, since=before)
        assert (notice["version"], notice["whole"]) == ("7", "yes")
        wait_for("the flow of entry main is asked for", lambda: menu.scripts == ["main"])
    call = pbx.told(DialplanEvent.CALL, notice["call"])[0]
    assert (call["dialled"], call["entry"]) == ("12328", "main")


def test_a_caller_who_hangs_up_in_the_notice_has_not_heard_it_whole(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    before = len(pbx.told(DialplanEvent.NOTICE))
    caller = carrier.dial("12328")
    wait_for("the notice begins", lambda: seconds_of_any_sound(caller.heard()) > 0)
    caller.hang_up()
    assert pbx.wait_told(DialplanEvent.NOTICE, since=before)["whole"] == "no"


def test_0_pressed_in_the_notice_leads_to_a_person_who_is_not_recorded_untold(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    before = len(pbx.told(DialplanEvent.QUEUED))
    with FakeFastAgi(pbx.settings.fastagi_port, lambda s: s.wait_until_gone()) as menu:
        caller = carrier.dial("12328")
        caller.press("0")
        caller.hears("named/recorded")
        carrier.rings("1041").answer(hums=AGENT)
        caller.hears_tone(AGENT)
        assert menu.scripts == []
    queued = pbx.wait_told(DialplanEvent.QUEUED, since=before)
    assert queued["reason"] == QueuedReason.KEY
    told = [n["whole"] for n in pbx.told(DialplanEvent.NOTICE, queued["call"])]
    assert told == ["no", "yes"]


def test_an_old_local_number_tells_the_new_one_and_goes_on(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    pbx.sign_in("1041", "common")
    with FakeFastAgi(pbx.settings.fastagi_port, to_queue):
        caller = carrier.dial("02423896789")
        caller.hears("named/dial-12328")
        caller.hears("named/recording-notice")
        carrier.rings("1041").answer(hums=AGENT)
        caller.hears_tone(AGENT)
    assert pbx.told(DialplanEvent.CALL)[-1]["dialled"] == "02423896789"


def test_a_number_the_carrier_sends_by_mistake_is_served_too(
    pbx: HotlinePbx, carrier: Carrier
) -> None:
    carrier.dial("+862412328").hears("named/recording-notice")
    assert pbx.told(DialplanEvent.CALL)[-1]["dialled"] == "+862412328"


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ('"${SHELL(touch /tmp/x)}" <139;1234>', "139"),
        ('"x\\"),System(touch /tmp/x" <+8613900001111>', "+8613900001111"),
        ("<anonymous>", ""),
        ('"𠮷野家😀" <${CHANNEL}>', ""),
        (f'"{"长" * 60}" <{"1" * 30}>', "1" * 20),
    ],
)
def test_a_hostile_caller_id_is_reduced_to_digits(
    pbx: HotlinePbx, carrier: Carrier, shown: str, kept: str
) -> None:
    pbx.sign_in("1041", "common")
    with FakeFastAgi(pbx.settings.fastagi_port, to_queue):
        carrier.dial("12328", caller=shown)
        ringing = carrier.rings("1041")
        ringing.reject()
    stretch = pbx.told(DialplanEvent.STRETCH)[-1]
    assert stretch["party"].startswith(kept)
    assert set(stretch["party"]) <= set("0123456789+*#")
    assert len(stretch["party"]) <= 20


def test_the_desk_is_told_over_ami_what_cel_says(pbx: HotlinePbx, carrier: Carrier) -> None:
    since = pbx.ami.mark()
    carrier.dial("12328")
    event = pbx.ami.wait_event("UserEvent", lambda m: m["UserEvent"] == DialplanEvent.CALL, since)
    told = dict(part.split("=", 1) for part in event["Fields"].split(";"))
    assert told == pbx.told(DialplanEvent.CALL)[-1]
    assert told["call"] == event["Linkedid"]
