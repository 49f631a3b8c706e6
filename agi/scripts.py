"""What happens when Asterisk asks for a script: the entry's flow, or the survey.

Facts are kept first, the result is told last: FLOW_RESULT is the script's very last act, so the
dialplan sees it only when everything before is done, and queues the caller when it is empty.
"""

import logging
import re
import socket
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from agi.actions import Business, CallAtHand, TicketingActions
from agi.bookkeeping import Bookkeeping
from agi.caller import TelephoneCaller, Voice
from agi.channel import Channel
from agi.facts import CallBegan, FlowEnded
from agi.journal import BookJournal
from agi.protocol import Agi, NotAsterisk
from agi.speech.client import SpeechClient
from agi.wire import LineFlooded, LineSilent, Wire
from asterisk_conf import names
from ivr_flows.bundle import Bundle
from ivr_flows.engine.walk import walk
from ivr_flows.interfaces import (
    CallerGone,
    CallFacts,
    Ending,
    Gone,
    HangUp,
    LeaveMessage,
    ToNumber,
    ToQueue,
)
from ticketing.clock import Clock
from ticketing.rules.masking import masked_phone

log = logging.getLogger(__name__)

HEADER_SECONDS: Final = 5.0
WRITTEN_SECONDS: Final = 0.5
"""How long the hand-over waits for the agent's screen to have the steps."""

_ENTRY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class Menus(Protocol):
    """agi.menus.Menus, as far as it is needed here."""

    def flow(self, entry: str, call_key: str, caller_number: str, begun_with: str = "") -> Bundle:
        """The flow this call gets; raises LookupError when nothing was ever published."""


@dataclass(frozen=True, slots=True)
class Scripts:
    """All that a script needs beside its channel."""

    menus: Menus
    voice: Voice
    monitor: Path
    bookkeeping: Bookkeeping
    business: Business
    clock: Clock
    speech: SpeechClient | None = None

    def answer(self, connection: socket.socket) -> None:
        """Serves one connection to its end; whoever is not Asterisk costs one line in the log."""
        try:
            agi = Agi(Wire(connection, HEADER_SECONDS))
        except (NotAsterisk, LineSilent, LineFlooded) as stranger:
            log.warning("not a call: %s: %s", type(stranger).__name__, stranger)
            return
        try:
            self._run(Channel(agi))
        except CallerGone:
            log.info("the caller hung up")

    def _run(self, channel: Channel) -> None:
        if not _ENTRY.fullmatch(channel.script):
            log.warning("no script %.40r; the caller goes to the queue", channel.script)
            return
        began, typed, version = self._began(channel)
        bundle = self.menus.flow(channel.script, began.key, began.caller_number, version)
        run = str(uuid.uuid4())
        with self.bookkeeping.book(run) as book:
            book.note(began)
            call = CallAtHand(began.key, began.caller_number, began.dialled)
            ending = walk(
                bundle,
                CallFacts(caller=began.caller_number, dialled=began.dialled),
                TelephoneCaller(channel, self.voice, self.monitor, began.key, typed, self.speech),
                TicketingActions(call, self.business, book),
                BookJournal(book, began.key, run, _titles(bundle)),
                self.clock.now,
            )
            if began.entry:
                told = _result(ending) or ENDED_BY_CALLER
                now = self.clock.now()
                book.note(FlowEnded(began.key, now, bundle.name, bundle.version, told))
            if not isinstance(ending, Gone):
                book.wait_written(WRITTEN_SECONDS)
        log.info("%s %s: %s", began.key, channel.script, ending)
        _tell(channel, ending, bundle.version)

    def _began(self, channel: Channel) -> tuple[CallBegan, str, str]:
        """The call, the key pressed while the notice was played, and the survey's version."""
        key, callref, dialled, menu, limit, typed, version, number = channel.variables(
            "CHANNEL(linkedid)",
            names.CALLREF,
            names.DIALLED,
            names.MENU_SECONDS,
            "TIMEOUT(absolute)",
            names.KEY_PRESSED,
            names.FLOW_VERSION,
            "CALLERID(num)",
        )
        is_survey = channel.script == names.SURVEY_SCRIPT
        # In the menu the dialplan's own limit is short until the script has said its first word.
        channel.watch("" if is_survey else menu, limit)
        began = CallBegan(
            key=key or channel.uniqueid,
            at=self.clock.now(),
            callref=callref,
            caller_number=number,
            dialled=dialled,
            entry="" if is_survey else channel.script,
        )
        log.info("%s %s: %s", began.key, channel.script, masked_phone(number))
        return (began, "", version) if is_survey else (began, typed[:1], "")


ENDED_BY_CALLER: Final = "gone"


def _titles(bundle: Bundle) -> dict[tuple[str, str], str]:
    """Flow and step → what the agent sees of it."""
    return {
        (name, step): written.flow.steps[step].title or written.flow.title
        for name, written in bundle.flows.items()
        for step in written.flow.steps
    }


def _result(ending: Ending) -> names.FlowResult | None:
    """How the dialplan goes on; None: the caller is gone, nobody goes on."""
    match ending:
        case ToQueue():
            return names.FlowResult.QUEUE
        case ToNumber():
            return names.FlowResult.TRANSFER
        case LeaveMessage():
            return names.FlowResult.MESSAGE
        case HangUp():
            return names.FlowResult.HANGUP
        case Gone():
            return None


def _tell(channel: Channel, ending: Ending, version: str) -> None:
    result = _result(ending)
    if result is None:
        return
    channel.set_variable(names.FLOW_VERSION, version)
    if isinstance(ending, ToQueue):
        channel.set_variable(names.FLOW_QUEUE, ending.skill)
        channel.set_variable(names.FLOW_PRIORITY, str(ending.priority))
    if isinstance(ending, ToNumber):
        channel.set_variable(names.FLOW_NUMBER, ending.number)
    channel.set_variable(names.FLOW_RESULT, result)
