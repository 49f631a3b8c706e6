"""A call as it happened: who, when, what was pressed, who talked."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class Call(Record):
    """One call, in or out. The key is Asterisk's Linkedid, unique across nodes."""

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_caller_number_id", "caller_number", "id"),
        Index("ix_call_user_id_id", "user_id", "id"),
        Index(
            "ix_call_open",
            "started_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),  # the few that are under way
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    callref: Mapped[str] = mapped_column(String(36), default="")
    direction: Mapped[str] = mapped_column(String(8), default="in")
    """`in`, `out` (a seat calls a citizen) or `internal` (a seat calls a seat)."""
    caller_number: Mapped[str] = mapped_column(String(32), default="")
    """The citizen's number, in or out; empty when withheld."""
    dialled: Mapped[str] = mapped_column(String(32), default="")
    entry: Mapped[str] = mapped_column(String(32), default="")
    started_at: Mapped[datetime] = mapped_column(index=True)
    queued_at: Mapped[datetime | None]
    queue: Mapped[str] = mapped_column(String(32), default="")
    queue_reason: Mapped[str] = mapped_column(String(16), default="")
    """`flow`, or `failure`/`timeout` when the menu could not do its work."""
    connected_at: Mapped[datetime | None]
    """First talk began."""
    user_id: Mapped[int | None] = mapped_column(type_id)
    """Who talked first."""
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16), default="open")
    """open, self_service, talked, abandoned, message, transferred, lost."""
    flow: Mapped[str] = mapped_column(String(64), default="")
    flow_version: Mapped[str] = mapped_column(String(64), default="")
    flow_ending: Mapped[str] = mapped_column(String(16), default="")
    notice_version: Mapped[str] = mapped_column(String(32), default="")
    notice_whole: Mapped[bool | None]
    """Whether the recording notice was played to its end (PIPL art. 17)."""
    rating: Mapped[int | None]
    """好差评 by key after the talk, 1 (非常不满意) to 5 (非常满意)."""
    caller_group: Mapped[str] = mapped_column(String(32), default="")
    is_test: Mapped[bool] = mapped_column(default=False)


class CallStep(Record):
    """One step of the menu the caller went through; append-only."""

    __tablename__ = "call_step"
    __table_args__ = (
        UniqueConstraint("call_key", "script", "seq"),
        Index(
            "ix_call_step_spoken",
            "id",
            sqlite_where=text("said != ''"),
            postgresql_where=text("said != ''"),
        ),  # the few in which the caller spoke
        Index(
            "ix_call_step_spoken_at",
            "at",
            sqlite_where=text("said != ''"),
            postgresql_where=text("said != ''"),
        ),
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    call_key: Mapped[str] = mapped_column(String(64))
    script: Mapped[str] = mapped_column(String(40))
    """Which run of a flow in the call: a UUID, so that a retried write is the same row."""
    seq: Mapped[int]
    at: Mapped[datetime]
    flow: Mapped[str] = mapped_column(String(64))
    flow_version: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    label: Mapped[str] = mapped_column(String(128), default="")
    """Chinese: what this step is, for the agent's screen."""
    pressed: Mapped[str] = mapped_column(String(64), default="")
    outcome: Mapped[str] = mapped_column(String(64), default="")
    said: Mapped[str] = mapped_column(String(256), default="", server_default="")
    """What was understood of the caller's words, "…" where it was nothing known."""
    stretch: Mapped[str] = mapped_column(String(128), default="", server_default="")
    """Recording of the words, empty when there is none."""
    confidence: Mapped[float | None]
    learned: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Variable → value, as the words set them: kind, topic, a road."""
    seconds: Mapped[float] = mapped_column(default=0.0, server_default="0")
    """How long the caller was in it."""
    mistakes: Mapped[int] = mapped_column(default=0, server_default="0")
    """Wrong keys, wrong entries and silences in it."""


class Talk(Record):
    """One agent leg of a call: rung, answered, ended."""

    __tablename__ = "talk"
    __table_args__ = (Index("ix_talk_user_id_id", "user_id", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    call_key: Mapped[str] = mapped_column(String(64), index=True)
    leg: Mapped[str] = mapped_column(String(64), unique=True)
    """Uniqueid of the agent's channel."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    extension: Mapped[str] = mapped_column(String(16))
    queue: Mapped[str] = mapped_column(String(32), default="")
    rung_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(32), default="")
    """agent, caller, transfer, unanswered, lost."""


class News(Record):
    """Something became true. Written in the transaction that made it so; readers tail it by id."""

    __tablename__ = "news"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    topic: Mapped[str] = mapped_column(String(48))
    """call.step, call.ended, recording.stored, work_order.moved, notice.sent …"""
    subject: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Callback(Record):
    """回电: who would not wait in the queue and is to be called back, in the order of waiting.

    waiting → taken (somebody calls now) → done, or waiting again when nobody answered; given_up
    after the last try.
    """

    __tablename__ = "callback"
    __table_args__ = (
        Index("ix_callback_state_id", "state", "id"),
        Index(
            "uq_callback_open_number",
            "number",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'taken')"),
            postgresql_where=text("state IN ('waiting', 'taken')"),
        ),  # who asks twice is called once
    )

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    call_key: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(32))
    queue: Mapped[str] = mapped_column(String(32), default="")
    asked_at: Mapped[datetime]
    """The place in the line: older is called first."""
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    taken_by: Mapped[str] = mapped_column(String(64), default="")
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
