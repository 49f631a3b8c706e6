"""spot checks"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spot_check",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("since", base.Moment(), nullable=False),
        sa.Column("until", base.Moment(), nullable=False),
        sa.Column("per_unit", sa.Integer(), nullable=False),
        sa.Column("seed", base.type_id, nullable=False),
        sa.Column("drawn_by", sa.String(64), nullable=False),
        sa.Column("drawn_at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
    )
    op.create_table(
        "spot_check_item",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("spot_check_id", base.type_id, nullable=False),
        sa.Column("work_order_id", base.type_id, nullable=False),
        sa.Column("unit_id", base.type_id, nullable=False),
        sa.Column("reported", base.Json, nullable=False),
        sa.Column("found", base.Json, nullable=False),
        sa.Column("call_key", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.String(64), nullable=False),
        sa.Column("checked_at", base.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check_item")),
        sa.ForeignKeyConstraint(
            ["spot_check_id"],
            ["spot_check.id"],
            name=op.f("fk_spot_check_item_spot_check_id_spot_check"),
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_spot_check_item_work_order_id_work_order"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["handling_unit.id"],
            name=op.f("fk_spot_check_item_unit_id_handling_unit"),
        ),
        sa.UniqueConstraint(
            "spot_check_id",
            "work_order_id",
            name=op.f("uq_spot_check_item_spot_check_id_work_order_id"),
        ),
    )
