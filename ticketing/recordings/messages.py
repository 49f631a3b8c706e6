"""A voice message becomes a draft order: somebody must listen to it and call back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import SYSTEM
from ticketing.clock import SHANGHAI
from ticketing.orders.intake import Intake, open_work_order
from ticketing.records.calls import Call
from ticketing.records.recordings import Recording
from ticketing.rules.classification import Kind


def open_message_draft(session: Session, moment: datetime, recording: Recording) -> None:
    """A draft with what is known; its kind is for the agent who listens to decide."""
    call = session.scalars(select(Call).where(Call.key == recording.call_key)).one()
    left_at = recording.started_at.astimezone(SHANGHAI)
    seconds = round((recording.duration_ms or 0) / 1000)
    open_work_order(
        session,
        moment,
        SYSTEM,
        Intake(
            kind=Kind.CONSULT,
            content=f"语音留言（{left_at:%Y-%m-%d %H:%M}，{seconds}秒），请收听后补充并回电。",
            channel="phone",
            caller_number=call.caller_number,
            call_key=call.key,
            tags=("语音留言",),
        ),
    )
