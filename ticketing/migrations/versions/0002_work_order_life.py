"""work order life"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from ticketing.records import base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


APPEND_ONLY = (
    "work_order_event",
    "unit_reply",
    "return_visit",
    "service_rating",
    "province_review",
)
"""Nobody edits these, not even with SQL in hand (RL-2)."""

POSTGRESQL_REFUSAL = """
CREATE FUNCTION refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def upgrade() -> None:
    create_tables()
    extend_work_order()
    make_append_only()
    make_search()


def make_search() -> None:
    """Pairs of Chinese characters; the tables are of each database's own kind."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE work_order_search USING fts5(words)")
        return
    op.execute(
        "CREATE TABLE work_order_search ("
        "work_order_id bigint PRIMARY KEY REFERENCES work_order(id), words tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_work_order_search_words ON work_order_search USING gin (words)")


def make_append_only() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(POSTGRESQL_REFUSAL)
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_no_{verb.lower()}"
            body = (
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                if is_sqlite
                else "FOR EACH ROW EXECUTE FUNCTION refuse_edit()"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {body}")


def create_tables() -> None:
    op.create_table(
        "calendar_release",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column(
            "years",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", base.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_release")),
        sa.UniqueConstraint("version", name=op.f("uq_calendar_release_version")),
    )
    op.create_table(
        "catalogue",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", base.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_catalogue_name_version")),
    )
    with op.batch_alter_table("catalogue", schema=None) as batch_op:
        batch_op.create_index("ix_catalogue_name_id", ["name", "id"], unique=False)

    op.create_table(
        "handling_unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("duty_person", sa.String(length=64), nullable=False),
        sa.Column("duty_phone", sa.String(length=32), nullable=False),
        sa.Column("created_at", base.Moment(timezone=True), nullable=False),
        sa.Column("disabled_at", base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["handling_unit.id"],
            name=op.f("fk_handling_unit_parent_id_handling_unit"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handling_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_handling_unit_code")),
    )
    with op.batch_alter_table("handling_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handling_unit_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "calendar_day",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("source_notice", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["calendar_release.id"],
            name=op.f("fk_calendar_day_release_id_calendar_release"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("release_id", "day", name=op.f("uq_calendar_day_release_id_day")),
    )
    op.create_table(
        "extension_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", base.Moment(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_extension_request_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_request")),
    )
    with op.batch_alter_table("extension_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_extension_request_work_order_id_id", ["work_order_id", "id"], unique=False
        )

    op.create_table(
        "order_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", base.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["work_order.id"], name=op.f("fk_order_link_other_id_work_order")
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_order_link_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_link")),
        sa.UniqueConstraint(
            "work_order_id",
            "other_id",
            "kind",
            name=op.f("uq_order_link_work_order_id_other_id_kind"),
        ),
    )
    with op.batch_alter_table("order_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_link_other_id"), ["other_id"], unique=False)

    op.create_table(
        "province_review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.String(length=32), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("at", base.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_province_review_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_province_review")),
    )
    with op.batch_alter_table("province_review", schema=None) as batch_op:
        batch_op.create_index(
            "ix_province_review_work_order_id_id", ["work_order_id", "id"], unique=False
        )

    op.create_table(
        "return_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", base.Moment(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("liable", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["handling_unit.id"], name=op.f("fk_return_request_unit_id_handling_unit")
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_return_request_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_request")),
    )
    with op.batch_alter_table("return_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_return_request_work_order_id_id", ["work_order_id", "id"], unique=False
        )

    op.create_table(
        "return_visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("means", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column(
            "answers",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column(
            "evidence",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("at", base.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_return_visit_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_visit")),
    )
    with op.batch_alter_table("return_visit", schema=None) as batch_op:
        batch_op.create_index(
            "ix_return_visit_work_order_id_id", ["work_order_id", "id"], unique=False
        )

    op.create_table(
        "routing_route",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("domain", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("sub_item", sa.String(length=64), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("caller_group", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("responsible_person", sa.String(length=64), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", base.Moment(timezone=True), nullable=False),
        sa.Column("retired_at", base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["handling_unit.id"], name=op.f("fk_routing_route_unit_id_handling_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_route")),
    )
    with op.batch_alter_table("routing_route", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_routing_route_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "service_rating",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("rating", sa.String(length=24), nullable=False),
        sa.Column("means", sa.String(length=16), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("after_fix", sa.Boolean(), nullable=False),
        sa.Column("at", base.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_service_rating_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_rating")),
    )
    with op.batch_alter_table("service_rating", schema=None) as batch_op:
        batch_op.create_index("ix_service_rating_at", ["at"], unique=False)
        batch_op.create_index(
            "ix_service_rating_work_order_id_id", ["work_order_id", "id"], unique=False
        )

    op.create_table(
        "supervision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.String(length=48), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("target", sa.String(length=128), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("due_at", base.Moment(timezone=True), nullable=True),
        sa.Column("at", base.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("answered_at", base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_supervision_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision")),
        sa.UniqueConstraint("number", name=op.f("uq_supervision_number")),
    )
    with op.batch_alter_table("supervision", schema=None) as batch_op:
        batch_op.create_index(
            "ix_supervision_work_order_id_id", ["work_order_id", "id"], unique=False
        )

    op.create_table(
        "unit_reply",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("told_by", sa.String(length=16), nullable=False),
        sa.Column("caller_opinion", sa.String(length=24), nullable=False),
        sa.Column(
            "call_keys",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("at", base.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["handling_unit.id"], name=op.f("fk_unit_reply_unit_id_handling_unit")
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_unit_reply_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_reply")),
    )
    with op.batch_alter_table("unit_reply", schema=None) as batch_op:
        batch_op.create_index(
            "ix_unit_reply_work_order_id_id", ["work_order_id", "id"], unique=False
        )

    op.create_table(
        "rating_fix",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "rating_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("opened_at", base.Moment(timezone=True), nullable=False),
        sa.Column("due_at", base.Moment(timezone=True), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["rating_id"],
            ["service_rating.id"],
            name=op.f("fk_rating_fix_rating_id_service_rating"),
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_rating_fix_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_fix")),
    )
    with op.batch_alter_table("rating_fix", schema=None) as batch_op:
        batch_op.create_index("ix_rating_fix_done_at_due_at", ["done_at", "due_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_rating_fix_work_order_id"), ["work_order_id"], unique=False
        )


def extend_work_order() -> None:
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source_key", sa.String(length=97), nullable=True))
        batch_op.add_column(
            sa.Column(
                "co_unit_ids",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
                nullable=False,
                server_default="{}",
            )
        )
        batch_op.add_column(
            sa.Column("responsible_person", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("direct_dispatch", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("return_due_at", base.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("returns", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("coordinated", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("signed_at", base.Moment(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("first_contact_at", base.Moment(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("replied_at", base.Moment(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("replied_by", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("reworks", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("reject_code", sa.String(length=4), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("escalated_to", sa.String(length=128), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("revisit_required", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("revisited_at", base.Moment(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("review_state", sa.String(length=16), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("review_due_at", base.Moment(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("review_failures", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("handling_due_at", base.Moment(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("clock", sa.String(length=4), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("clock_started_at", base.Moment(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("extended_days", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column("calendar_version", sa.String(length=32), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("legal_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("legal_basis", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("forward_due_at", base.Moment(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("last_hash", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.drop_index(batch_op.f("ix_work_order_parent_id"))
        batch_op.create_index("ix_work_order_closed_at", ["closed_at"], unique=False)
        batch_op.create_index("ix_work_order_kind_id", ["kind", "id"], unique=False)
        batch_op.create_index("ix_work_order_object_id", ["object", "id"], unique=False)
        batch_op.create_index("ix_work_order_parent_id_id", ["parent_id", "id"], unique=False)
        batch_op.create_index("ix_work_order_region_code_id", ["region_code", "id"], unique=False)
        batch_op.create_index(
            "ix_work_order_review_state_closed_at", ["review_state", "closed_at"], unique=False
        )
        batch_op.create_unique_constraint(batch_op.f("uq_work_order_source_key"), ["source_key"])
