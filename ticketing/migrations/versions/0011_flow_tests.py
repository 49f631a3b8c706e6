"""test cases of the voice menu"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flow_test",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("flow", sa.String(64), nullable=False),
        sa.Column("content", base.Json, nullable=False),
        sa.Column("saved_by", sa.String(64), nullable=False),
        sa.Column("saved_at", base.Moment(), nullable=False),
        sa.Column("removed_at", base.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_test")),
    )
    op.create_index("ix_flow_test_flow_id", "flow_test", ["flow", "id"])
