"""Bringing a database to the tables this version knows, once, whoever starts first."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from evenhand.sql.connections import reading, writing
from evenhand.sql.errors import LogNewer

REVISIONS = ("0001",)
"""Every revision this version knows, oldest first; the last is the one it needs."""

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 0x0E7E_4A4D
_LOCK_PATIENCE_MS = 60_000


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision; refuse one that is newer than this version.

    Two or eight processes may start at once: the first takes the lock and migrates, the others
    wait and find it done. A database that is up to date is only read.
    """
    with reading(engine) as connection:
        if _revision(connection) == REVISIONS[-1]:
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_LOCK_PATIENCE_MS}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if _revision(connection) != REVISIONS[-1]:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    """The revision of the database, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found is not None and found not in REVISIONS:
        raise LogNewer(f"tables of revision {found}")
    return found


def _upgrade(connection: Connection) -> None:
    """Run the missing steps in the caller's transaction."""
    # Imported here: it is slow to import and needed once in the life of a database.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
