"""What the public is told: road notices, answers, announcements; and the centre's switches."""

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class RoadNotice(Record):
    """路况: a closure, control, congestion, works or detour, for as long as it is in force."""

    __tablename__ = "road_notice"
    __table_args__ = (
        Index("ix_road_notice_valid_until_id", "valid_until", "id"),
        Index("ix_road_notice_road_no_id", "road_no", "id"),
        UniqueConstraint("source_key"),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """closure, control, congestion, works, detour, restored."""
    road_no: Mapped[str] = mapped_column(String(16), default="")
    """G1, S26 …"""
    road_name: Mapped[str] = mapped_column(String(64))
    section: Mapped[str] = mapped_column(String(128), default="")
    direction: Mapped[str] = mapped_column(String(32), default="")
    """双向, 往沈阳方向 …; empty: nothing is said about it."""
    region_code: Mapped[str] = mapped_column(String(6), default="")
    source_key: Mapped[str | None] = mapped_column(String(97))
    """Who imports it and under which key: told again it is the same notice."""
    text: Mapped[str] = mapped_column(Text)
    """One or two sentences as they are read out."""
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    posted_by: Mapped[str] = mapped_column(String(64))
    posted_at: Mapped[datetime]
    cancelled_by: Mapped[str] = mapped_column(String(64), default="")
    cancelled_at: Mapped[datetime | None]


class KnowledgeItem(Record):
    """知识库: a question and its answer; `spoken` is what the voice menu says."""

    __tablename__ = "knowledge_item"
    __table_args__ = (Index("ix_knowledge_item_topic_state", "topic", "state"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    topic: Mapped[str] = mapped_column(String(64))
    question: Mapped[str] = mapped_column(String(256))
    answer: Mapped[str] = mapped_column(Text)
    spoken: Mapped[str] = mapped_column(Text, default="")
    """Empty: agents read it, the menu does not say it."""
    source: Mapped[str] = mapped_column(String(256), default="")
    state: Mapped[str] = mapped_column(String(16), default="draft")
    """draft, review, published, expired."""
    replaces_id: Mapped[int | None] = mapped_column(type_id, index=True)
    """The published item whose new wording this is; that one is told until this is published."""
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    written_by: Mapped[str] = mapped_column(String(64))
    written_at: Mapped[datetime]


class Announcement(Record):
    """Played first to every caller while it is in force."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime] = mapped_column(index=True)
    posted_by: Mapped[str] = mapped_column(String(64))
    posted_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class CentreSwitch(Record):
    """A switch of the centre, e.g. `direct`: everybody to a person, no menu; maybe for a time."""

    __tablename__ = "centre_switch"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    is_on: Mapped[bool]
    on_from: Mapped[datetime | None]
    on_until: Mapped[datetime | None]
    """While `is_on`, only within these; None: no bound on that side."""
    changed_by: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime]


class CallerGroupMember(Record):
    """A number that belongs to a group of callers, e.g. `direct` (直达人工) or `truck_driver`."""

    __tablename__ = "caller_group_member"
    __table_args__ = (UniqueConstraint("number", "caller_group"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    number: Mapped[str] = mapped_column(String(32))
    caller_group: Mapped[str] = mapped_column(String(32))
    added_by: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]


class RoadSubscription(Record):
    """路况订阅: a mobile phone is told when a road's state changes, for a chosen time."""

    __tablename__ = "road_subscription"
    __table_args__ = (
        Index("ix_road_subscription_road_no_until_at", "road_no", "until_at"),
        Index("ix_road_subscription_number_until_at", "number", "until_at"),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    number: Mapped[str] = mapped_column(String(32))
    road_no: Mapped[str] = mapped_column(String(16))
    call_key: Mapped[str] = mapped_column(String(64), default="")
    made_at: Mapped[datetime]
    until_at: Mapped[datetime]
    """Moved to the moment of its end when the subscriber stops it."""


class AnswerVote(Record):
    """有用 or 没用: what a caller thought of a spoken answer; append-only."""

    __tablename__ = "answer_vote"
    __table_args__ = (Index("ix_answer_vote_topic", "topic"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    topic: Mapped[str] = mapped_column(String(64))
    useful: Mapped[bool]
    call_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
