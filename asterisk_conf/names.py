"""Every dialplan variable, context and event name that Python and Asterisk share, once.

Templates get this module as `names`; agi, agent_desk and the tests import it. A name spelled
anywhere else is a defect.
"""

from enum import StrEnum
from typing import Final

# --- channel variables ---
CALLREF: Final = "CALLREF"
"""Our reference of the call (a UUID), inherited by every leg and equal to its accountcode."""

CALLERUID: Final = "CALLERUID"
"""The caller's channel uniqueid, inherited by every leg: the linkedid, so the call's key."""

DIALLED: Final = "DIALLED"
"""The number the caller dialled (DNIS), as it came from the trunk."""

FLOW_RESULT: Final = "FLOW_RESULT"
"""Set by the AGI script as its last act to a FlowResult. Empty means Python failed: queue."""

FLOW_QUEUE: Final = "FLOW_QUEUE"
"""Queue (skill) the flow chose; empty: the site's default queue."""

FLOW_PRIORITY: Final = "FLOW_PRIORITY"
"""Queue priority, digits; higher is served first; empty: 0."""

FLOW_NUMBER: Final = "FLOW_NUMBER"
"""Outside number for FlowResult.TRANSFER; only numbers the site allows are dialled."""


class FlowResult(StrEnum):
    """How a flow ended; the dialplan goes on accordingly."""

    QUEUE = "queue"
    TRANSFER = "transfer"
    MESSAGE = "message"  # the caller asked to leave a voice message
    HANGUP = "hangup"


# --- contexts ---
FROM_CARRIER: Final = "from-carrier"  # calls that come from a trunk
HOTLINE: Final = "hotline"  # answer, notice, flow; exten = entry name
TO_AGENT: Final = "to-agent"  # exten = queue name; queue, overflow, nobody there
AFTER_TALK: Final = "after-talk"  # survey, then end; reached from every end of a talk
MESSAGE: Final = "message"  # the caller leaves a voice message
OUTSIDE: Final = "outside"  # exten = number; distress, other services
FROM_SEAT: Final = "from-seat"  # what a seat's phone may dial: outbound calls, other seats
TRANSFER: Final = "transfer"  # blind transfers: s<seat>, q<queue>, o<number>
ROOM: Final = "room"  # conference rooms for consultation: c<id>, r<id>, b<id>
LISTEN: Final = "listen"  # a leader listens, whispers, barges

# --- AGI scripts (paths of the FastAGI URL) ---
SURVEY_SCRIPT: Final = "survey"  # any other path is the name of an entry, e.g. "12328"


# --- events the dialplan writes (CEL user events, told over AMI as UserEvent too) ---
class DialplanEvent(StrEnum):
    """User events; their fields travel as `key=value;key=value` (no user text in them)."""

    CALL = "HotlineCall"  # callref, dialled, entry: a call begins
    NOTICE = "HotlineNotice"  # version, whole=yes|no: the recording notice was played
    STRETCH = "HotlineStretch"  # stretch, role, party, file: a recording begins
    VOICE_MESSAGE = "HotlineMessage"  # stretch, file: a voice message was left
    QUEUED = "HotlineQueued"  # queue, reason=flow|failure|timeout: the caller joins a queue


class Role(StrEnum):
    """Whose voice a recorded stretch holds."""

    CALLER = "caller"
    AGENT = "agent"
    OUTSIDE = "outside"


# --- SIP ---
CALLREF_HEADER: Final = "X-Call-Ref"
CALLKEY_HEADER: Final = "X-Call-Key"  # the linkedid, so that the softphone finds its call
