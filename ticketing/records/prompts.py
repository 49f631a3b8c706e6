"""Who spoke the menu's phrases, and when: with a call's steps it tells what the caller heard."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.records.base import Record, type_id


class PromptTake(Record):
    """A phrase got another sound; append-only, the newest row of a phrase counts."""

    __tablename__ = "prompt_take"
    __table_args__ = (Index("ix_prompt_take_phrase_id", "phrase", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    phrase: Mapped[str] = mapped_column(String(40))
    """Hash of the text (ivr_flows.prompts.recorded.text_hash)."""
    text: Mapped[str] = mapped_column(Text)
    speaker: Mapped[str] = mapped_column(String(64), default="")
    """Empty: taken back, the installation's voice speaks again."""
    original: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the speaker's file."""
    seconds: Mapped[float] = mapped_column(default=0.0)
    done_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class PromptVoice(Record):
    """From then on this voice speaks what nobody recorded; append-only."""

    __tablename__ = "prompt_voice"

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime]
