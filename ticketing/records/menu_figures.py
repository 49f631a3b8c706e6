"""Where callers went in the voice menu, by day: added up from calls and steps by the worker."""

from datetime import date, datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class MenuPassage(Record):
    """How often callers left one step in one way on one day; made anew whole days at a time."""

    __tablename__ = "menu_passage"
    __table_args__ = (Index("ix_menu_passage_day_flow_version", "day", "flow_version"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    day: Mapped[date]
    """Asia/Shanghai, the day the call began."""
    flow_version: Mapped[str] = mapped_column(String(64))
    flow: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    outcome: Mapped[str] = mapped_column(String(64))
    to_flow: Mapped[str] = mapped_column(String(64), default="")
    """Empty: the menu ended there."""
    to_step: Mapped[str] = mapped_column(String(64), default="")
    """The next step, or how the menu ended (ticketing.menu_figures.passages.End)."""
    times: Mapped[int]
    seconds: Mapped[float]
    """All passages together."""
    mistakes: Mapped[int]
    """Wrong keys, wrong entries and silences."""


class MenuDay(Record):
    """What a menu version did for its callers on one day."""

    __tablename__ = "menu_day"
    __table_args__ = (UniqueConstraint("day", "flow_version"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    day: Mapped[date]
    flow_version: Mapped[str] = mapped_column(String(64))
    """Empty: the mark that the day was added up, also when nobody called."""
    built_at: Mapped[datetime]
    calls: Mapped[int] = mapped_column(default=0)
    to_person: Mapped[int] = mapped_column(default=0)
    """Queued."""
    seconds_to_person: Mapped[float] = mapped_column(default=0.0)
    """From answering to the queue, all of them together."""
    answered: Mapped[int] = mapped_column(default=0)
    """Served by the menu alone."""
    came_back: Mapped[int] = mapped_column(default=0)
    """Of these, who called again within 24 hours."""
    withheld: Mapped[int] = mapped_column(default=0)
    """Of these, whose number is unknown: nobody can tell whether they called again."""
