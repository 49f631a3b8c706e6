"""The work order and its history."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class WorkOrder(Record):
    """工单. Its state changes only through ticketing.orders.moves."""

    __tablename__ = "work_order"
    __table_args__ = (
        Index("ix_work_order_state_id", "state", "id"),
        Index("ix_work_order_state_due_at", "state", "due_at"),
        Index("ix_work_order_caller_number_id", "caller_number", "id"),
        Index("ix_work_order_lead_unit_id_state_id", "lead_unit_id", "state", "id"),
        Index("ix_work_order_region_code_id", "region_code", "id"),
        Index("ix_work_order_kind_id", "kind", "id"),
        Index("ix_work_order_object_id", "object", "id"),
        Index("ix_work_order_review_state_closed_at", "review_state", "closed_at"),
        Index("ix_work_order_closed_at", "closed_at"),
        Index("ix_work_order_parent_id_id", "parent_id", "id"),
        Index("ix_work_order_lead_unit_id_id", "lead_unit_id", "id"),
        Index("ix_work_order_domain_id", "domain", "id"),
        Index("ix_work_order_topic_id", "topic", "id"),
        Index("ix_work_order_source_no", "source_no"),
        Index("ix_work_order_accepted_at_id", "accepted_at", "id"),
        Index("ix_work_order_archived_at_id", "archived_at", "id"),
        Index("ix_work_order_created_by_id", "created_by", "id"),
        Index(
            "ix_work_order_overdue",
            "id",
            sqlite_where=text("overdue_at IS NOT NULL"),
            postgresql_where=text("overdue_at IS NOT NULL"),
        ),
        Index(
            "ix_work_order_clock_runs",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        UniqueConstraint("source_key"),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    order_no: Mapped[str] = mapped_column(String(40), unique=True)
    """JT + region + date + sequence; foreign numbers are kept in source_no."""
    state: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change; a change names the version it saw."""

    kind: Mapped[str] = mapped_column(String(16))
    domain: Mapped[str] = mapped_column(String(32), default="")
    topic: Mapped[str] = mapped_column(String(64), default="")
    sub_item: Mapped[str] = mapped_column(String(64), default="")
    third_level: Mapped[str] = mapped_column(String(64), default="")
    taxonomy_version: Mapped[str] = mapped_column(String(32), default="")
    first_class: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The class given at intake, kept when it is corrected (工单分类正确率)."""
    region_code: Mapped[str] = mapped_column(String(6))
    platform: Mapped[str] = mapped_column(String(32), default="")
    channel: Mapped[str] = mapped_column(String(24))
    source_system: Mapped[str] = mapped_column(String(32), default="")
    source_no: Mapped[str] = mapped_column(String(64), default="")
    source_key: Mapped[str | None] = mapped_column(String(97))
    """Source system and its number together: a matter handed over twice is one order."""
    priority: Mapped[str] = mapped_column(String(16), default="normal")
    """normal, urgent, safety (安全生产, 第二十一条)."""

    call_key: Mapped[str | None] = mapped_column(String(64), index=True)
    caller_number: Mapped[str] = mapped_column(String(32), default="")
    caller_name: Mapped[str] = mapped_column(String(64), default="")
    caller_title: Mapped[str] = mapped_column(String(16), default="")
    """先生 or 女士."""
    complainant_type: Mapped[str] = mapped_column(String(16), default="public")
    caller_group: Mapped[str] = mapped_column(String(32), default="")
    confidential: Mapped[bool] = mapped_column(default=False)

    place: Mapped[str] = mapped_column(String(256), default="")
    object: Mapped[str] = mapped_column(String(128), default="")
    """投诉对象: plate, line, company."""
    content: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    """The complaint's facts and reasons (第十九条(二))."""
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Per-topic fields: plate, line, stop, card_no, travel_time …"""
    tags: Mapped[list[str]] = mapped_column(default=list)

    answered_instantly: Mapped[bool] = mapped_column(default=False)
    result: Mapped[str] = mapped_column(Text, default="")
    close_mode: Mapped[str] = mapped_column(String(16), default="")
    accepted_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None]
    lead_unit_id: Mapped[int | None] = mapped_column(type_id)
    co_unit_ids: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{"ids": […]}: units that help the lead unit (协办)."""
    responsible_person: Mapped[str] = mapped_column(String(64), default="")
    direct_dispatch: Mapped[bool] = mapped_column(default=False)
    return_due_at: Mapped[datetime | None]
    """Until when the unit may send it back (D3)."""
    returns: Mapped[int] = mapped_column(default=0)
    coordinated: Mapped[bool] = mapped_column(default=False)
    """The authority named the unit: it may not be returned."""
    signed_at: Mapped[datetime | None]
    first_contact_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[str] = mapped_column(String(64), default="")
    reworks: Mapped[int] = mapped_column(default=0)
    reject_code: Mapped[str] = mapped_column(String(4), default="")
    escalated_to: Mapped[str] = mapped_column(String(128), default="")
    revisit_required: Mapped[bool] = mapped_column(default=False)
    revisited_at: Mapped[datetime | None]
    review_state: Mapped[str] = mapped_column(String(16), default="")
    """Where the province's review stands (ticketing.rules.states.ReviewState)."""
    review_due_at: Mapped[datetime | None]
    review_failures: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    """When the clock that runs now ends."""
    original_due_at: Mapped[datetime | None]
    handling_due_at: Mapped[datetime | None]
    """Until when the unit's answer is in time, extension included; stays after closing."""
    due_provisional: Mapped[bool] = mapped_column(default=False)
    clock: Mapped[str] = mapped_column(String(4), default="")
    """Which clock runs now (ticketing.rules.deadlines.Clock), empty: none."""
    clock_started_at: Mapped[datetime | None]
    extended_days: Mapped[int] = mapped_column(default=0)
    calendar_version: Mapped[str] = mapped_column(String(32), default="")
    legal_days: Mapped[int | None]
    """Working days another law allows (第二十三条末款) …"""
    legal_basis: Mapped[str] = mapped_column(Text, default="")
    """… and that law."""
    forward_due_at: Mapped[datetime | None]
    """When the first forwarding was due (D1)."""
    overdue_at: Mapped[datetime | None]
    """When it was found that the running clock had passed; empty again when it stops."""
    closed_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    last_hash: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the newest event: a cut-off end of the log shows."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"))
    """The master order this one was merged into, or the collective order it belongs to."""
    created_by: Mapped[int | None] = mapped_column(type_id)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WorkOrderCoUnit(Record):
    """协办: the units of `WorkOrder.co_unit_ids`, where a unit's own list finds them."""

    __tablename__ = "work_order_co_unit"
    __table_args__ = (
        Index("ix_work_order_co_unit_unit_id_work_order_id", "unit_id", "work_order_id"),
    )

    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(type_id, primary_key=True)


class WorkOrderEvent(Record):
    """One move of an order; append-only, chained by hash per order (第七条 全程追溯, RL-2)."""

    __tablename__ = "work_order_event"
    __table_args__ = (UniqueConstraint("work_order_id", "seq"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    seq: Mapped[int]
    event: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[str] = mapped_column(String(24))
    to_state: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    who_name: Mapped[str] = mapped_column(String(64))
    who_role: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class OrderSequence(Record):
    """The shared 8-digit counter of order numbers, one row per deployment (NO-2)."""

    __tablename__ = "order_sequence"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    last: Mapped[int] = mapped_column(type_id)
