"""the voice menu: draft, versions, publications"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


APPEND_ONLY = ("menu_version", "menu_publication")
"""Never changed and never deleted, not even with SQL in hand."""


def upgrade() -> None:
    op.create_table(
        "flow_draft",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.String(64), nullable=False),
        sa.Column("saved_at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_flow_draft")),
    )
    op.create_index(op.f("ix_flow_draft_revision"), "flow_draft", ["revision"])
    op.create_table(
        "menu_version",
        sa.Column("number", base.type_id, autoincrement=False, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("edited_by", sa.String(64), nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("texts", base.Json, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_menu_version")),
    )
    op.create_index(op.f("ix_menu_version_digest"), "menu_version", ["digest"])
    op.create_table(
        "menu_publication",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("alias", sa.String(16), nullable=False),
        sa.Column("number", base.type_id, nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("callers", base.Json, nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("done_by", sa.String(64), nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_publication")),
        sa.ForeignKeyConstraint(
            ["number"],
            ["menu_version.number"],
            name=op.f("fk_menu_publication_number_menu_version"),
        ),
    )
    op.create_index("ix_menu_publication_alias_id", "menu_publication", ["alias", "id"])
    for table in APPEND_ONLY:
        for act in ("update", "delete"):
            _refuse(table, act)


def _refuse(table: str, act: str) -> None:
    begin = f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{begin} BEGIN SELECT RAISE(ABORT, 'append-only'); END")
    else:
        op.execute(f"{begin} FOR EACH ROW EXECUTE FUNCTION refuse_edit()")
