"""A table a person brought: looked through, then loaded when that person says so; faults are kept.

The file lies in the row until the import has ended, so that any worker can go on with it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from ticketing.records.base import Record, type_id


class ImportJob(Record):
    """One file on its way in."""

    __tablename__ = "import_job"
    __table_args__ = (Index("ix_import_job_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """Values of ticketing.imports.importer.ImportKind."""
    name: Mapped[str] = mapped_column(String(128))
    """The file's name."""
    options: Mapped[dict[str, Any]]
    """What the file does not say: the calendar's year and notice, the history's source."""
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    state: Mapped[str] = mapped_column(String(16))
    """Values of ticketing.imports.importer.ImportState."""
    rows: Mapped[int] = mapped_column(default=0)
    """How many the file has; known once it was looked through."""
    done: Mapped[int] = mapped_column(default=0)
    """How many of them the present step has behind it."""
    faulty: Mapped[int] = mapped_column(default=0)
    """Rows with a fault, each with its faults in import_fault."""
    loaded: Mapped[int] = mapped_column(default=0)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What loading would bring, by the kind's own words."""
    failure: Mapped[str] = mapped_column(Text, default="")
    """Chinese: why the file cannot be read at all."""
    touched_at: Mapped[datetime | None]
    """When a worker was last at it; empty: nobody has it in hand."""
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_by_name: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportFault(Record):
    """One thing wrong in one row."""

    __tablename__ = "import_fault"
    __table_args__ = (Index("ix_import_fault_import_job_id_id", "import_job_id", "id"),)

    id: Mapped[int] = mapped_column(type_id, primary_key=True)
    import_job_id: Mapped[int] = mapped_column(ForeignKey("import_job.id"))
    line: Mapped[int]
    column: Mapped[str] = mapped_column(String(64))
    message: Mapped[str] = mapped_column(Text)
