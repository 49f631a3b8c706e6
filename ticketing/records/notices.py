"""What people were told: the outbox of notices with what became of each, and messages received."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class Notice(Record):
    """通知: written in the transaction that gives rise to it, once; then sent by the worker."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint(
            "work_order_id", "occasion", "kind", "recipient", "unit_id", "means", name="uq_notice"
        ),
        Index(
            "uq_notice_without_order",
            "occasion",
            "kind",
            "number",
            unique=True,
            sqlite_where=text("work_order_id IS NULL"),
            postgresql_where=text("work_order_id IS NULL"),
        ),  # no constraint holds where a column is NULL
        Index("ix_notice_screen", "recipient", "unit_id", "means", "id"),
        Index("ix_notice_number_id", "number", "id"),
        Index("ix_notice_gateway_key", "gateway_key"),
        Index(
            "ix_notice_waiting",
            "next_try_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_notice_sending",
            "sending_since",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index(
            "ix_notice_unsettled",
            "id",
            sqlite_where=text("state IN ('failed', 'undelivered', 'unknown')"),
            postgresql_where=text("state IN ('failed', 'undelivered', 'unknown')"),
        ),
        Index("ix_notice_work_order_id_kind_due_at", "work_order_id", "kind", "due_at"),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"))
    """None: about no order, e.g. a road's state that a caller asked for."""
    order_no: Mapped[str] = mapped_column(String(40))
    """Empty: about no order."""
    occasion: Mapped[str] = mapped_column(String(48))
    """The number of the order's event; `due` and the limit it reminds of; else what it tells of."""
    kind: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(16))
    """caller, unit, authority, centre."""
    unit_id: Mapped[int] = mapped_column(type_id, default=0)
    """Which unit; 0 when it is for none."""
    means: Mapped[str] = mapped_column(String(8))
    """sms, in_app."""
    number: Mapped[str] = mapped_column(String(32), default="")
    """The mobile number; empty in-app, or when nothing is sent."""
    text: Mapped[str] = mapped_column(Text)
    parts: Mapped[int] = mapped_column(default=0)
    """How many messages (条) the carrier counts."""
    template_version: Mapped[str] = mapped_column(String(32))
    due_at: Mapped[datetime | None]
    """The limit a reminder speaks of."""
    created_at: Mapped[datetime]

    state: Mapped[str] = mapped_column(String(16))
    """shown (in-app); skipped; waiting → sending → sent → delivered or undelivered; failed: given
    up; unknown: it may have gone out or not, nobody sends it again by itself."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Chinese: why it was not sent, or what the last try or the receipt said."""
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    sending_since: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    gateway_key: Mapped[str] = mapped_column(String(128), default="")
    """The gateway's own key of the message."""
    receipt_at: Mapped[datetime | None]


class ReceivedSms(Record):
    """A message from a citizen, kept as it came; append-only."""

    __tablename__ = "received_sms"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    key: Mapped[str] = mapped_column(String(128), unique=True)
    """The gateway's key: delivered twice, it is one message."""
    number: Mapped[str] = mapped_column(String(32), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    work_order_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"), index=True)
    """The order it answers, rates or opens."""
    taken_as: Mapped[str] = mapped_column(String(16))
    """rating, answer (to one of our notices), stop (no more road news), matter (a new draft)."""


class SmsFragment(Record):
    """A part of a long message from a citizen, until the others are there."""

    __tablename__ = "sms_fragment"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    number: Mapped[str] = mapped_column(String(32), index=True)
    reference: Mapped[int]
    """The sender's own count; with the number it tells which message the part is of."""
    part: Mapped[int]
    parts: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
