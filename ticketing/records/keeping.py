"""What is kept with an order, how long, and the proof of its lawful end (第三十条)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class OrderPhoto(Record):
    """照片: uploaded at the public window, then part of the matter it was filed with.

    Without an order it is nobody's and is removed after a while. With one it lives and dies with
    it: the database refuses to change or delete it.
    """

    __tablename__ = "order_photo"
    __table_args__ = (
        Index("ix_order_photo_work_order_id_id", "work_order_id", "id"),
        Index("ix_order_photo_address_uploaded_at", "address", "uploaded_at"),
        Index(
            "ix_order_photo_unsent",
            "uploaded_at",
            sqlite_where=text("work_order_id IS NULL"),
            postgresql_where=text("work_order_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of what the page holds until it files the matter."""
    work_order_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    """Of the file, which has its name from it: the same picture twice is one file."""
    size_bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    address: Mapped[str] = mapped_column(String(64))
    """A keyed hash: it is only counted."""
    uploaded_at: Mapped[datetime]


class OrderHold(Record):
    """Why an order may not be disposed of although its period is over; released, never erased."""

    __tablename__ = "order_hold"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """hold (保全), dispute (争议)."""
    reason: Mapped[str] = mapped_column(Text)
    placed_by: Mapped[str] = mapped_column(String(64))
    placed_at: Mapped[datetime]
    release_reason: Mapped[str] = mapped_column(Text, default="")
    released_by: Mapped[str] = mapped_column(String(64), default="")
    released_at: Mapped[datetime | None]


class OrderDisposal(Record):
    """Certificate that an order was disposed of after its period; append-only, chained by hash.

    The order's rows can be deleted only where such a certificate names it, and the database writes
    one only for what was archived five years ago, is held by nobody and has no child.
    """

    __tablename__ = "order_disposal"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(type_id, unique=True)
    """No foreign key: the order is gone."""
    order_no: Mapped[str] = mapped_column(String(40), unique=True)
    at: Mapped[datetime]
    archived_at: Mapped[datetime]
    keep_until: Mapped[date]
    events: Mapped[int]
    """How many entries its history had …"""
    last_hash: Mapped[str] = mapped_column(String(64))
    """… and the hash of the last one: a copy that turns up can be proved or disproved."""
    photos: Mapped[list[str]] = mapped_column(default=list)
    """Hashes of its photos, so that a crash leaves no file behind."""
    rule: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    files_gone_at: Mapped[datetime | None]
    """Set once; the only thing that may change."""
