"""How long a recording must stay, and who may say that it stays longer.

At least one year (管理办法 第三十条); longer while somebody holds any recording of its call or an
order of the call is open. Nothing in the system shortens a period.
"""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.records.recordings import Recording, RecordingHold, WorkOrderRecording
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.recordings import Hold, why_kept


def place_hold(
    session: Session, moment: datetime, recording_id: int, *, by: str, reason: str
) -> RecordingHold:
    """Keeps a recording, and with it its whole call, until the hold is released.

    Raises NotFound, InvalidInput.
    """
    recording = session.get(Recording, recording_id, with_for_update=True)
    if recording is None or recording.state == "disposed":
        raise NotFound("recording", recording_id)
    if not reason.strip():
        raise InvalidInput((Finding("reason", "请填写保全理由"),))
    hold = RecordingHold(
        recording_id=recording_id, reason=reason.strip(), placed_by=by, placed_at=moment
    )
    session.add(hold)
    session.flush()
    return hold


def release_hold(session: Session, moment: datetime, hold_id: int, *, by: str) -> RecordingHold:
    """Ends a hold; its row stays. Raises NotFound."""
    hold = session.get(RecordingHold, hold_id, with_for_update=True)
    if hold is None:
        raise NotFound("hold", hold_id)
    if hold.released_at is None:
        hold.released_at, hold.released_by = moment, by
    return hold


def why_kept_on(session: Session, recording: Recording, today: date) -> str | None:
    """Why this recording may not be deleted on that day, in Chinese; None: it may."""
    return why_kept(recording.retain_until, _holds(session, recording), today)


def is_on_hold(session: Session, recording: Recording) -> bool:
    """Something besides its period keeps it."""
    return why_kept_on(session, recording, date.max) is not None


def _holds(session: Session, recording: Recording) -> Iterator[Hold]:
    same_call = select(Recording.id).where(Recording.call_key == recording.call_key)
    for hold in session.scalars(
        select(RecordingHold).where(RecordingHold.recording_id.in_(same_call))
    ):
        yield Hold(hold.reason, hold.released_at)
    bound = select(WorkOrderRecording.work_order_id).where(
        WorkOrderRecording.recording_id.in_(same_call)
    )
    orders = select(WorkOrder.order_no).where(
        WorkOrder.closed_at.is_(None),
        or_(WorkOrder.id.in_(bound), WorkOrder.call_key == recording.call_key),
    )
    for order_no in session.scalars(orders):
        yield Hold(f"工单{order_no}尚未办结")
