"""Test cases of the voice menu: what a caller does and what must come of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class FlowTestRecord(Record):
    """One test case; the case itself is written in the flow language's own terms."""

    __tablename__ = "flow_test"
    __table_args__ = (Index("ix_flow_test_flow_id", "flow", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    flow: Mapped[str] = mapped_column(String(64))
    """The main flow the call begins with."""
    content: Mapped[dict[str, Any]]
    """facts, acts, expects (ivr_flows.cases.data)."""
    saved_by: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """A removed one stays, so that an upgrade does not bring a shipped case back."""
