"""who speaks the menu's phrases, and when"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


APPEND_ONLY = ("prompt_take", "prompt_voice")


def upgrade() -> None:
    op.create_table(
        "prompt_take",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("phrase", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("speaker", sa.String(64), nullable=False),
        sa.Column("original", sa.String(64), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("done_by", sa.String(64), nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_take")),
    )
    op.create_index("ix_prompt_take_phrase_id", "prompt_take", ["phrase", "id"])
    op.create_table(
        "prompt_voice",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_voice")),
    )
    for table in APPEND_ONLY:
        for act in ("update", "delete"):
            _refuse(table, act)


def _refuse(table: str, act: str) -> None:
    begin = f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{begin} BEGIN SELECT RAISE(ABORT, 'append-only'); END")
    else:
        op.execute(f"{begin} FOR EACH ROW EXECUTE FUNCTION refuse_edit()")
