"""The rows of recordings: announced before the first byte, bound to call and orders, never lost.

Binding takes the call's row first, as every fact of a call does: an order opened at the same
moment as a recording begins gets it whichever commits first. What is bound is bound again when a
recording ends, so an order opened before its call is known misses nothing either.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.calls import facts
from ticketing.calls.merge import cleaned, insert_if_new
from ticketing.calls.news import tell
from ticketing.errors import NotFound
from ticketing.records.calls import Call
from ticketing.records.recordings import OrderStretch, Recording, WorkOrderRecording
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.recordings import LEGAL_MINIMUM_YEARS, retain_until

VOICE: Final = "voice"
MESSAGE: Final = "message"
CONVERSATION: Final = "conversation"
SPEECH: Final = "speech"
"""What a caller said in one turn of the menu."""

_ENDINGS: Final = {"-message": MESSAGE, "-speech": SPEECH}
"""A stretch's name tells what it is (asterisk_conf.names, docs/contract.md)."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is known of a recording when it begins."""

    stretch: str
    call_key: str
    kind: str
    source_file: str
    """Name inside Asterisk's monitor folder; empty for the two-sided file."""
    role: str = ""
    party: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a recording once it is in the vault and verified there."""

    stored_path: str
    sha256: str
    size_bytes: int
    duration_ms: int
    waveform: dict[str, Any]
    remark: str
    """What a listener should know, e.g. that nothing was heard; empty: nothing."""


def kind_of(stretch: str) -> str:
    """What a stretch of this name is."""
    return next((kind for ending, kind in _ENDINGS.items() if stretch.endswith(ending)), VOICE)


def announce(session: Session, stretch: Stretch, at: datetime) -> bool:
    """A file begins: its row exists before its first byte, bound to the call and its orders."""
    facts.lock_call(session, stretch.call_key, at)
    is_new = insert_if_new(
        session,
        Recording,
        {
            "stretch": stretch.stretch,
            "call_key": stretch.call_key,
            "kind": stretch.kind,
            "role": cleaned(stretch.role, 16),
            "party": cleaned(stretch.party, 32),
            "user_id": stretch.user_id,
            "state": "closed" if stretch.kind == CONVERSATION else "announced",
            "source_file": cleaned(stretch.source_file, 255),
            "started_at": at,
            "retain_until": retain_until(at),  # the law's minimum; storing it may make it longer
            "failure": "",
            "repaired": False,
            "stored_path": "",
            "sha256": "",
            "waveform": {},
        },
    )
    if is_new:
        tell(session, at, "recording.announced", stretch.stretch, call_key=stretch.call_key)
        _bind_to_all(session, stretch.call_key, stretch.stretch, at)
        facts.reconsider(session, stretch.call_key, at)
    return is_new


def bind_recordings(session: Session, order: WorkOrder, at: datetime) -> int:
    """Every recording of the order's call, those that come later included, belongs to the order.

    To be called in the transaction that opens the order or gives it a call. Returns how many were
    bound now.
    """
    if order.call_key is None:
        return 0
    session.execute(select(Call.id).where(Call.key == order.call_key).with_for_update())
    recordings = select(Recording.id).where(Recording.call_key == order.call_key)
    return sum(_bind(session, order.id, one, at) for one in session.scalars(recordings).all())


def expect_for_order(session: Session, at: datetime, order: WorkOrder, stretch: str) -> None:
    """This stretch, of whatever call, belongs to the order: now if it is there, else when it is."""
    values = {"stretch": stretch, "work_order_id": order.id, "at": at}
    insert_if_new(session, OrderStretch, values)
    recording_id = session.scalar(select(Recording.id).where(Recording.stretch == stretch))
    if recording_id is not None:
        _bind(session, order.id, recording_id, at)


def keep_as_message(session: Session, stretch: str, at: datetime) -> None:
    """The dialplan says that this stretch is a voice message."""
    found = session.scalars(
        select(Recording).where(Recording.stretch == stretch).with_for_update()
    ).one_or_none()
    if found is not None and found.kind == VOICE:
        found.kind = MESSAGE
        facts.reconsider(session, found.call_key, at)


def close(
    session: Session, recording_id: int, at: datetime, ended_at: datetime, *, was_cut: bool
) -> None:
    """The file stopped growing; `was_cut`: by a crash, its header tells no sizes."""
    recording = _locked(session, recording_id)
    if recording.state == "announced":
        recording.state = "closed"
        recording.ended_at = max(ended_at, recording.started_at)
        recording.repaired = was_cut
        tell(session, at, "recording.closed", recording.stretch, call_key=recording.call_key)


def store(session: Session, recording_id: int, at: datetime, stored: Stored) -> Recording:
    """The recording is in the vault, its hash known, its sound compared with the original's."""
    recording = _locked(session, recording_id)
    recording.state = "stored"
    recording.stored_at = at
    recording.stored_path = stored.stored_path
    recording.sha256 = stored.sha256
    recording.size_bytes = stored.size_bytes
    recording.duration_ms = stored.duration_ms
    recording.waveform = stored.waveform
    recording.failure = stored.remark
    if recording.ended_at is None:
        recording.ended_at = recording.started_at + timedelta(milliseconds=stored.duration_ms)
    promised = retain_until(recording.ended_at, _years(session))
    recording.retain_until = max(recording.retain_until, promised)
    _bind_to_all(session, recording.call_key, recording.stretch, at)
    tell(session, at, "recording.stored", recording.stretch, call_key=recording.call_key)
    return recording


def miss(session: Session, recording_id: int, at: datetime, reason: str) -> None:
    """A named gap: nothing usable is there, and this is why. What file there is stays."""
    recording = _locked(session, recording_id)
    recording.state = "missing"
    recording.source_file = ""  # nothing more is to be done with it
    recording.failure = reason
    _bind_to_all(session, recording.call_key, recording.stretch, at)
    tell(
        session,
        at,
        "recording.missing",
        recording.stretch,
        call_key=recording.call_key,
        reason=reason,
    )


def begin_again(session: Session, recording_id: int) -> None:
    """Asterisk's file turned up, or what was stored is no longer what it was: from the start."""
    recording = _locked(session, recording_id)
    if recording.state in ("missing", "stored"):
        recording.state = "announced"
        recording.failure = ""


def source_removed(session: Session, recording_id: int) -> None:
    """Asterisk's own file is gone; the stored one is what counts."""
    _locked(session, recording_id).source_file = ""


def _years(session: Session) -> int:
    """The installation's policy, never below the law's minimum: a wrong one loses no recording."""
    try:
        return max(LEGAL_MINIMUM_YEARS, catalogues.policy(session).recording_years)
    except NotFound:  # not set up yet
        return LEGAL_MINIMUM_YEARS


def of_node(systemname: str) -> ColumnElement[bool]:
    """Recordings whose files lie on this machine: a call's key begins with its node's name."""
    return Recording.call_key.startswith(f"{systemname}-", autoescape=True)


def _locked(session: Session, recording_id: int) -> Recording:
    recording = session.get(Recording, recording_id, with_for_update=True)
    if recording is None:
        raise NotFound("recording", recording_id)
    return recording


def _bind_to_all(session: Session, call_key: str, stretch: str, at: datetime) -> None:
    pairs = (
        select(WorkOrder.id, Recording.id)
        .join(Recording, Recording.call_key == WorkOrder.call_key)
        .where(WorkOrder.call_key == call_key, Recording.stretch == stretch)
    )
    expected = (
        select(OrderStretch.work_order_id, Recording.id)
        .join(Recording, Recording.stretch == OrderStretch.stretch)
        .where(OrderStretch.stretch == stretch)
    )
    found = [*session.execute(pairs).all(), *session.execute(expected).all()]
    for order_id, recording_id in found:
        _bind(session, order_id, recording_id, at)


def _bind(session: Session, order_id: int, recording_id: int, at: datetime) -> bool:
    row = {"work_order_id": order_id, "recording_id": recording_id, "bound_at": at}
    return insert_if_new(session, WorkOrderRecording, row)
