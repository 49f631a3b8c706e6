"""What happened in a call, written down once however often and in whatever order it is told.

The telephone (agi) tells what it lives through, the worker tells the same again from Asterisk's
own records, after a crash perhaps hours later. So every function here may be called twice, late,
early and from several processes at once: times merge to the earliest or the latest, names to the
first known, and what follows from several facts (outcome, first talker) is worked out anew. Each
takes the call's row first, so facts of one call never cross. They return whether anything changed;
News is written only then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ticketing.calls.merge import cleaned, column_length, earliest, insert_if_new, latest
from ticketing.calls.news import tell
from ticketing.records.calls import Call, CallStep, Talk
from ticketing.records.people import User
from ticketing.records.recordings import Recording

END_REASONS: Final = ("", "unanswered", "lost", "agent", "caller", "transfer")
"""Why a talk ended, from the vaguest to the surest; the surest told is kept."""


_EMPTY: Final = (
    *("callref", "caller_number", "dialled", "entry", "queue", "queue_reason"),
    *("flow", "flow_version", "flow_ending", "notice_version", "caller_group"),
)
_NEW_CALL: Final[Mapping[str, object]] = {
    **dict.fromkeys(_EMPTY, ""),
    "direction": "in",
    "outcome": "open",
    "is_test": False,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow as the caller lived it."""

    script: str
    """Which run of a flow (a UUID made when it began): a step told again is the same row."""
    seq: int
    flow: str
    flow_version: str
    step: str
    kind: str
    label: str = ""
    pressed: str = ""
    outcome: str = ""
    said: str = ""
    stretch: str = ""
    confidence: float | None = None
    learned: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    mistakes: int = 0


def call_began(
    session: Session,
    key: str,
    at: datetime,
    *,
    callref: str = "",
    direction: str = "in",
    caller_number: str = "",
    dialled: str = "",
    entry: str = "",
    caller_group: str = "",
) -> bool:
    """A call is there. What is empty here and known from elsewhere stays known."""
    call, is_new = _call(session, key, at)
    known = (call.callref, call.caller_number, call.dialled, call.entry, call.caller_group)
    changed = is_new or not any(known)
    if direction != "in":  # the default of whoever does not know
        call.direction = direction
    _fill(call, "callref", callref)
    _fill(call, "caller_number", caller_number)
    _fill(call, "dialled", dialled)
    _fill(call, "entry", entry)
    _fill(call, "caller_group", caller_group)
    if changed:
        tell(session, at, "call.began", key)
    return changed


def notice_played(session: Session, key: str, at: datetime, *, version: str, whole: bool) -> bool:
    """The recording notice was played, `whole` to its end (PIPL art. 17)."""
    call, _ = _call(session, key, at)
    changed = not call.notice_version or (whole and not call.notice_whole)
    _fill(call, "notice_version", version)
    call.notice_whole = bool(call.notice_whole or whole)
    return changed


def step_taken(session: Session, key: str, at: datetime, step: Step) -> bool:
    """The caller went through one step of a flow. Steps are append-only."""
    call, _ = _call(session, key, at)
    row = {
        "call_key": key,
        "script": step.script,
        "seq": step.seq,
        "at": at,
        "flow": cleaned(step.flow, 64),
        "flow_version": cleaned(step.flow_version, 64),
        "step": cleaned(step.step, 64),
        "kind": cleaned(step.kind, 32),
        "label": cleaned(step.label, 128),
        "pressed": cleaned(step.pressed, 64),
        "outcome": cleaned(step.outcome, 64),
        "said": cleaned(step.said, 256),
        "stretch": cleaned(step.stretch, 128),
        "confidence": step.confidence,
        "learned": {cleaned(name, 64): cleaned(text, 256) for name, text in step.learned.items()},
        "seconds": step.seconds,
        "mistakes": step.mistakes,
    }
    if not insert_if_new(session, CallStep, row):
        return False
    _settle(session, call)
    tell(session, at, "call.step", key, label=row["label"], pressed=row["pressed"], seq=step.seq)
    return True


def flow_ended(
    session: Session, key: str, at: datetime, *, flow: str, flow_version: str, ending: str
) -> bool:
    """The entry's flow ended (`ending`: queue, transfer, message, hangup, gone, failure).

    Told once a call, of the flow that greeted the caller; the survey's is not told here.
    """
    call, _ = _call(session, key, at)
    if call.flow_ending:
        return False
    _fill(call, "flow", flow)
    _fill(call, "flow_version", flow_version)
    _fill(call, "flow_ending", ending)
    _settle(session, call)
    return True


def queued(session: Session, key: str, at: datetime, *, queue: str, reason: str) -> bool:
    """The call joined a queue (`reason`: flow, failure, timeout). The first one is kept."""
    call, _ = _call(session, key, at)
    told = (at, cleaned(queue, 32), cleaned(reason, 16))
    if call.queued_at is not None and (call.queued_at, call.queue, call.queue_reason) <= told:
        return False
    call.queued_at, call.queue, call.queue_reason = told
    _settle(session, call)
    tell(session, at, "call.queued", key, queue=call.queue, reason=call.queue_reason)
    return True


def talk_rung(
    session: Session, key: str, leg: str, at: datetime, *, extension: str, queue: str = ""
) -> bool:
    """A seat's phone rings for this call; `leg` is the uniqueid of the seat's channel."""
    talk = _talk(session, key, leg, at, extension, queue)
    before = talk.rung_at
    talk.rung_at = earliest(before, at)
    if before is None:
        tell(session, at, "call.rung", key, leg=leg, extension=talk.extension)
    return before is None


def talk_answered(
    session: Session, key: str, leg: str, at: datetime, *, extension: str = "", queue: str = ""
) -> bool:
    """The person at the seat answered."""
    talk = _talk(session, key, leg, at, extension, queue)
    before = talk.answered_at
    talk.answered_at = earliest(before, at)
    session.flush()
    _settle_first_talk(session, _call(session, key, at)[0])
    if before is None:
        tell(session, at, "call.answered", key, leg=leg, extension=talk.extension)
    return before is None


def talk_ended(
    session: Session, key: str, leg: str, at: datetime, *, reason: str = "", extension: str = ""
) -> bool:
    """The seat's leg is over; `reason` is one of END_REASONS."""
    talk = _talk(session, key, leg, at, extension, "")
    before = (talk.ended_at, talk.end_reason)
    talk.ended_at = latest(talk.ended_at, at)
    talk.end_reason = max(talk.end_reason, reason, key=END_REASONS.index)
    changed = before != (talk.ended_at, talk.end_reason)
    if changed:
        tell(session, at, "call.talk_ended", key, leg=leg, reason=talk.end_reason)
    return changed


def rating_given(session: Session, key: str, at: datetime, *, rating: int) -> bool:
    """The caller rated the talk: 1 非常不满意 … 5 非常满意; the first one stands."""
    if not 1 <= rating <= 5:
        raise ValueError(f"rating {rating} is not within 1 to 5")
    call, _ = _call(session, key, at)
    if call.rating is not None:
        return False
    call.rating = rating
    tell(session, at, "call.rated", key, rating=rating)
    return True


def call_ended(session: Session, key: str, at: datetime, *, lost: bool = False) -> bool:
    """Every leg is gone. The outcome follows from the facts; `lost`: nobody saw the end."""
    call, _ = _call(session, key, at)
    before = (call.ended_at, call.outcome)
    call.ended_at = latest(call.ended_at, at)
    if lost and call.outcome != "lost":
        call.outcome = "lost"
    _settle(session, call)
    changed = before != (call.ended_at, call.outcome)
    if changed:
        tell(session, at, "call.ended", key, outcome=call.outcome)
    return changed


def lock_call(session: Session, key: str, at: datetime) -> Call:
    """The call's row, locked until the transaction ends: what hangs on a call takes turns."""
    return _call(session, key, at)[0]


def reconsider(session: Session, key: str, at: datetime) -> None:
    """Something the outcome depends on was written elsewhere (a recording)."""
    _settle(session, _call(session, key, at)[0])


def is_known(session: Session, key: str) -> bool:
    """Whether anybody told of this call before; locks its row when it is there."""
    return _locked(session, key) is not None


def _call(session: Session, key: str, at: datetime) -> tuple[Call, bool]:
    """The call's row, locked, made if this is the first that is heard of it."""
    call, is_new = _locked(session, key), False
    if call is None:
        is_new = insert_if_new(session, Call, {**_NEW_CALL, "key": key, "started_at": at})
        call = _locked(session, key)
    if call is None:
        raise LookupError(f"call {key} vanished")
    if at < call.started_at:
        call.started_at = at
    return call, is_new


def _locked(session: Session, key: str) -> Call | None:
    """Asked once a transaction: a locked row stays as it is until the transaction ends."""
    known: Call | None = session.info.get(("call", key))
    if known is None:
        query = select(Call).where(Call.key == key).with_for_update()
        fresh = {"populate_existing": True}
        known = session.scalars(query, execution_options=fresh).one_or_none()
        if known is not None:
            session.info["call", key] = known
    return known


def _talk(session: Session, key: str, leg: str, at: datetime, extension: str, queue: str) -> Talk:
    _call(session, key, at)
    talk = find_talk(session, leg)
    if talk is None:
        empty = {"extension": "", "queue": "", "end_reason": ""}
        insert_if_new(session, Talk, {"call_key": key, "leg": leg, **empty})
        talk = find_talk(session, leg)
    if talk is None:
        raise LookupError(f"talk {leg} vanished")
    _fill(talk, "extension", extension)
    _fill(talk, "queue", queue)
    if talk.user_id is None and talk.extension:
        seated = select(User.id).where(User.extension == talk.extension)
        talk.user_id = session.scalars(seated).one_or_none()
    return talk


def find_talk(session: Session, leg: str) -> Talk | None:
    """The talk on this leg, if anybody told of it."""
    known: Talk | None = session.info.get(("talk", leg))
    if known is None:
        known = session.scalars(select(Talk).where(Talk.leg == leg)).one_or_none()
        if known is not None:
            session.info["talk", leg] = known
    return known


def _fill(row: Call | Talk, name: str, value: str) -> None:
    """Keeps what was told first; what is told empty says nothing."""
    if value and not getattr(row, name):
        setattr(row, name, cleaned(value, column_length(type(row), name)))


def _settle(session: Session, call: Call) -> None:
    """Works out what follows from several facts together, once the call is over."""
    if call.ended_at is not None:
        call.outcome = _outcome(session, call, talked=call.connected_at is not None)


def _settle_first_talk(session: Session, call: Call) -> None:
    first = session.scalars(
        select(Talk)
        .where(Talk.call_key == call.key, Talk.answered_at.is_not(None))
        .order_by(Talk.answered_at, Talk.leg)
        .limit(1)
    ).one()
    call.connected_at, call.user_id = first.answered_at, first.user_id
    _settle(session, call)


def _outcome(session: Session, call: Call, *, talked: bool) -> str:
    if talked:
        return "talked"
    voices = select(Recording.kind, Recording.role).where(Recording.call_key == call.key)
    heard = session.execute(voices).all()
    put_through = call.flow_ending == "transfer" and call.queued_at is None
    if put_through or any(role == "outside" for _, role in heard):
        return "transferred"
    if any(kind == "message" for kind, _ in heard):
        return "message"
    if call.outcome == "lost":
        return "lost"
    walked = exists().where(CallStep.call_key == call.key)
    if call.queued_at is None and (call.flow_ending or session.scalar(select(walked))):
        return "self_service"
    return "abandoned"
