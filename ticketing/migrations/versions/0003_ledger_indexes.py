"""ledger indexes"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_call_open",
        "call",
        ["started_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_recording_source",
        "recording",
        ["call_key"],
        sqlite_where=sa.text("source_file != ''"),
        postgresql_where=sa.text("source_file != ''"),
    )
