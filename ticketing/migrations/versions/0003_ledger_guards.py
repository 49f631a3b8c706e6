"""ledger: indexes of what is under way, and what nobody may undo"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


REFUSED = {
    "disposal_certificate_no_update": "UPDATE ON disposal_certificate",
    "disposal_certificate_no_delete": "DELETE ON disposal_certificate",
    "recording_no_delete": "DELETE ON recording",
    "recording_hold_no_delete": "DELETE ON recording_hold",
    "call_step_no_update": "UPDATE ON call_step",
    "call_step_no_delete": "DELETE ON call_step",
}
"""Never, not even with SQL in hand."""

SHORTENED = "NEW.retain_until < OLD.retain_until"
UNCERTIFIED = (
    "NEW.state = 'disposed' AND OLD.state <> 'disposed' AND NOT EXISTS "
    "(SELECT 1 FROM disposal_certificate WHERE recording_id = NEW.id)"
)

POSTGRESQL_GUARD = f"""
CREATE FUNCTION guard_recording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {SHORTENED} THEN RAISE EXCEPTION 'a retention period is never shortened'; END IF;
  IF {UNCERTIFIED} THEN RAISE EXCEPTION 'no disposal without a certificate'; END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_index(
        "ix_call_open",
        "call",
        ["started_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_recording_source",
        "recording",
        ["call_key"],
        sqlite_where=sa.text("source_file != ''"),
        postgresql_where=sa.text("source_file != ''"),
    )
    if op.get_bind().dialect.name == "sqlite":
        guard_on_sqlite()
    else:
        guard_on_postgresql()


def guard_on_sqlite() -> None:
    for name, what in REFUSED.items():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )
    for name, when in (("recording_not_shorter", SHORTENED), ("recording_certified", UNCERTIFIED)):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON recording WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def guard_on_postgresql() -> None:
    for name, what in REFUSED.items():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} FOR EACH ROW EXECUTE FUNCTION refuse_edit()"
        )
    op.execute(POSTGRESQL_GUARD)
    op.execute(
        "CREATE TRIGGER recording_guard BEFORE UPDATE ON recording "
        "FOR EACH ROW EXECUTE FUNCTION guard_recording()"
    )
