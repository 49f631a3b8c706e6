"""The public window: one-time codes that prove whose telephone a matter is followed from."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class WindowCode(Record):
    """验证码: asked for, sent once, tried a few times, used once; then a pass for half an hour.

    A request whose number and telephone do not belong together leaves the same row without an
    order: nothing is sent, and who asked cannot tell.
    """

    __tablename__ = "window_code"
    __table_args__ = (
        Index("ix_window_code_number_created_at", "number", "created_at"),
        Index("ix_window_code_address_created_at", "address", "created_at"),
        Index(
            "ix_window_code_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    ticket_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of what the asker holds …"""
    code_hash: Mapped[str] = mapped_column(String(64))
    """… and a keyed hash of code and ticket: six digits alone would be guessed from a plain one."""
    work_order_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"))
    number: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(64))
    """A keyed hash: it is only counted."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    pass_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    pass_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16))
    """none (no such order: nothing to send), waiting → sending → sent, failed or unknown."""
    message: Mapped[str] = mapped_column(Text, default="")
    """What is to be sent; emptied before it is."""
