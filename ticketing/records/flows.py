"""The voice menu: one shared draft, immutable numbered versions, and which of them callers hear.

A version holds the texts of all flows together, so that a sub-flow never drifts away from the
flow that calls it. Versions and publications are only ever added; the database refuses the rest.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class FlowDraft(Record):
    """One flow of the draft. A removed one stays as a row, so that no revision comes twice."""

    __tablename__ = "flow_draft"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)
    """None: removed."""
    revision: Mapped[int] = mapped_column(index=True)
    """Counts the saves of the whole draft, so the highest is the newest edit; whoever saves names
    the one that was on screen."""
    saved_by: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime]


class MenuVersion(Record):
    """All flow texts as they were frozen together; append-only."""

    __tablename__ = "menu_version"

    number: Mapped[int] = mapped_column(type_id, primary_key=True, autoincrement=False)
    author: Mapped[str] = mapped_column(String(64))
    """Who froze it."""
    edited_by: Mapped[str] = mapped_column(String(64))
    """Whose edit was the newest in it: the two-person rule asks for somebody else."""
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(16))
    """Values of ticketing.menu.versions.Origin."""
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """The same texts have the same digest."""
    texts: Mapped[dict[str, Any]]
    """Flow name → text."""


class MenuPublication(Record):
    """From then on an alias names this version; append-only, the newest row of an alias counts."""

    __tablename__ = "menu_publication"
    __table_args__ = (Index("ix_menu_publication_alias_id", "alias", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    alias: Mapped[str] = mapped_column(String(16))
    """live, trial."""
    number: Mapped[int | None] = mapped_column(ForeignKey("menu_version.number"))
    """None: the trial is over."""
    share: Mapped[int] = mapped_column(default=0)
    """Per cent of the calls a trial gets."""
    callers: Mapped[list[str]] = mapped_column(default=list)
    """Numbers whose calls the trial gets, whatever the share."""
    way: Mapped[str] = mapped_column(String(16))
    """publish, rollback, end, install."""
    done_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
