"""Recordings as people and programs find them, and listening to one: by right, on the record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import NotAllowed, NotFound
from ticketing.orders.moves import may_see
from ticketing.people.audit import record_use
from ticketing.recordings.ledger import MESSAGE
from ticketing.records.calls import Talk
from ticketing.records.recordings import Recording, RecordingHold, WorkOrderRecording
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.permissions import Right


@dataclass(frozen=True, slots=True)
class RecordingFilter:
    """What a list is narrowed to; empty or None: not by it."""

    state: str = ""
    kind: str = ""
    call_key: str = ""
    since: datetime | None = None
    until: datetime | None = None


def list_recordings(
    session: Session, wanted: RecordingFilter, after: int | None, limit: int
) -> Sequence[Recording]:
    """Newest first, ids below `after`."""
    query = select(Recording).order_by(Recording.id.desc()).limit(limit)
    if after is not None:
        query = query.where(Recording.id < after)
    for column, value in (
        (Recording.state, wanted.state),
        (Recording.kind, wanted.kind),
        (Recording.call_key, wanted.call_key),
    ):
        if value:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(Recording.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Recording.started_at < wanted.until)
    return session.scalars(query).all()


def one_recording(session: Session, recording_id: int) -> Recording:
    """Raises NotFound."""
    recording = session.get(Recording, recording_id)
    if recording is None:
        raise NotFound("recording", recording_id)
    return recording


def held_ids(session: Session, recording_ids: Collection[int]) -> set[int]:
    """Which of them may not be deleted although their period were over."""
    if not recording_ids:
        return set()
    return set(
        session.scalars(
            select(RecordingHold.recording_id).where(
                RecordingHold.recording_id.in_(recording_ids), RecordingHold.released_at.is_(None)
            )
        )
    )


def listen(
    session: Session,
    moment: datetime,
    person: Actor,
    recording_id: int,
    reason: str,
    address: str,
) -> Recording:
    """The recording to be played now; the playback is in the audit, once.

    An agent may hear the calls he talked in, a unit what a caller left for its orders by voice;
    everybody else needs the right.
    Raises NotFound when there is no sound (yet, or any more) and NotAllowed.
    """
    recording = one_recording(session, recording_id)
    heard = _talked_in(session, person, recording) or _left_for(session, person, recording)
    if not person.may(Right.LISTEN_RECORDINGS) and not heard:
        raise NotAllowed("recording.listen", "您只能收听自己接听的通话录音")
    if recording.state != "stored" or not recording.stored_path:
        raise NotFound("recording", recording_id)
    record_use(
        session,
        moment,
        person,
        "recording.listen",
        "recording",
        str(recording.id),
        reason=reason,
        detail={"call_key": recording.call_key, "stretch": recording.stretch},
        address=address,
    )
    return recording


def _left_for(session: Session, person: Actor, recording: Recording) -> bool:
    """A voice message bound to an order of this person's unit; never who asked for secrecy."""
    if person.unit_id is None or recording.kind != MESSAGE:
        return False
    orders = session.scalars(
        select(WorkOrder)
        .join(WorkOrderRecording, WorkOrderRecording.work_order_id == WorkOrder.id)
        .where(WorkOrderRecording.recording_id == recording.id)
    )
    return any(may_see(person, order) and not order.confidential for order in orders)


def _talked_in(session: Session, person: Actor, recording: Recording) -> bool:
    if person.user_id is None:
        return False
    found = session.scalar(
        select(Talk.id)
        .where(
            Talk.call_key == recording.call_key,
            Talk.user_id == person.user_id,
            Talk.answered_at.is_not(None),
        )
        .limit(1)
    )
    return found is not None
