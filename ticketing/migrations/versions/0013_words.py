"""what callers said in the menu"""

import sqlalchemy as sa
from alembic import op

from ticketing.records import base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("said", 256), ("stretch", 128)):
        column = sa.Column(name, sa.String(length), nullable=False, server_default="")
        op.add_column("call_step", column)
    op.add_column("call_step", sa.Column("confidence", sa.Float(), nullable=True))
    op.add_column("call_step", sa.Column("learned", base.Json, nullable=False, server_default="{}"))
