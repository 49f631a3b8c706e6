"""imports with their faults; catalogue versions that come into force later"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0008"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_job",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("options", base.Json, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("faulty", sa.Integer(), nullable=False),
        sa.Column("loaded", sa.Integer(), nullable=False),
        sa.Column("summary", base.Json, nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("touched_at", base.Moment(), nullable=True),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_by_name", sa.String(64), nullable=False),
        sa.Column("asked_at", base.Moment(), nullable=False),
        sa.Column("finished_at", base.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_index("ix_import_job_state_id", "import_job", ["state", "id"])
    op.create_table(
        "import_fault",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("import_job_id", base.type_id, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_fault")),
        sa.ForeignKeyConstraint(
            ["import_job_id"],
            ["import_job.id"],
            name=op.f("fk_import_fault_import_job_id_import_job"),
        ),
    )
    op.create_index("ix_import_fault_import_job_id_id", "import_fault", ["import_job_id", "id"])
    op.create_table(
        "catalogue_plan",
        sa.Column("id", base.type_id, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("content", base.Json, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("valid_from", base.Moment(), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_by_name", sa.String(64), nullable=False),
        sa.Column("created_at", base.Moment(), nullable=False),
        sa.Column("published_at", base.Moment(), nullable=True),
        sa.Column("cancelled_at", base.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_plan")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_catalogue_plan_name_version")),
    )
    op.create_index(
        "ix_catalogue_plan_waiting",
        "catalogue_plan",
        ["valid_from"],
        sqlite_where=sa.text("published_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("published_at IS NULL AND cancelled_at IS NULL"),
    )
