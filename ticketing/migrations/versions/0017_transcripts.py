"""words a machine wrote down of voice messages"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording_transcript",
        sa.Column("recording_id", base.type_id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("model", sa.String(128), nullable=False),
        sa.Column("made_at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_recording_transcript")),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
            name=op.f("fk_recording_transcript_recording_id_recording"),
        ),
    )
    messages = sa.text("kind = 'message' AND state = 'stored'")
    op.create_index(
        "ix_recording_messages",
        "recording",
        ["id"],
        sqlite_where=messages,
        postgresql_where=messages,
    )
