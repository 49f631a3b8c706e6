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

FLOW_VERSION: Final = "FLOW_VERSION"
"""Version of the menu the call began with; its survey is of the same version."""

FLOW_QUEUE: Final = "FLOW_QUEUE"
"""Queue (skill) the flow chose; empty: the site's default queue."""

FLOW_PRIORITY: Final = "FLOW_PRIORITY"
"""Queue priority, digits; higher is served first; empty: 0."""

FLOW_NUMBER: Final = "FLOW_NUMBER"
"""Outside number for FlowResult.TRANSFER; only numbers the site allows are dialled."""


LISTEN_CHANNEL: Final = "LISTEN_CHANNEL"
"""Given with Originate to LISTEN: full channel name of the one leg a leader listens to."""

PARTY: Final = "PARTY"
"""Given with Originate to ROOM's o<id>: the outside number that is asked into the room."""

MENU_SECONDS: Final = "MENU_SECONDS"
"""Seconds the script may have in all; TIMEOUT(absolute) allows it only the first command, and the
script winds it up before each further one (a hung Python loses the caller seconds, not minutes)."""


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
ROOM: Final = "room"  # rooms for consultation: c<id> caller, r<id> seat, b<id>, o<id> new legs
LISTEN: Final = "listen"  # a leader listens, whispers, barges

# --- inside the dialplan: contexts and variables only the templates use ---
BEGIN_CALL: Final = "begin-call"  # gosub: reference, account code, caller id made safe
CALLER_NUMBER: Final = "caller-number"  # gosub: who calls, from the SIP headers, made safe
TELL: Final = "tell"  # gosub(event, fields): one event into CEL and AMI
STRETCH_BEGIN: Final = "stretch-begin"  # gosub(role, party): record what this leg says
STRETCH_END: Final = "stretch-end"  # gosub: the running stretch of this leg ends
RECORDING_TOLD: Final = "recording-told"  # gosub: a notice that was cut is told again, shortly
SEAT_RING: Final = "seat-ring"  # pre-dial gosub on a seat's leg: headers, account code
SEAT_TALK: Final = "seat-talk"  # gosub on a seat's leg at the answer: its stretch begins
OUTSIDE_TALK: Final = "outside-talk"  # the same on an outside leg
LEG_GONE: Final = "leg-gone"  # hang-up handler of a seat's leg: why it ended
TALK_OVER: Final = "talk-over"  # the seat's leg ended: survey, or back to the queue if it died
FROM_PUBLIC: Final = "from-public"  # demo: the public test phone
TRANSFER_CONTEXT: Final = "TRANSFER_CONTEXT"  # Asterisk's own: where REFER leads to
LEG_CAUSE: Final = "LEG_CAUSE"  # SHARED on the caller: cause the seat's leg ended with
STRETCH_MIX: Final = "STRETCH_MIX"  # MixMonitor id of this leg's stretch; empty: none runs
ENTRY: Final = "ENTRY"
NOTICE_STATE: Final = "NOTICE_STATE"  # empty, playing, whole, cut
NOTICE_WHOLE: Final = "whole"  # only who has heard the notice to its end may be recorded
MESSAGE_STATE: Final = "MESSAGE_STATE"  # recording while the caller speaks
MESSAGE_FILE: Final = "MESSAGE_FILE"
CALLER_CHANNEL: Final = "CALLER_CHANNEL"  # inherited, so that a seat's leg can tell LEG_CAUSE
KEY_PRESSED: Final = "KEY_PRESSED"
QUEUE_ASKED: Final = "QUEUE_ASKED"
QUEUE_WAIT: Final = "QUEUE_WAIT"
STRETCH_ID: Final = "STRETCH_ID"
STRETCH_COUNT: Final = "STRETCH_COUNT"
STRETCH_FILE: Final = "STRETCH_FILE"
CALLER_HEADER: Final = "CALLER_HEADER"
CALLER_URI: Final = "CALLER_URI"
TRUST_IDENTITY: Final = "TRUST_IDENTITY"  # set on trunks whose P-Asserted-Identity counts
TO: Final = "TO"
MONITOR: Final = "MONITOR"
QUEUE_REASON: Final = "QUEUE_REASON"
ROOM_ID: Final = "ROOM_ID"

# --- AGI scripts (paths of the FastAGI URL) ---
SURVEY_SCRIPT: Final = "survey"  # any other path is the name of an entry, e.g. "12328"


# --- events the dialplan writes (CEL user events, told over AMI as UserEvent too) ---
EVENT_FIELDS: Final = "Fields"  # the AMI UserEvent header with an event's fields


class DialplanEvent(StrEnum):
    """User events; their fields travel as `key=value;key=value` (no user text in them).

    Every one begins with `call=<call key>`: a leg asked into a room has a linkedid of its own.
    """

    CALL = "HotlineCall"  # callref, dialled, entry: a call begins
    NOTICE = "HotlineNotice"  # version, whole=yes|no: the recording notice was played
    STRETCH = "HotlineStretch"  # stretch, role, party, file: a recording begins
    VOICE_MESSAGE = "HotlineMessage"  # stretch, file: a voice message was left
    QUEUED = "HotlineQueued"  # queue, reason=<QueuedReason>: the caller joins a queue


class QueuedReason(StrEnum):
    """Why a caller joins a queue."""

    FLOW = "flow"  # the flow said so
    FAILURE = "failure"  # Python was down, died, or said nothing we know
    TIMEOUT = "timeout"  # Python hung, or the caller was in the menu for too long
    KEY = "key"  # 0 pressed while the recording notice played
    TRANSFER = "transfer"  # an agent passed the caller on, or that could not be done
    LOST_AGENT = "lost-agent"  # the seat's phone died in mid-talk
    OVERFLOW = "overflow"  # waited too long, or nobody there, in another queue
    NO_ANSWER = "no-answer"  # the outside number did not answer


class Role(StrEnum):
    """Whose voice a recorded stretch holds."""

    CALLER = "caller"
    AGENT = "agent"
    OUTSIDE = "outside"
    LEADER = "leader"


# --- speech ---
SPEECH_LINE: Final = "speech"  # section of websocket_client.conf, user name at the media server
SPEECH_SUFFIX: Final = "-speech"  # ends the stretch of what was said in one turn of the menu


# --- SIP and AMI ---
NO_NUMBER_YET: Final = "0"  # a carrier's call before the dialplan has read who calls
PUBLIC_ENDPOINT: Final = "public"  # demo: the public test phone's endpoint
DEMO_CARRIER: Final = "demo-carrier"  # demo: 127.0.0.1 as the carrier
AMI_USER: Final = "desk"  # its secret is settings.secrets.ami
CALLREF_HEADER: Final = "X-Call-Ref"
CALLKEY_HEADER: Final = "X-Call-Key"  # the linkedid, so that the softphone finds its call
