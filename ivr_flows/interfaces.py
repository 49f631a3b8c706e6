"""What the engine needs from outside, and what it gives back: nothing else crosses this line.

`Caller` is the telephone, `Actions` the business, `Journal` the memory of what was pressed. Each
has one real form (package `agi`) and one fake (`tests/fakes/caller.py`, the terminal simulator).
All calls are plain and sequential; one thread walks one call.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

KEYS: Final = "0123456789*#"
"""Every key of a telephone."""


class CallerGone(Exception):
    """The caller hung up. Raised by any `Caller` method, at once and from then on every time."""


@dataclass(frozen=True)
class Sentence:
    """What is said in one breath: phrases in order, each with a sound of its own.

    A fixed sentence is one phrase. A sentence with values is cut into phrases that are all known
    before the call ("您的工单", "J", "T", "2", … "正在办理"), so that nothing is synthesised while
    the caller waits. Only free text (a road notice) is a phrase that may be new.
    """

    phrases: tuple[str, ...]
    slow: bool = False
    """At three quarters of the usual pace, for whoever asked for it."""

    @property
    def text(self) -> str:
        return "".join(self.phrases)


@dataclass(frozen=True)
class VoiceMessage:
    """What a caller said after the tone; it exists even when the caller hung up while speaking."""

    stretch: str
    """The recording's stretch id (see docs/contract.md), empty when nothing was recorded."""
    seconds: float
    key: str | None = None
    """The key that ended it; None: silence, the limit, or a hang-up."""
    gone: bool = False
    """The caller hung up while speaking: usual, and the message counts."""


@dataclass(frozen=True)
class Listening:
    """What a step listens for, beside every key."""

    phrases: tuple[str, ...]
    """Everything that counts, as Chinese text; never empty."""
    wait: float
    """Seconds of silence after the words until it counts as silence."""
    longest: float
    """Seconds of speech at most."""


@dataclass(frozen=True)
class Guess:
    """One reading of what was said."""

    text: str
    """Without blanks; empty: something was said that is none of the phrases."""
    confidence: float
    """0 … 1; only to be compared within one recogniser."""


@dataclass(frozen=True)
class Heard:
    """What came first: a key, words, or nothing."""

    key: str | None = None
    guesses: tuple[Guess, ...] = ()
    """Best first; empty and no key: silence."""
    deaf: bool = False
    """No recogniser just now: the step goes on by keys only."""
    stretch: str = ""
    """Recording of what was said (docs/contract.md); empty when there is none."""


class Caller(Protocol):
    """The person on the line. Any method raises CallerGone once they have hung up."""

    def say(self, sentence: Sentence, keys: str) -> str | None:
        """Say it; stop at the first of `keys` and return that key, None when all was heard.

        A key pressed just before (type-ahead) counts. A sound that cannot be played must not
        raise: log it and return None, the flow goes on and silence leads to a person.
        """

    def ask(self, sentence: Sentence, seconds: float) -> str | None:
        """Say it and wait for the next key (one of KEYS) into the words or `seconds` after them.

        One act, not `say` and then `wait_key`: people press at the very end of the words, and
        between two acts of ours a telephone exchange throws a key away.
        """

    def listen(self, sentence: Sentence, listening: Listening) -> Heard:
        """Say it and hear a key or words, whichever comes first; either stops the sentence.

        Any fault of the ear is Heard(deaf=True) within a second, never an exception; nothing is
        said twice for it, the step then asks by keys.
        """

    def wait_key(self, seconds: float) -> str | None:
        """The next key (one of KEYS), pressed within `seconds` or already waiting; else None."""

    def record(self, limit: float, silence: float, keys: str) -> VoiceMessage:
        """Tone, then record until one of `keys`, `silence` seconds of quiet, or `limit` seconds.

        A hang-up while recording is not raised but told by `VoiceMessage.gone`; the next call
        of any method raises CallerGone.
        """


class Hours(StrEnum):
    """Answer to a calendar question."""

    OPEN = "open"
    CLOSED = "closed"  # a working day, outside its hours
    HOLIDAY = "holiday"  # not a working day (weekend or public holiday, 调休 considered)


@dataclass(frozen=True)
class OrderProgress:
    """What a caller may hear about their own work order."""

    order_no: str
    """As printed, e.g. JT2101002026112851952743."""
    state: str
    """In the caller's words, e.g. 正在办理; spoken as it stands."""
    accepted_on: date
    due_on: date | None
    """Day until which the reply is due; None when it no longer matters."""


@dataclass(frozen=True)
class Draft:
    """A matter a caller left with the menu; an agent completes and confirms it."""

    kind: str
    """consult, complaint or suggestion."""
    topic: str
    """The flow author's word, e.g. 财物遗失; the business maps it, unknown words stay as text."""
    answers: Mapping[str, str]
    """Variable name -> what was entered (digits, a chosen word)."""
    message: VoiceMessage | None


@dataclass(frozen=True)
class RoadAnswer:
    """A road, or the roads of a city, as they are now."""

    name: str
    """As it is said: G1京哈高速, 大连."""
    road_no: str
    """What can be subscribed to; empty for a city or for several roads."""
    notices: tuple[str, ...]
    """Newest first, to be said after the name."""
    updated_at: datetime | None
    """When anybody last wrote a notice; None: never."""


class OrderAct(StrEnum):
    """What a caller may do with their own order."""

    WITHDRAW = "withdraw"
    URGE = "urge"


class Acted(StrEnum):
    """What became of it."""

    DONE = "done"
    AGAIN = "again"  # urged today already
    REFUSED = "refused"  # its state does not allow it, or it was not found in this call


class Actions(Protocol):
    """What the menu asks of the business, for this one call.

    The implementation knows the call (key, caller's and dialled number). Any exception other than
    CallerGone is logged by the engine and leads the caller to a person: raise freely, but answer
    within about two seconds (the caller hears nothing meanwhile), so use a deadline of your own.
    """

    def find_order(self, number: str, phone: str) -> OrderProgress | None:
        """By digits of the order number and the phone given when filing.

        All 22 or the last 8; the last 4 will do when the phone is the one the caller calls from.
        None: no such order or the phone does not fit (the two are not told apart, on purpose).
        """

    def hours(self, calendar: str) -> Hours:
        """Is the named calendar open at this moment? An unknown name raises LookupError."""

    def switched_on(self, switch: str) -> bool:
        """Is this switch of the centre on, e.g. `emergency` or `direct` (no menu at all)?"""

    def caller_groups(self) -> frozenset[str]:
        """Groups of the caller's number, e.g. `direct` (chose a person before), `truck_driver`."""

    def announcement(self) -> str | None:
        """The emergency announcement now in force, or None."""

    def road_notices(self) -> tuple[str, ...]:
        """Notices now in force as sentences to be said, newest first, at most ten."""

    def road(self, entry: str) -> RoadAnswer | None:
        """By the digits of a road's number or a city's area code (0 first); None: unknown."""

    def waiting(self, skill: str) -> int:
        """How many callers wait in this queue now."""

    def faq(self, topic: str) -> tuple[str, ...]:
        """Published answers on a topic (e.g. `etc`) as sentences to be said; may be empty."""

    def transfer_allowed(self, number: str) -> bool:
        """May a caller be put through to this outside number at this site?"""

    def save_draft(self, draft: Draft) -> str:
        """Keep it durably and return its order number; also called after a hang-up."""

    def act_on_order(self, order_no: str, act: OrderAct) -> Acted:
        """Withdraw or urge an order that `find_order` told in this call; any other is refused."""

    def supplement(self, order_no: str, message: VoiceMessage) -> Acted:
        """Bind what was said to an order found in this call; also called after a hang-up."""

    def text_road(self, road: RoadAnswer) -> bool:
        """A short message with the road's state; False: the caller's number takes none."""

    def text_order(self, order_no: str) -> bool:
        """A short message with the number of an order of this call; False: as above."""

    def subscribe(self, road_no: str, hours: int) -> bool:
        """Tell the caller's number of the road's changes; False: as above."""

    def unsubscribe(self) -> bool:
        """No more of them; False: there was nothing to end."""

    def answer_useful(self, topic: str, useful: bool) -> None:
        """Count what the caller thought of the answers on a topic."""

    def ask_callback(self, skill: str, minutes: int) -> datetime | None:
        """Call the caller's number back; the time until then as the caller's clock shows it.

        None: the number cannot be called.
        """

    def remember(self, group: str, member: bool) -> bool:
        """The caller's number in a group or out of it; False: the number is withheld."""

    def rate(self, question: str, level: int) -> None:
        """Keep a survey answer: 1 非常满意, 2 满意, 3 基本满意, 4 不满意, 5 非常不满意."""


@dataclass(frozen=True)
class JournalEntry:
    """One step as the caller lived it."""

    flow: str
    """Name of the flow the step stands in (a sub-flow has its own)."""
    version: str
    """Version of the whole bundle the call began with."""
    step: str
    kind: str
    key: str
    """What was pressed; sensitive entries as bullets, one a digit; empty when nothing was."""
    outcome: str
    """chosen, entered, said, silence, wrong, person, found, not_found, failure, gone, …"""
    at: datetime
    """When the step began (UTC)."""
    seconds: float
    """How long the caller was in it."""
    said: str = ""
    """What was understood of the caller's words; sensitive entries as bullets."""
    confidence: float | None = None
    """0 … 1 of what was said last; None when nothing was said."""
    stretch: str = ""
    """Recording of what was said last (docs/contract.md); empty when there is none."""
    learned: Mapping[str, str] = field(default_factory=dict)
    """Variable -> value, as the caller's words set them (kind, topic, a road)."""
    mistakes: int = 0
    """Wrong keys, wrong entries and silences in it."""


class Journal(Protocol):
    """Where the walk is written down, step by step, as it happens."""

    def wrote(self, entry: JournalEntry) -> None:
        """Keep the entry. Must not block the call; an exception is logged and the walk goes on."""


class Reason(StrEnum):
    """Why a caller goes to a person."""

    CHOSEN = "chosen"  # the flow's own to_agent step
    ASKED = "asked"  # pressed 0
    MISTAKES = "mistakes"  # three wrong keys or entries
    SILENCE = "silence"  # pressed nothing, several times
    FAILURE = "failure"  # a fault of ours
    LOOP = "loop"  # walked too many steps


@dataclass(frozen=True)
class ToQueue:
    """The dialplan queues the call."""

    skill: str
    """Queue name; empty: the site's default queue."""
    priority: int
    """Higher is served first."""
    reason: Reason


@dataclass(frozen=True)
class ToNumber:
    """The dialplan dials an outside number (only ones the site allows)."""

    number: str


@dataclass(frozen=True)
class LeaveMessage:
    """The dialplan takes a voice message."""


@dataclass(frozen=True)
class HangUp:
    """The flow is over: everything is said."""


@dataclass(frozen=True)
class Gone:
    """The caller hung up first."""


Ending = ToQueue | ToNumber | LeaveMessage | HangUp | Gone


@dataclass(frozen=True)
class CallFacts:
    """What is known when the flow begins."""

    caller: str
    """Caller's number as digits, empty when withheld."""
    dialled: str
    """The number dialled (DNIS)."""
