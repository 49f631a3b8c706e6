"""What callers really said where the menu misunderstood them: written down by who listened."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class SpeechLabel(Record):
    """One listening; append-only, the newest row of a recording counts."""

    __tablename__ = "speech_label"
    __table_args__ = (Index("ix_speech_label_recording_id_id", "recording_id", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("call_step.id"), index=True)
    """The step of the menu that listened."""
    said: Mapped[str] = mapped_column(String(64))
    """Empty: nothing that counts (a cough, a neighbour, the radio); it must be refused."""
    done_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
