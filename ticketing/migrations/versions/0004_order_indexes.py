"""orders: indexes of the lists, by every filter a screen offers"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = {
    "ix_work_order_lead_unit_id_id": ["lead_unit_id", "id"],
    "ix_work_order_domain_id": ["domain", "id"],
    "ix_work_order_topic_id": ["topic", "id"],
    "ix_work_order_source_no": ["source_no"],
    "ix_work_order_accepted_at_id": ["accepted_at", "id"],
    "ix_work_order_created_by_id": ["created_by", "id"],
}
PARTIAL = {
    "ix_work_order_overdue": ("id", "overdue_at IS NOT NULL"),
    "ix_work_order_clock_runs": ("due_at", "due_at IS NOT NULL"),
}


def upgrade() -> None:
    for name, columns in COLUMNS.items():
        op.create_index(name, "work_order", columns)
    for name, (column, where) in PARTIAL.items():
        op.create_index(
            name,
            "work_order",
            [column],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
