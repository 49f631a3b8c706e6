"""what callers really said"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "speech_label",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("recording_id", base.type_id, nullable=False),
        sa.Column("step_id", base.type_id, nullable=False),
        sa.Column("said", sa.String(64), nullable=False),
        sa.Column("done_by", sa.String(64), nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
            name=op.f("fk_speech_label_recording_id_recording"),
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["call_step.id"], name=op.f("fk_speech_label_step_id_call_step")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speech_label")),
    )
    op.create_index("ix_speech_label_recording_id_id", "speech_label", ["recording_id", "id"])
    op.create_index(op.f("ix_speech_label_step_id"), "speech_label", ["step_id"])
    for name, column in (("ix_call_step_spoken", "id"), ("ix_call_step_spoken_at", "at")):
        op.create_index(
            name,
            "call_step",
            [column],
            sqlite_where=sa.text("said != ''"),
            postgresql_where=sa.text("said != ''"),
        )
    for act in ("update", "delete"):
        _refuse("speech_label", act)


def _refuse(table: str, act: str) -> None:
    begin = f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{begin} BEGIN SELECT RAISE(ABORT, 'append-only'); END")
    else:
        op.execute(f"{begin} FOR EACH ROW EXECUTE FUNCTION refuse_edit()")
