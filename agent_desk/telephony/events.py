"""Asterisk's events, decoded once, here, into frozen types; nothing further in sees a header.

Only what the live side folds. A message that lacks what an event needs gives None: missing keys,
quotes, any character may come, for callers choose their own names.
"""

from dataclasses import dataclass

from panoramisk.message import Message

from agent_desk.telephony.wire import first
from asterisk_conf import names

CONSULT_MARK = "consult-"
LISTEN_MARK = "listen-"
"""How channel ids of ours begin, so that a leg tells its purpose even after a restart."""


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """A channel is there, in this state (new, changed, or found when we looked)."""

    uniqueid: str
    channel: str
    linkedid: str
    up: bool
    ringing: bool
    number: str
    """The other side's own number as it is presented (caller id)."""
    context: str
    exten: str
    application: str = ""
    bridged: bool = False


@dataclass(frozen=True, slots=True)
class ChannelGone:
    uniqueid: str
    cause: int


@dataclass(frozen=True, slots=True)
class CallerQueued:
    queue: str
    uniqueid: str
    number: str
    position: int
    waited: int
    """Seconds so far."""


@dataclass(frozen=True, slots=True)
class CallerLeftQueue:
    queue: str
    uniqueid: str
    abandoned: bool


@dataclass(frozen=True, slots=True)
class AgentCalled:
    """A queue rings a member."""

    queue: str
    caller_uniqueid: str
    leg_uniqueid: str
    interface: str


@dataclass(frozen=True, slots=True)
class AgentConnected:
    queue: str
    caller_uniqueid: str
    leg_uniqueid: str
    interface: str


@dataclass(frozen=True, slots=True)
class AgentUnanswered:
    queue: str
    caller_uniqueid: str
    interface: str


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """A queue's member as it is now."""

    queue: str
    interface: str
    paused: bool
    reason: str
    device: int
    """Device state: 1 idle, 2 in use, 3 busy, 5 unavailable, 6 ringing, 7 ringing and in use."""


@dataclass(frozen=True, slots=True)
class MemberGone:
    queue: str
    interface: str


@dataclass(frozen=True, slots=True)
class QueueSeen:
    queue: str


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    """A phone (SIP contact) of this extension came or went."""

    extension: str
    registered: bool
    contact: str


@dataclass(frozen=True, slots=True)
class Held:
    uniqueid: str
    held: bool


@dataclass(frozen=True, slots=True)
class Bridged:
    """A channel talks with somebody (bridge entered), or no longer does."""

    uniqueid: str
    linkedid: str
    bridged: bool


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """A channel entered or left a conference room."""

    room: str
    uniqueid: str
    inside: bool


@dataclass(frozen=True, slots=True)
class OriginateEnded:
    """What became of a call we placed: its leg was answered, or not."""

    uniqueid: str
    answered: bool
    reason: int
    """0 no such number or refused, 1/8 congestion, 3 no answer, 4 answered, 5 busy."""


@dataclass(frozen=True, slots=True)
class ListeningBegan:
    """A leader's leg hears the spied one."""

    uniqueid: str


Event = (
    ChannelSeen
    | ChannelGone
    | CallerQueued
    | CallerLeftQueue
    | AgentCalled
    | AgentConnected
    | AgentUnanswered
    | MemberSeen
    | MemberGone
    | QueueSeen
    | PhoneSeen
    | Held
    | Bridged
    | RoomChanged
    | OriginateEnded
    | ListeningBegan
)

_UP, _RINGING = "6", "5"
_GONE = ("Removed", "Unreachable", "Unavailable", "Unavail")
"""States of a contact that cannot be rung."""


def decode(message: Message) -> Event | None:
    """The event in a message, or None when it is none of ours or lacks what it must have."""
    kind = first(message, "Event")
    decoder = KINDS.get(kind)
    if decoder is None:
        return None
    return decoder(message)


def _channel(message: Message) -> ChannelSeen | None:
    uniqueid, channel = first(message, "Uniqueid"), first(message, "Channel")
    if not uniqueid or not channel:
        return None
    state = first(message, "ChannelState")
    return ChannelSeen(
        uniqueid=uniqueid,
        channel=channel,
        linkedid=first(message, "Linkedid") or uniqueid,
        up=state == _UP,
        ringing=state == _RINGING,
        number=_number(message, "CallerIDNum"),
        context=first(message, "Context"),
        exten=first(message, "Exten"),
        application=first(message, "Application"),
        bridged=bool(first(message, "BridgeId")),
    )


def _gone(message: Message) -> ChannelGone | None:
    uniqueid = first(message, "Uniqueid")
    return ChannelGone(uniqueid, _whole(message, "Cause")) if uniqueid else None


def _queued(message: Message) -> CallerQueued | None:
    queue, uniqueid = first(message, "Queue"), first(message, "Uniqueid")
    if not queue or not uniqueid:
        return None
    number, position = _number(message, "CallerIDNum"), _whole(message, "Position")
    return CallerQueued(queue, uniqueid, number, position, _whole(message, "Wait"))


def _left(message: Message) -> CallerLeftQueue | None:
    queue, uniqueid = first(message, "Queue"), first(message, "Uniqueid")
    if not queue or not uniqueid:
        return None
    return CallerLeftQueue(queue, uniqueid, first(message, "Event") == "QueueCallerAbandon")


def _called(message: Message) -> AgentCalled | None:
    found = _agent_fields(message)
    return AgentCalled(*found) if found else None


def _connected(message: Message) -> AgentConnected | None:
    found = _agent_fields(message)
    return AgentConnected(*found) if found else None


def _unanswered(message: Message) -> AgentUnanswered | None:
    queue, interface = first(message, "Queue"), first(message, "Interface")
    if not queue or not interface:
        return None
    return AgentUnanswered(queue, first(message, "Uniqueid"), interface)


def _agent_fields(message: Message) -> tuple[str, str, str, str] | None:
    fields = ("Queue", "Uniqueid", "DestUniqueid", "Interface")
    queue, caller, leg, interface = (first(message, key) for key in fields)
    return (queue, caller, leg, interface) if queue and caller and leg and interface else None


def _member(message: Message) -> MemberSeen | None:
    # QueueStatus's list says Location where the events say Interface
    queue = first(message, "Queue")
    interface = first(message, "Interface") or first(message, "Location")
    if not queue or not interface:
        return None
    return MemberSeen(
        queue=queue,
        interface=interface,
        paused=first(message, "Paused") == "1",
        reason=first(message, "PausedReason"),
        device=_whole(message, "Status"),
    )


def _member_gone(message: Message) -> MemberGone | None:
    queue, interface = first(message, "Queue"), first(message, "Interface")
    return MemberGone(queue, interface) if queue and interface else None


def _queue(message: Message) -> QueueSeen | None:
    queue = first(message, "Queue")
    return QueueSeen(queue) if queue else None


def _phone(message: Message) -> PhoneSeen | None:
    extension, status = first(message, "AOR"), first(message, "ContactStatus")
    if not extension or not status:
        return None
    return PhoneSeen(extension, status not in _GONE, first(message, "URI"))


def _contact(message: Message) -> PhoneSeen | None:
    # ContactList, the answer to PJSIPShowContacts: ObjectName is `<aor>;@<hash>`
    extension = first(message, "Endpoint") or first(message, "ObjectName").partition(";@")[0]
    if not extension:
        return None
    return PhoneSeen(extension, first(message, "Status") not in _GONE, first(message, "Uri"))


def _hold(message: Message) -> Held | None:
    uniqueid = first(message, "Uniqueid")
    return Held(uniqueid, first(message, "Event") == "Hold") if uniqueid else None


def _bridged(message: Message) -> Bridged | None:
    uniqueid = first(message, "Uniqueid")
    if not uniqueid:
        return None
    return Bridged(uniqueid, first(message, "Linkedid"), first(message, "Event") == "BridgeEnter")


def _room(message: Message) -> RoomChanged | None:
    room, uniqueid = first(message, "Conference"), first(message, "Uniqueid")
    if not room or not uniqueid:
        return None
    return RoomChanged(room, uniqueid, first(message, "Event") == "ConfbridgeJoin")


def _originated(message: Message) -> OriginateEnded | None:
    uniqueid = first(message, "Uniqueid")
    if not uniqueid:
        return None
    answered = first(message, "Response") == "Success"
    return OriginateEnded(uniqueid, answered, _whole(message, "Reason"))


def _listening(message: Message) -> ListeningBegan | None:
    uniqueid = first(message, "SpyerUniqueid")
    return ListeningBegan(uniqueid) if uniqueid else None


def _number(message: Message, key: str) -> str:
    number = first(message, key)
    return "" if number in ("<unknown>", "<null>", names.NO_NUMBER_YET) else number[:32]


def _whole(message: Message, key: str) -> int:
    text = first(message, key)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


KINDS = {
    "Newchannel": _channel,
    "Newstate": _channel,
    "CoreShowChannel": _channel,
    "Hangup": _gone,
    "QueueCallerJoin": _queued,
    "QueueEntry": _queued,
    "QueueCallerLeave": _left,
    "QueueCallerAbandon": _left,
    "AgentCalled": _called,
    "AgentConnect": _connected,
    "AgentRingNoAnswer": _unanswered,
    "QueueMember": _member,
    "QueueMemberAdded": _member,
    "QueueMemberStatus": _member,
    "QueueMemberPause": _member,
    "QueueMemberRemoved": _member_gone,
    "QueueParams": _queue,
    "ContactStatus": _phone,
    "ContactList": _contact,
    "Hold": _hold,
    "Unhold": _hold,
    "BridgeEnter": _bridged,
    "BridgeLeave": _bridged,
    "ConfbridgeJoin": _room,
    "ConfbridgeLeave": _room,
    "OriginateResponse": _originated,
    "ChanSpyStart": _listening,
}
