"""What was said: one recording is one stretch of one party's voice.

States: `announced` (Asterisk said a file begins), `closed` (the file stopped growing), `stored`
(checked, converted, hashed, in the vault), `missing` (a named gap: nothing usable was found),
`disposed` (deleted after its period, with a certificate).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class Recording(Record):
    """One stretch: what one party said on one leg, or a voice message, or the two-sided file."""

    __tablename__ = "recording"
    __table_args__ = (
        Index("ix_recording_state_id", "state", "id"),
        Index(
            "ix_recording_source",
            "call_key",
            sqlite_where=text("source_file != ''"),
            postgresql_where=text("source_file != ''"),
        ),  # the few whose file Asterisk's folder still has
        Index(
            "ix_recording_messages",
            "id",
            sqlite_where=text("kind = 'message' AND state = 'stored'"),
            postgresql_where=text("kind = 'message' AND state = 'stored'"),
        ),  # the few that are written down
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    stretch: Mapped[str] = mapped_column(String(96), unique=True)
    call_key: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """`voice` (one party), `conversation` (both sides, two channels), `message`."""
    role: Mapped[str] = mapped_column(String(16), default="")
    party: Mapped[str] = mapped_column(String(32), default="")
    """Extension or masked outside number."""
    user_id: Mapped[int | None] = mapped_column(type_id)
    state: Mapped[str] = mapped_column(String(16))
    failure: Mapped[str] = mapped_column(Text, default="")
    source_file: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    duration_ms: Mapped[int | None]
    repaired: Mapped[bool] = mapped_column(default=False)
    """The header was mended after a crash; the last seconds may be missing."""
    stored_path: Mapped[str] = mapped_column(Text, default="")
    """Relative to the vault folder."""
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size_bytes: Mapped[int | None]
    waveform: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Peaks per side for the player: {"left": [0..100, …], "right": […], "per_second": 10}."""
    stored_at: Mapped[datetime | None]
    retain_until: Mapped[date] = mapped_column(index=True)
    """Never deleted before this day (管理办法 第三十条: one year at least)."""
    disposed_at: Mapped[datetime | None]


class RecordingTranscript(Record):
    """What a machine wrote down of a recording: a help, never evidence; goes with the recording."""

    __tablename__ = "recording_transcript"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    """Empty: nothing was understood."""
    model: Mapped[str] = mapped_column(String(128))
    made_at: Mapped[datetime]


class RecordingHold(Record):
    """Why a recording may not be deleted although its period is over; released, never erased."""

    __tablename__ = "recording_hold"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    placed_by: Mapped[str] = mapped_column(String(64))
    placed_at: Mapped[datetime]
    released_by: Mapped[str] = mapped_column(String(64), default="")
    released_at: Mapped[datetime | None]


class WorkOrderRecording(Record):
    """Which recordings belong to which work order."""

    __tablename__ = "work_order_recording"
    __table_args__ = (UniqueConstraint("work_order_id", "recording_id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(type_id)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), index=True)
    bound_at: Mapped[datetime]


class OrderStretch(Record):
    """A stretch that belongs to an order of another call: a caller's voice supplement.

    Written when the caller has spoken, often before the stretch's own row is there; the ledger
    binds both when they are.
    """

    __tablename__ = "order_stretch"

    stretch: Mapped[str] = mapped_column(String(96), primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    at: Mapped[datetime]


class DisposalCertificate(Record):
    """Proof of a deletion after the period: what, when, why it was due; append-only."""

    __tablename__ = "disposal_certificate"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    at: Mapped[datetime]
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    retain_until: Mapped[date]
    rule: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class TailOffset(Record):
    """How far a file of Asterisk's was read, kept in the transaction that used what was read."""

    __tablename__ = "tail_offset"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    inode: Mapped[int] = mapped_column(type_id)
    offset: Mapped[int] = mapped_column(type_id)
