"""keeping orders: photos, holds, lawful disposal; helping units, new wordings, limits anew"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from ticketing.records import base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


HANGING = (
    "work_order_event",
    "unit_reply",
    "return_visit",
    "service_rating",
    "province_review",
    "notice",
    "received_sms",
    "return_request",
    "extension_request",
    "rating_fix",
    "supervision",
    "spot_check_item",
    "order_hold",
)
"""Tables whose rows belong to the order in `work_order_id`."""
REFUSED_BEFORE = HANGING[:7]
"""Those that refused every DELETE until now."""

WHOSE = {
    **dict.fromkeys(HANGING, "OLD.work_order_id"),
    "work_order": "OLD.id",
    "order_link": "OLD.work_order_id, OLD.other_id",
}
CERTIFIED = "EXISTS (SELECT 1 FROM order_disposal WHERE work_order_id IN ({whose}))"
CERTIFIED_PHOTO = f"(OLD.work_order_id IS NULL OR {CERTIFIED.format(whose='OLD.work_order_id')})"
"""A photo that was never sent with a matter may go."""

LAWFUL = (
    "EXISTS (SELECT 1 FROM work_order w WHERE w.id = NEW.work_order_id"
    " AND w.order_no = NEW.order_no AND w.state = 'archived'"
    " AND w.archived_at = NEW.archived_at AND w.archived_at <= {five_years_ago})"
    # the newest order stays: SQLite would give its number in the database to the next one
    " AND EXISTS (SELECT 1 FROM work_order w WHERE w.id > NEW.work_order_id)"
    " AND NOT EXISTS (SELECT 1 FROM work_order w WHERE w.parent_id = NEW.work_order_id)"
    " AND NOT EXISTS (SELECT 1 FROM order_hold h WHERE h.work_order_id = NEW.work_order_id"
    " AND h.released_at IS NULL)"
)
"""When a certificate may be written, by the database's own clock (第三十条: five years at least)."""
FIVE_YEARS_AGO = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now', '-5 years')",
    "postgresql": "now() - interval '5 years'",
}
SETTLED = "OLD.files_gone_at IS NOT NULL"
SAME = (
    "work_order_id",
    "order_no",
    "at",
    "archived_at",
    "keep_until",
    "events",
    "last_hash",
    "photos",
    "rule",
    "previous_hash",
    "hash",
)
CHANGED = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in ("id", *SAME))


def upgrade() -> None:
    create_keeping()
    create_the_rest()
    fill_co_units()
    if op.get_bind().dialect.name == "sqlite":
        guard_on_sqlite()
    else:
        guard_on_postgresql()


def fill_co_units() -> None:
    if op.get_bind().dialect.name == "sqlite":
        ids = "work_order, json_each(work_order.co_unit_ids, '$.ids') AS unit"
        value = "unit.value"
    else:
        ids = "work_order, jsonb_array_elements_text(work_order.co_unit_ids -> 'ids') AS unit"
        value = "unit::bigint"
    op.execute(
        "INSERT INTO work_order_co_unit (work_order_id, unit_id) "  # noqa: S608 (our own words)
        f"SELECT DISTINCT work_order.id, {value} FROM {ids}"
    )


def guard_on_sqlite() -> None:
    def refuse(name: str, what: str, when: str) -> None:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {name}'); END"
        )

    for table in REFUSED_BEFORE:
        op.execute(f"DROP TRIGGER {table}_no_delete")
    for table, whose in WHOSE.items():
        certified = CERTIFIED.format(whose=whose)
        refuse(f"{table}_no_delete", f"DELETE ON {table}", f"NOT {certified}")
    refuse("order_photo_no_delete", "DELETE ON order_photo", f"NOT {CERTIFIED_PHOTO}")
    refuse("order_photo_no_update", "UPDATE ON order_photo", "OLD.work_order_id IS NOT NULL")
    lawful = LAWFUL.format(five_years_ago=FIVE_YEARS_AGO["sqlite"])
    refuse("order_disposal_lawful", "INSERT ON order_disposal", f"NOT ({lawful})")
    refuse("order_disposal_no_delete", "DELETE ON order_disposal", "1")
    refuse("order_disposal_no_update", "UPDATE ON order_disposal", f"{SETTLED} OR {CHANGED}")


def guard_on_postgresql() -> None:
    def refuse(name: str, what: str, when: str, answer: str) -> None:
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {when} THEN RAISE EXCEPTION 'append-only: {name}'; END IF; RETURN {answer}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {what} FOR EACH ROW EXECUTE FUNCTION {name}()")

    for table in REFUSED_BEFORE:
        op.execute(f"DROP TRIGGER {table}_no_delete ON {table}")
    for table, whose in WHOSE.items():
        certified = CERTIFIED.format(whose=whose)
        refuse(f"{table}_no_delete", f"DELETE ON {table}", f"NOT {certified}", "OLD")
    refuse("order_photo_no_delete", "DELETE ON order_photo", f"NOT {CERTIFIED_PHOTO}", "OLD")
    refuse("order_photo_no_update", "UPDATE ON order_photo", "OLD.work_order_id IS NOT NULL", "NEW")
    lawful = LAWFUL.format(five_years_ago=FIVE_YEARS_AGO["postgresql"])
    refuse("order_disposal_lawful", "INSERT ON order_disposal", f"NOT ({lawful})", "NEW")
    refuse("order_disposal_no_delete", "DELETE ON order_disposal", "true", "OLD")
    refuse("order_disposal_no_update", "UPDATE ON order_disposal", f"{SETTLED} OR {CHANGED}", "NEW")


def create_keeping() -> None:
    op.create_table(
        "order_photo",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_order_photo_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_photo")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_order_photo_token_hash")),
    )
    with op.batch_alter_table("order_photo", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_photo_address_uploaded_at", ["address", "uploaded_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_order_photo_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            "ix_order_photo_unsent",
            ["uploaded_at"],
            unique=False,
            sqlite_where=sa.text("work_order_id IS NULL"),
            postgresql_where=sa.text("work_order_id IS NULL"),
        )
        batch_op.create_index(
            "ix_order_photo_work_order_id_id", ["work_order_id", "id"], unique=False
        )

    op.create_table(
        "order_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.String(length=64), nullable=False),
        sa.Column("placed_at", base.Moment(timezone=True), nullable=False),
        sa.Column("release_reason", sa.Text(), nullable=False),
        sa.Column("released_by", sa.String(length=64), nullable=False),
        sa.Column("released_at", base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_order_hold_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_hold")),
    )
    with op.batch_alter_table("order_hold", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_order_hold_work_order_id"), ["work_order_id"], unique=False
        )

    op.create_table(
        "order_disposal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("order_no", sa.String(length=40), nullable=False),
        sa.Column("at", base.Moment(timezone=True), nullable=False),
        sa.Column("archived_at", base.Moment(timezone=True), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "photos",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("files_gone_at", base.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_disposal")),
        sa.UniqueConstraint("order_no", name=op.f("uq_order_disposal_order_no")),
        sa.UniqueConstraint("work_order_id", name=op.f("uq_order_disposal_work_order_id")),
    )


def create_the_rest() -> None:
    op.create_index("ix_work_order_archived_at_id", "work_order", ["archived_at", "id"])
    op.create_table(
        "work_order_co_unit",
        sa.Column(
            "work_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_work_order_co_unit_work_order_id_work_order"),
        ),
        sa.PrimaryKeyConstraint("work_order_id", "unit_id", name=op.f("pk_work_order_co_unit")),
    )
    with op.batch_alter_table("work_order_co_unit", schema=None) as batch_op:
        batch_op.create_index(
            "ix_work_order_co_unit_unit_id_work_order_id",
            ["unit_id", "work_order_id"],
            unique=False,
        )

    op.create_table(
        "due_recompute",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_by_name", sa.String(length=64), nullable=False),
        sa.Column("asked_at", base.Moment(timezone=True), nullable=False),
        sa.Column("after_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("done_at", base.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_recompute")),
    )
    with op.batch_alter_table("due_recompute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_due_recompute_done_at"), ["done_at"], unique=False)

    op.create_table(
        "sms_fragment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", base.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_fragment")),
    )
    with op.batch_alter_table("sms_fragment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sms_fragment_number"), ["number"], unique=False)

    with op.batch_alter_table("knowledge_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_item_replaces_id"), ["replaces_id"], unique=False
        )
