"""The tables of the log, the same for SQLite and PostgreSQL.

Instants are integers, microseconds since 1970-01-01T00:00Z: one representation in both databases,
in the leaf and in replay, compared without a time zone or a float. Text is compared by bytes
(`COLLATE "C"`), as Python and UTF-8 do. `migrations/` creates the tables and the triggers that
keep `events` and `commits` from being changed; a test compares the two.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

NUMBER: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
TEXT: TypeEngine[str] = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("position", NUMBER, primary_key=True, autoincrement=False),
    Column("version", NUMBER, nullable=False),
    Column("schema_version", NUMBER, nullable=False),
    Column("recorded_at", NUMBER, nullable=False),
    Column("effective_at", NUMBER, nullable=False),
    Column("stream", TEXT, nullable=False),
    Column("type", TEXT, nullable=False),
    Column("source", TEXT, nullable=False),
    Column("id", TEXT, nullable=False),
    Column("actor", TEXT, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    UniqueConstraint("stream", "version", name="events_stream_version"),
    UniqueConstraint("source", "id", name="events_source_id"),
    sqlite_strict=True,
)
"""One row for each record. `position` is gapless: a hole is proof of damage, never noise."""

commits = Table(
    "commits",
    metadata,
    Column("last_position", NUMBER, primary_key=True, autoincrement=False),
    Column("n", NUMBER, nullable=False),
    Column("token", TEXT, nullable=False),
    Column("command_id", TEXT, nullable=True),
    Column("answer", TEXT, nullable=True),
    Column("recorded_at", NUMBER, nullable=False),
    Column("actor", TEXT, nullable=False),
    UniqueConstraint("token", name="commits_token"),
    UniqueConstraint("command_id", name="commits_command_id"),
    UniqueConstraint("recorded_at", name="commits_recorded_at"),
    sqlite_strict=True,
)
"""One row for each append that recorded something.

`token` is drawn anew for each call: it tells a writer whose connection broke whether its commit
went through. `answer` keeps which events of a command were repeats or conflicts.
"""

head = Table(
    "head",
    metadata,
    Column("one", NUMBER, primary_key=True, autoincrement=False),
    Column("position", NUMBER, nullable=False),
    Column("recorded_at", NUMBER, nullable=True),
    Column("floor", NUMBER, nullable=False),
    Column("application", TEXT, nullable=True),
    CheckConstraint("one = 1", name="head_is_one_row"),
    sqlite_strict=True,
    postgresql_with={"fillfactor": 10},
)
"""The end of the log, its lock and its clock, in one row.

No later commit is recorded at or before `floor`: the last commit, or an instant about which a
reader was told what was known then. `application` is whose log this is.
"""

tracking = Table(
    "tracking",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("position", NUMBER, nullable=False),
    Column("token", TEXT, nullable=False),
    sqlite_strict=True,
)
"""How far each upstream has been taken. `token` is that of the append that moved it last."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("digest", LargeBinary, nullable=False),
    Column("origin", TEXT, nullable=False),
    Column("code", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("source", TEXT, nullable=True),
    Column("id", TEXT, nullable=True),
    Column("recorded_at", NUMBER, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("resolved_by", TEXT, nullable=True),
    Column("resolved_reason", TEXT, nullable=True),
    Column("resolved_at", NUMBER, nullable=True),
    UniqueConstraint("digest", name="quarantine_digest"),
    CheckConstraint("state IN ('open', 'released', 'discarded')", name="quarantine_state"),
    sqlite_strict=True,
)
"""Messages that could not be recorded, whole, with the reason and what became of them."""

stated = Table(
    "stated",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""The kept lines of closed periods, named by the SHA-256 of their content."""
