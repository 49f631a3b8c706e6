"""What happens to an order on its way, each thing an append-only record of its own."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class ReturnRequest(Record):
    """退单: a unit sends an order back; the decision is written once."""

    __tablename__ = "return_request"
    __table_args__ = (Index("ix_return_request_work_order_id_id", "work_order_id", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("handling_unit.id"))
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(16), default="open")
    """open, accepted, rejected, coordination."""
    liable: Mapped[str] = mapped_column(String(16), default="")
    """有责退单: unit or centre, empty when nobody is at fault."""
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None]


class ExtensionRequest(Record):
    """延期 (第二十四条); approved or refused by the authority, once."""

    __tablename__ = "extension_request"
    __table_args__ = (Index("ix_extension_request_work_order_id_id", "work_order_id", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    ground: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    working_days: Mapped[int]
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(16), default="open")
    """open, approved, refused."""
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None]


class UnitReply(Record):
    """回复 (第二十八条): result, process, basis, and how the caller was told."""

    __tablename__ = "unit_reply"
    __table_args__ = (Index("ix_unit_reply_work_order_id_id", "work_order_id", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("handling_unit.id"))
    result: Mapped[str] = mapped_column(Text)
    process: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    told_by: Mapped[str] = mapped_column(String(16), default="")
    """phone, letter, sms, web; empty: the caller could not be reached."""
    caller_opinion: Mapped[str] = mapped_column(String(24), default="")
    """Rating the unit heard when it asked."""
    call_keys: Mapped[list[str]] = mapped_column(default=list)
    """Calls to the caller, answered or not."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))


class ReturnVisit(Record):
    """回访 (第二十九条): four answers, with evidence."""

    __tablename__ = "return_visit"
    __table_args__ = (Index("ix_return_visit_work_order_id_id", "work_order_id", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    round: Mapped[int]
    """1 for the first closing, 2 after a rework …"""
    means: Mapped[str] = mapped_column(String(16))
    """phone, sms, web."""
    outcome: Mapped[str] = mapped_column(String(16))
    """answered, unreachable, unanswered (an attempt that may be repeated)."""
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Question → Rating."""
    opinion: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """call_key and talk_seconds, or the message's key."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))


class ServiceRating(Record):
    """好差评 (第八条), as given; never changed, a later one stands beside it."""

    __tablename__ = "service_rating"
    __table_args__ = (
        Index("ix_service_rating_work_order_id_id", "work_order_id", "id"),
        Index("ix_service_rating_at", "at"),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    rating: Mapped[str] = mapped_column(String(24))
    means: Mapped[str] = mapped_column(String(16))
    """revisit, survey, sms, web, miniapp."""
    opinion: Mapped[str] = mapped_column(Text, default="")
    after_fix: Mapped[bool] = mapped_column(default=False)
    """The second rating after a rectification."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))


class RatingFix(Record):
    """差评整改: opened by a bad rating, due, done once with its result."""

    __tablename__ = "rating_fix"
    __table_args__ = (Index("ix_rating_fix_done_at_due_at", "done_at", "due_at"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), index=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("service_rating.id"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    result: Mapped[str] = mapped_column(Text, default="")
    done_by: Mapped[str] = mapped_column(String(64), default="")
    done_at: Mapped[datetime | None]


class ProvinceReview(Record):
    """复核 (第二十五条)."""

    __tablename__ = "province_review"
    __table_args__ = (Index("ix_province_review_work_order_id_id", "work_order_id", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    passed: Mapped[bool]
    fault: Mapped[str] = mapped_column(String(32), default="")
    opinion: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))


class Supervision(Record):
    """督办: a numbered demand with a deadline; its result is written once."""

    __tablename__ = "supervision"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_supervision_work_order_id_id", "work_order_id", "id"),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    number: Mapped[str] = mapped_column(String(48))
    type: Mapped[str] = mapped_column(String(24))
    """order, written, meeting, leader_note, rectification_letter, interview."""
    target: Mapped[str] = mapped_column(String(128))
    demand: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime | None]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]


class OrderLink(Record):
    """Two orders that belong together; neither moves or vanishes."""

    __tablename__ = "order_link"
    __table_args__ = (UniqueConstraint("work_order_id", "other_id", "kind"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """repeat, merged, collective, related."""
    why: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))


class SpotCheck(Record):
    """抽检: a sample of one period's closed orders, drawn with a kept seed."""

    __tablename__ = "spot_check"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    per_unit: Mapped[int]
    seed: Mapped[int] = mapped_column(type_id)
    drawn_by: Mapped[str] = mapped_column(String(64))
    drawn_at: Mapped[datetime]


class SpotCheckItem(Record):
    """One order of a spot check: what was reported when it was drawn, and what a call found."""

    __tablename__ = "spot_check_item"
    __table_args__ = (UniqueConstraint("spot_check_id", "work_order_id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    spot_check_id: Mapped[int] = mapped_column(ForeignKey("spot_check.id"))
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("handling_unit.id"))
    reported: Mapped[dict[str, Any]]
    """{"revisited", "closed", "satisfied"}: what the records said."""
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The same, as the caller says; empty: not called yet."""
    call_key: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    checked_by: Mapped[str] = mapped_column(String(64), default="")
    checked_at: Mapped[datetime | None]


class DueRecompute(Record):
    """重算期限: somebody asked that running orders follow the limits as they are now."""

    __tablename__ = "due_recompute"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_by_name: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    after_id: Mapped[int] = mapped_column(type_id, default=0)
    """The worker goes on from here."""
    looked: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(index=True)
