"""notices: the outbox of what people are told, and messages received"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


REFUSED = {
    "notice_no_delete": "DELETE ON notice",
    "received_sms_no_update": "UPDATE ON received_sms",
    "received_sms_no_delete": "DELETE ON received_sms",
}
"""Never, not even with SQL in hand: what was told and what came stays."""


def upgrade() -> None:
    create_notice()
    create_received_sms()
    for name, what in REFUSED.items():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {what} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {what} FOR EACH ROW EXECUTE FUNCTION refuse_edit()"
            )


def create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("work_order_id", base.type_id, nullable=False),
        sa.Column("order_no", sa.String(40), nullable=False),
        sa.Column("occasion", sa.String(48), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("recipient", sa.String(16), nullable=False),
        sa.Column("unit_id", base.type_id, nullable=False),
        sa.Column("means", sa.String(8), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("template_version", sa.String(32), nullable=False),
        sa.Column("due_at", base.Moment(), nullable=True),
        sa.Column("created_at", base.Moment(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", base.Moment(), nullable=True),
        sa.Column("sending_since", base.Moment(), nullable=True),
        sa.Column("sent_at", base.Moment(), nullable=True),
        sa.Column("gateway_key", sa.String(128), nullable=False),
        sa.Column("receipt_at", base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_order.id"], name=op.f("fk_notice_work_order_id_work_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "work_order_id", "occasion", "kind", "recipient", "unit_id", "means", name="uq_notice"
        ),
    )
    op.create_index("ix_notice_screen", "notice", ["recipient", "unit_id", "means", "id"])
    op.create_index("ix_notice_number_id", "notice", ["number", "id"])
    op.create_index("ix_notice_gateway_key", "notice", ["gateway_key"])
    op.create_index(
        "ix_notice_work_order_id_kind_due_at", "notice", ["work_order_id", "kind", "due_at"]
    )
    for name, column, condition in (
        ("waiting", "next_try_at", "state = 'waiting'"),
        ("sending", "sending_since", "state = 'sending'"),
        ("unsettled", "id", "state IN ('failed', 'undelivered', 'unknown')"),
    ):
        only = sa.text(condition)
        op.create_index(
            f"ix_notice_{name}", "notice", [column], sqlite_where=only, postgresql_where=only
        )


def create_received_sms() -> None:
    op.create_table(
        "received_sms",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.Column("work_order_id", base.type_id, nullable=True),
        sa.Column("taken_as", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_received_sms_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_sms")),
        sa.UniqueConstraint("key", name=op.f("uq_received_sms_key")),
    )
    op.create_index("ix_received_sms_number", "received_sms", ["number"])
    op.create_index("ix_received_sms_work_order_id", "received_sms", ["work_order_id"])
