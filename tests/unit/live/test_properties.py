"""Whatever comes, in whatever order: nothing breaks and nobody stays stuck."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from panoramisk.message import Message

from agent_desk.live.alignment import Leave, orders
from agent_desk.live.floor import Floor
from agent_desk.telephony import events
from agent_desk.telephony.commands import Picture
from tests.unit.live.replay import floor_with
from ticketing.clock import SHANGHAI

AT = datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI)
SEATS = ("1041", "1042")

keys = st.sampled_from(["k.1", "k.2"])
legs = st.sampled_from(["k.1", "k.2", "k.3", "k.4", "consult-7-k.1", "listen-a-k.1"])
channels = st.sampled_from(
    ["PJSIP/1041-1", "PJSIP/1042-2", "PJSIP/carrier-3", "Local/s@x-4;1", "odd"]
)
devices = st.sampled_from(["PJSIP/1041", "PJSIP/1042", "PJSIP/9999", ""])
queues = st.sampled_from(["common", "etc", "unknown"])

anything = st.one_of(
    st.builds(
        events.ChannelSeen,
        legs,
        channels,
        keys,
        st.booleans(),
        st.booleans(),
        st.text(max_size=8),
        st.sampled_from(["from-carrier", "from-seat", "room"]),
        st.text(max_size=6),
        st.sampled_from(["", "ConfBridge", "Queue"]),
        st.booleans(),
    ),
    st.builds(events.ChannelGone, legs, st.integers(0, 127)),
    st.builds(
        events.CallerQueued, queues, legs, st.text(max_size=4), st.integers(0, 9), st.just(3)
    ),
    st.builds(events.CallerLeftQueue, queues, legs, st.booleans()),
    st.builds(events.AgentCalled, queues, keys, legs, devices),
    st.builds(events.AgentConnected, queues, keys, legs, devices),
    st.builds(events.AgentUnanswered, queues, keys, devices),
    st.builds(
        events.MemberSeen, queues, devices, st.booleans(), st.text(max_size=3), st.integers(0, 8)
    ),
    st.builds(events.MemberGone, queues, devices),
    st.builds(events.PhoneSeen, st.sampled_from(SEATS), st.booleans(), st.just("sip:x")),
    st.builds(events.Held, legs, st.booleans()),
    st.builds(events.Bridged, legs, keys, st.booleans()),
    st.builds(events.RoomChanged, st.sampled_from(["7", "k7"]), legs, st.booleans()),
    st.builds(events.OriginateEnded, legs, st.booleans(), st.integers(0, 8)),
    st.builds(events.ListeningBegan, legs),
)


def played(stream: list[events.Event]) -> tuple[Floor, datetime]:
    floor, at = floor_with(*SEATS), AT
    for event in stream:
        at += timedelta(seconds=1)
        floor.apply(event, at)
        floor.settle(at)
        floor.tick(at)
        check(floor)
    return floor, at


def check(floor: Floor) -> None:
    """What must hold at every moment."""
    for seat in floor.seats.values():
        working = [leg for leg in floor.seat_legs(seat.extension) if leg.purpose != "listen"]
        assert (seat.state == "talking") == any(leg.up for leg in working)
        assert (seat.state in ("talking", "ringing")) == bool(working)
        assert seat.call_key is None or seat.call_key in floor.calls
    for key, call in floor.calls.items():
        assert call.agent is None or call.agent in floor.seats
        assert floor.call_legs(key)
    for order in orders(floor):
        assert isinstance(order, Leave) or order.queue in floor.known_queues


@settings(max_examples=150, deadline=None)
@given(st.lists(anything, max_size=40))
def test_no_stream_of_events_breaks_the_floor(stream: list[events.Event]) -> None:
    played(stream)


@settings(max_examples=100, deadline=None)
@given(st.lists(anything, max_size=40))
def test_an_empty_picture_frees_every_seat_whatever_was_believed(
    stream: list[events.Event],
) -> None:
    floor, at = played(stream)
    phones = tuple(events.PhoneSeen(extension, True, "sip:x") for extension in SEATS)
    floor.take(Picture((), (), phones), at)
    floor.settle(at)
    at += floor.rules.wrap_up
    floor.tick(at)
    assert floor.calls == {}
    assert floor.legs == {}
    assert {seat.state for seat in floor.seats.values()} <= {"ready", "busy"}


headers = st.dictionaries(
    st.sampled_from(
        ["Uniqueid", "Channel", "Queue", "Position", "Interface", "DestUniqueid", "Linkedid",
         "CallerIDNum", "AOR", "ContactStatus", "Status", "Paused", "Cause", "Conference"]
    ),
    st.one_of(st.text(max_size=30), st.lists(st.text(max_size=5), max_size=3)),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(events.KINDS)), headers)
def test_no_header_however_strange_breaks_the_decoder_or_the_floor(
    kind: str, fields: dict[str, object]
) -> None:
    event = events.decode(Message({"Event": kind, **fields}))
    if event is not None:
        played([event])
