"""The database's shape, version by version; run from code, never by hand.

`upgrade` brings any database to today's shape. `draft` writes the next version from the
difference between the records and the newest version; a maintainer reads and edits it.
"""

import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from ticketing.database import Database

_LOCK = 12328
"""Advisory lock on PostgreSQL: several processes may start at once."""


def is_described(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a thing found in a database is one the records describe; full text is not."""
    return not (kind == "table" and (name or "").startswith("work_order_search"))


def upgrade(database: Database) -> None:
    """Brings the database to the newest version; safe when several processes call it at once."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
            connection.commit()
        try:
            command.upgrade(_config(connection), "head")
            connection.commit()
        finally:
            if not database.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
                connection.commit()


def draft(message: str) -> None:
    """Writes a new version file for what the records have and the newest version lacks."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/draft.db")
        upgrade(database)
        with database.engine.connect() as connection:
            command.revision(_config(connection), message, autogenerate=True)
        database.close()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
