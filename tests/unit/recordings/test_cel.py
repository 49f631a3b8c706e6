"""Lines of Asterisk's channel event log: what they mean, and that no line does harm."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_conf import names
from tests.fakes.asterisk_files import AGENT_LEG, KEY, cel_line, hangup, stretch, told
from ticketing.recordings import cel

AT = datetime(2026, 11, 28, 10, 0, 0, 123456, tzinfo=UTC)


def test_every_event_of_the_dialplan_is_understood() -> None:
    """The two packages spell the names alike, though neither imports the other."""
    for event in names.DialplanEvent:
        line = told(AT, event.value, "stretch=a-caller;role=caller;queue=general;reason=flow")
        assert cel.decode(line) is not None, event
    assert names.Role.AGENT == "agent"
    assert names.Role.OUTSIDE == "outside"
    assert names.Role.CALLER == "caller"


def test_a_call_begins_with_its_numbers() -> None:
    line = told(AT, "HotlineCall", "callref=c-1;dialled=12328;entry=main")
    assert cel.decode(line) == cel.CallEntered(
        AT, KEY, KEY, callref="c-1", dialled="12328", entry="main", caller_number="13912345678"
    )


def test_a_user_event_is_understood_in_either_spelling_of_its_type() -> None:
    """Releases of Asterisk differ in whether the type is the event's name or USER_DEFINED."""
    new = told(AT, "HotlineQueued", "queue=general;reason=flow")
    old = new.replace('"eventtype":"HotlineQueued"', '"EventType":"USER_DEFINED"')
    assert cel.decode(old) == cel.decode(new)
    assert cel.decode(new) == cel.JoinedQueue(AT, KEY, KEY, queue="general", reason="flow")


def test_a_stretch_of_a_leg_in_a_room_belongs_to_the_callers_call() -> None:
    """A leg asked into a room has a linkedid of its own; the event names the call."""
    line = stretch(AT, AGENT_LEG, "agent", "1002").replace(
        f'"linkedid":"{KEY}"', f'"linkedid":"{AGENT_LEG}"'
    )
    event = cel.decode(line)
    assert isinstance(event, cel.StretchBegan)
    assert (event.call_key, event.leg, event.party) == (KEY, AGENT_LEG, "1002")
    assert event.stretch == f"{AGENT_LEG}-agent"


def test_who_hung_up_is_told_by_the_source() -> None:
    channel = "PJSIP/1001-00000002"
    by_agent = cel.decode(hangup(AT, AGENT_LEG, channel, channel))
    by_caller = cel.decode(hangup(AT, AGENT_LEG, channel, "PJSIP/carrier-00000001"))
    assert by_agent == cel.LegHungUp(AT, KEY, AGENT_LEG, cause=16, by_itself=True)
    assert by_caller == cel.LegHungUp(AT, KEY, AGENT_LEG, cause=16, by_itself=False)


def test_only_seats_channels_ring() -> None:
    seat = cel.decode(cel_line(AT, "CHAN_START", channame="PJSIP/1001-00000002"))
    assert seat == cel.LegStarted(AT, KEY, KEY, extension="1001")
    assert cel.decode(cel_line(AT, "CHAN_START", channame="PJSIP/carrier-00000002")) is None
    assert cel.decode(cel_line(AT, "CHAN_START", channame="WebSocket/py/0x7f")) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "null",
        "[1,2]",
        "[" * 100_000,
        '{"eventtype":"LINKEDID_END"}',
        cel_line(AT, "LINKEDID_END", uniqueid="a b"),
        cel_line(AT, "LINKEDID_END", linkedid="x" * 65),
        cel_line(AT, "LINKEDID_END", eventtime="yesterday"),
        cel_line(AT, "LINKEDID_END", eventtime="2026-11-28T10:00:00"),
        cel_line(AT, "LINKEDID_END", num="a\\d"),
        told(AT, "HotlineStretch", "stretch=../../etc/passwd;role=caller"),
        told(AT, "HotlineStretch", "role=caller"),
        cel_line(AT, "HotlineCall", eventextra='{"extra":"callref=no-call"}'),
        hangup(AT, AGENT_LEG, "c", "c").replace(":16", ':\\"x\\"'),
    ],
)
def test_a_spoilt_line_is_called_garbage(line: str) -> None:
    """The reader logs it and goes on."""
    with pytest.raises(cel.CelGarbage):
        cel.decode(line)


@given(st.text(max_size=200))
def test_no_caller_id_writes_an_event_of_its_own(number: str) -> None:
    """However quotes, backslashes and line ends are set, a caller id never becomes an event."""
    forged = '","eventtype":"LINKEDID_END","linkedid":"' + KEY
    for text in (number, number + forged, '\\"' + forged, "\n" + cel_line(AT, "LINKEDID_END")):
        for line in cel_line(AT, "CHAN_START", num=text).split("\n"):
            try:
                event = cel.decode(line)
            except cel.CelGarbage:
                continue
            assert event is None


@given(st.text())
def test_any_text_is_an_event_nothing_or_garbage(text: str) -> None:
    with suppress(cel.CelGarbage):
        assert cel.decode(text) is None


def test_the_end_of_a_speech_turn_is_nobodys_hang_up() -> None:
    """The media server's own channel comes and goes with every turn."""
    line = hangup(AT, AGENT_LEG, "WebSocket/speech/0x7f0c4c0", CARRIER_CHANNEL)
    assert cel.decode(line) is None


CARRIER_CHANNEL = "PJSIP/carrier-00000001"
