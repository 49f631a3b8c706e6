"""the public window's one-time codes"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "window_code",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("ticket_hash", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("work_order_id", base.type_id, nullable=True),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("created_at", base.Moment(), nullable=False),
        sa.Column("expires_at", base.Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", base.Moment(), nullable=True),
        sa.Column("pass_hash", sa.String(64), nullable=True),
        sa.Column("pass_until", base.Moment(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window_code")),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_window_code_work_order_id_work_order"),
        ),
        sa.UniqueConstraint("ticket_hash", name=op.f("uq_window_code_ticket_hash")),
        sa.UniqueConstraint("pass_hash", name=op.f("uq_window_code_pass_hash")),
    )
    op.create_index("ix_window_code_number_created_at", "window_code", ["number", "created_at"])
    op.create_index("ix_window_code_address_created_at", "window_code", ["address", "created_at"])
    op.create_index(
        "ix_window_code_waiting",
        "window_code",
        ["id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
