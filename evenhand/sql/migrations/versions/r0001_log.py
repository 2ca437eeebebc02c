"""The log: events, commits, head, tracking, quarantine, stated."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
IMMUTABLE = ("events", "commits")


def upgrade() -> None:
    """Create the tables, the one row of the head, and the triggers that keep history as it is."""
    _events_and_commits()
    _head_and_tracking()
    _quarantine_and_stated()
    op.execute("INSERT INTO head (one, position, recorded_at, floor) VALUES (1, 0, NULL, 0)")
    for table in IMMUTABLE:
        if op.get_context().dialect.name == "sqlite":
            _immutable_on_sqlite(table)
        else:
            _immutable_on_postgresql(table)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, NUMBER, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=nullable)


def _events_and_commits() -> None:
    op.create_table(
        "events",
        sa.Column("position", NUMBER, primary_key=True, autoincrement=False),
        _number("version"),
        _number("schema_version"),
        _number("recorded_at"),
        _number("effective_at"),
        _text("stream"),
        _text("type"),
        _text("source"),
        _text("id"),
        _text("actor"),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("stream", "version", name="events_stream_version"),
        sa.UniqueConstraint("source", "id", name="events_source_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "commits",
        sa.Column("last_position", NUMBER, primary_key=True, autoincrement=False),
        _number("n"),
        _text("token"),
        _text("command_id", nullable=True),
        _text("answer", nullable=True),
        _number("recorded_at"),
        _text("actor"),
        sa.UniqueConstraint("token", name="commits_token"),
        sa.UniqueConstraint("command_id", name="commits_command_id"),
        sa.UniqueConstraint("recorded_at", name="commits_recorded_at"),
        sqlite_strict=True,
    )


def _head_and_tracking() -> None:
    op.create_table(
        "head",
        sa.Column("one", NUMBER, primary_key=True, autoincrement=False),
        _number("position"),
        _number("recorded_at", nullable=True),
        _number("floor"),
        _text("application", nullable=True),
        sa.CheckConstraint("one = 1", name="head_is_one_row"),
        sqlite_strict=True,
        postgresql_with={"fillfactor": 10},
    )
    op.create_table(
        "tracking",
        sa.Column("name", TEXT, primary_key=True),
        _number("position"),
        _text("token"),
        sqlite_strict=True,
    )


def _quarantine_and_stated() -> None:
    op.create_table(
        "quarantine",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        _text("origin"),
        _text("code"),
        _text("reason"),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        _text("source", nullable=True),
        _text("id", nullable=True),
        _number("recorded_at"),
        _text("state"),
        _text("resolved_by", nullable=True),
        _text("resolved_reason", nullable=True),
        _number("resolved_at", nullable=True),
        sa.UniqueConstraint("digest", name="quarantine_digest"),
        sa.CheckConstraint("state IN ('open', 'released', 'discarded')", name="quarantine_state"),
        sqlite_strict=True,
    )
    op.create_table(
        "stated",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )


def _immutable_on_sqlite(table: str) -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are history: nothing is changed, "
            "a correction is a new event'); END"
        )


def _immutable_on_postgresql(table: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_are_history() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{table} are history: nothing is changed, "
        "a correction is a new event' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    for name, when in (("row", "UPDATE OR DELETE"), ("all", "TRUNCATE")):
        scope = "ROW" if name == "row" else "STATEMENT"
        op.execute(
            f"CREATE TRIGGER {table}_no_change_{name} BEFORE {when} ON {table} "
            f"FOR EACH {scope} EXECUTE FUNCTION {table}_are_history()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change_{name}")
