"""where callers go in the voice menu"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call_step", sa.Column("seconds", sa.Float(), server_default="0", nullable=False))
    op.add_column(
        "call_step", sa.Column("mistakes", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_table(
        "menu_passage",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("flow_version", sa.String(64), nullable=False),
        sa.Column("flow", sa.String(64), nullable=False),
        sa.Column("step", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("to_flow", sa.String(64), nullable=False),
        sa.Column("to_step", sa.String(64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("mistakes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_passage")),
    )
    op.create_index("ix_menu_passage_day_flow_version", "menu_passage", ["day", "flow_version"])
    op.create_table(
        "menu_day",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("flow_version", sa.String(64), nullable=False),
        sa.Column("built_at", base.Moment(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("to_person", sa.Integer(), nullable=False),
        sa.Column("seconds_to_person", sa.Float(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("came_back", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_day")),
        sa.UniqueConstraint("day", "flow_version", name=op.f("uq_menu_day_day_flow_version")),
    )
