"""Asterisk's two logs folded into facts: what the telephone told live is told again, what it could
not tell is made good. Telling again changes nothing (ticketing.calls.facts).
"""

import logging
from collections.abc import Callable, Mapping
from typing import Final, assert_never

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.calls import facts
from ticketing.recordings import cel, ledger, queue_log
from ticketing.records.calls import Call
from ticketing.records.people import User

logger = logging.getLogger(__name__)

_AGENT: Final = "agent"
_OUTSIDE: Final = "outside"
_NO_SOUND_CAUSE: Final = 44
"""Hang-up cause when a phone died: no sound came from it any more."""


def fold_cel(session: Session, event: cel.CelEvent) -> None:
    """Writes down what a channel event means."""
    match event:
        case cel.CallEntered():
            _call_entered(session, event)
        case cel.NoticePlayed():
            facts.notice_played(
                session, event.call_key, event.at, version=event.version, whole=event.whole
            )
        case cel.StretchBegan():
            _stretch_began(session, event)
        case cel.MessageLeft():
            ledger.keep_as_message(session, event.stretch, event.at)
        case cel.JoinedQueue():
            facts.queued(session, event.call_key, event.at, queue=event.queue, reason=event.reason)
        case cel.LegStarted():
            _seat_rang(session, event)
        case cel.LegHungUp() | cel.LegTransferred():
            _leg_ended(session, event)
        case cel.CallOver():
            _call_over(session, event)
        case _:
            assert_never(event)


def fold_queue_log(session: Session, event: queue_log.Waited | queue_log.Connected) -> None:
    """The second witness: fills what the channel events did not tell, and says so."""
    if not facts.is_known(session, event.call_key):
        return
    match event:
        case queue_log.Waited():
            told = facts.queued(session, event.call_key, event.at, queue=event.queue, reason="")
        case queue_log.Connected():
            told = facts.talk_answered(
                session, event.call_key, event.leg, event.at, queue=event.queue
            )
    if told:
        logger.warning("only queue_log knew of %r", event)


_CITIZEN: Final[Mapping[str, Callable[[cel.CallEntered], str]]] = {
    "in": lambda event: event.caller_number,
    "out": lambda event: event.dialled,
    "internal": lambda _: "",
}


def _call_entered(session: Session, event: cel.CallEntered) -> None:
    facts.call_began(
        session,
        event.call_key,
        event.at,
        callref=event.callref,
        direction=event.direction,
        caller_number=_CITIZEN[event.direction](event),
        dialled=event.dialled,
        entry=event.entry,
    )


def _stretch_began(session: Session, event: cel.StretchBegan) -> None:
    """A seat's stretch begins when it answers; on a call out, when the other side does."""
    key, leg, at = event.call_key, event.leg, event.at
    seated = select(User.id).where(User.extension == event.party)
    user_id = session.scalars(seated).one_or_none() if event.role == _AGENT else None
    ledger.announce(
        session,
        ledger.Stretch(
            event.stretch,
            key,
            ledger.kind_of(event.stretch),
            event.file,
            event.role,
            event.party,
            user_id,
        ),
        at,
    )
    if event.role == _AGENT and leg == key:
        facts.talk_rung(session, key, leg, at, extension=event.party)
    elif event.role == _AGENT:
        facts.talk_answered(session, key, leg, at, extension=event.party)
    elif event.role == _OUTSIDE and _is_outbound(session, key):
        facts.talk_answered(session, key, key, at)


def _seat_rang(session: Session, event: cel.LegStarted) -> None:
    if event.leg != event.call_key and facts.is_known(session, event.call_key):
        facts.talk_rung(session, event.call_key, event.leg, event.at, extension=event.extension)


def _call_over(session: Session, event: cel.CallOver) -> None:
    if facts.is_known(session, event.call_key):
        facts.call_ended(session, event.call_key, event.at)


def _leg_ended(session: Session, event: cel.LegHungUp | cel.LegTransferred) -> None:
    talk = facts.find_talk(session, event.leg)
    if talk is None:  # not a seat's leg
        return
    match event:
        case cel.LegTransferred():
            reason = "transfer"
        case _ if talk.answered_at is None:
            reason = "unanswered"
        case cel.LegHungUp(cause=cause) if cause == _NO_SOUND_CAUSE:
            reason = "lost"
        case cel.LegHungUp(by_itself=by_itself):
            reason = "agent" if by_itself else "caller"
    facts.talk_ended(session, talk.call_key, event.leg, event.at, reason=reason)


def _is_outbound(session: Session, key: str) -> bool:
    return session.scalars(select(Call.direction).where(Call.key == key)).first() == "out"
