"""Alembic's entry: the connection comes from ticketing.migrations, nothing from a file."""

from alembic import context

from ticketing.migrations import is_described
from ticketing.records import Record

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    render_as_batch=True,
    compare_type=False,
    include_name=is_described,
    user_module_prefix="base.",
)
with context.begin_transaction():
    context.run_migrations()
