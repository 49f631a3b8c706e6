"""self-service: road subscriptions, callbacks, votes, switches for a time, notices without order"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_tables()
    with op.batch_alter_table("centre_switch") as switch:
        switch.add_column(sa.Column("on_from", base.Moment(), nullable=True))
        switch.add_column(sa.Column("on_until", base.Moment(), nullable=True))
    with op.batch_alter_table("road_notice") as road:
        road.add_column(sa.Column("direction", sa.String(32), nullable=False, server_default=""))
        road.add_column(sa.Column("source_key", sa.String(97), nullable=True))
        road.create_unique_constraint(op.f("uq_road_notice_source_key"), ["source_key"])
    op.create_index("ix_road_notice_road_no_id", "road_notice", ["road_no", "id"])
    loosen_notice()


def create_tables() -> None:
    op.create_table(
        "answer_vote",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("call_key", sa.String(64), nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_vote")),
    )
    op.create_index("ix_answer_vote_topic", "answer_vote", ["topic"])
    op.create_table(
        "road_subscription",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("road_no", sa.String(16), nullable=False),
        sa.Column("call_key", sa.String(64), nullable=False),
        sa.Column("made_at", base.Moment(), nullable=False),
        sa.Column("until_at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_subscription")),
    )
    for column in ("number", "road_no"):
        name = f"ix_road_subscription_{column}_until_at"
        op.create_index(name, "road_subscription", [column, "until_at"])
    op.create_table(
        "order_stretch",
        sa.Column("stretch", sa.String(96), nullable=False),
        sa.Column("work_order_id", base.type_id, nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_order_stretch_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("stretch", name=op.f("pk_order_stretch")),
    )
    create_callback()


def create_callback() -> None:
    op.create_table(
        "callback",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("call_key", sa.String(64), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("queue", sa.String(32), nullable=False),
        sa.Column("asked_at", base.Moment(), nullable=False),
        sa.Column("due_at", base.Moment(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.String(64), nullable=False),
        sa.Column("taken_at", base.Moment(), nullable=True),
        sa.Column("ended_at", base.Moment(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    op.create_index("ix_callback_state_id", "callback", ["state", "id"])
    is_open = sa.text("state IN ('waiting', 'taken')")
    op.create_index(
        "uq_callback_open_number",
        "callback",
        ["number"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def loosen_notice() -> None:
    """A notice may be about no order. SQLite makes the table anew and forgets its trigger."""
    with op.batch_alter_table("notice") as notice:
        notice.alter_column("work_order_id", existing_type=base.type_id, nullable=True)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER notice_no_delete BEFORE DELETE ON notice WHEN NOT EXISTS "
            "(SELECT 1 FROM order_disposal WHERE work_order_id IN (OLD.work_order_id)) "
            "BEGIN SELECT RAISE(ABORT, 'append-only: notice_no_delete'); END"
        )
    without = sa.text("work_order_id IS NULL")
    op.create_index(
        "uq_notice_without_order",
        "notice",
        ["occasion", "kind", "number"],
        unique=True,
        sqlite_where=without,
        postgresql_where=without,
    )
