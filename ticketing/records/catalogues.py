"""Data with versions: calendar, taxonomy, channels, regions, policy; handling units and routes.

A version once written never changes; a correction is a new version, and the order keeps the one it
was made with.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class Catalogue(Record):
    """One version of a catalogue as a document; the newest row of a name is the current one."""

    __tablename__ = "catalogue"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        Index("ix_catalogue_name_id", "name", "id"),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    name: Mapped[str] = mapped_column(String(32))
    """taxonomy, channels, regions, source_kinds, text_rules, notice_templates, policy."""
    version: Mapped[str] = mapped_column(String(32))
    content: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class CataloguePlan(Record):
    """A version that comes into force later; the worker publishes it when its day has come."""

    __tablename__ = "catalogue_plan"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        Index(
            "ix_catalogue_plan_waiting",
            "valid_from",
            sqlite_where=text("published_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=text("published_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    name: Mapped[str] = mapped_column(String(32))
    version: Mapped[str] = mapped_column(String(32))
    content: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(64))
    created_by_name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class CalendarRelease(Record):
    """One version of the working-day calendar."""

    __tablename__ = "calendar_release"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    version: Mapped[str] = mapped_column(String(32), unique=True)
    years: Mapped[dict[str, Any]]
    """{"noticed": [2024, …]}: years whose notice is in it."""
    note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class CalendarDay(Record):
    """A day the weekend rule alone would answer otherwise."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("release_id", "day"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("calendar_release.id"))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64), default="")
    source_notice: Mapped[str] = mapped_column(String(128), default="")


class HandlingUnit(Record):
    """承办单位 (第二十条), a tree."""

    __tablename__ = "handling_unit"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(128))
    type: Mapped[str] = mapped_column(String(24))
    """Values of ticketing.rules.routing.UnitType."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("handling_unit.id"), index=True)
    region_code: Mapped[str] = mapped_column(String(6), default="")
    duty_person: Mapped[str] = mapped_column(String(64), default="")
    duty_phone: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class RoutingRoute(Record):
    """A row of the routing table (第二十一条); empty fields mean any. Retired, never erased."""

    __tablename__ = "routing_route"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    domain: Mapped[str] = mapped_column(String(32), default="")
    topic: Mapped[str] = mapped_column(String(64), default="")
    sub_item: Mapped[str] = mapped_column(String(64), default="")
    region_code: Mapped[str] = mapped_column(String(6), default="")
    caller_group: Mapped[str] = mapped_column(String(32), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("handling_unit.id"), index=True)
    responsible_person: Mapped[str] = mapped_column(String(64), default="")
    direct: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
