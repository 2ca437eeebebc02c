"""Engines whose every connection is set up to keep what it confirms, and proves it.

Every setting is given explicitly and read back: the default of a library, a build or an operator
is not a promise. `synchronous=NORMAL` on SQLite loses confirmed commits with the power.
"""

import random
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from evenhand.sql.errors import BadLogUrl, LogUnsafe

LOCK_PATIENCE_MS = 2_000
"""How long one attempt waits for a lock; the number of attempts is bounded too."""

STATEMENT_PATIENCE_MS = 120_000

_SQLITE_SETTINGS = {
    "busy_timeout": LOCK_PATIENCE_MS,
    "synchronous": 2,
    "fullfsync": 1,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "cache_size": -32_768,
    "wal_autocheckpoint": 4_000,
}
"""The last two are for speed: 32 MiB of pages, and a checkpoint for each 16 MiB written."""

_POSTGRESQL_SETTINGS = {
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
    "TimeZone": "UTC",
    "lock_timeout": str(LOCK_PATIENCE_MS),
    "statement_timeout": str(STATEMENT_PATIENCE_MS),
    "idle_in_transaction_session_timeout": "60000",
}
_POSTGRESQL_NEEDED = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_POSTGRESQL_ARGUMENTS = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def connect(url: str | URL) -> Engine:
    """An engine for a SQLite file or a PostgreSQL database; nothing is opened yet."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadLogUrl(str(url)) from None
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(parsed)
        case "postgresql":
            return _postgresql(parsed)
        case other:
            raise LogUnsafe("the kind of database", other, "sqlite or postgresql+psycopg")


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """A transaction that writes: on SQLite it takes the write lock first, never halfway."""
    with (
        engine.connect().execution_options(evenhand_writes=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """A short transaction that only reads."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def driver(connection: Connection) -> Generator[Any]:
    """The driver's own connection, for what must be quick; its errors become the engine's."""
    beneath: Any = connection.connection.driver_connection
    errors = connection.dialect.loaded_dbapi.Error
    try:
        yield beneath
    except errors as error:
        raise DBAPIError.instance(
            None,
            None,
            error,
            errors,
            connection_invalidated=bool(getattr(beneath, "closed", False)),
            dialect=connection.dialect,
        ) from error


def _sqlite(url: URL) -> Engine:
    in_memory = url.database in {None, "", ":memory:"}
    arguments: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 5}}
    if in_memory:
        arguments["poolclass"] = StaticPool
    if sqlite3.sqlite_version_info < (3, 38, 0):
        raise LogUnsafe("the version of SQLite", sqlite3.sqlite_version, "3.38 or later")
    engine = create_engine(url, **arguments)

    def settle(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        try:
            _settle_sqlite(connection, in_memory=in_memory)
        except UnicodeDecodeError as error:  # the driver cannot read what SQLite says is wrong
            raise sqlite3.DatabaseError("its description of the tables is no text") from error

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("evenhand_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", settle)
    event.listen(engine, "begin", begin)
    return engine


def _settle_sqlite(connection: sqlite3.Connection, *, in_memory: bool) -> None:
    """Set and read back every setting, or refuse the connection."""
    for name, value in _SQLITE_SETTINGS.items():
        connection.execute(f"PRAGMA {name}={value}")
        [found] = connection.execute(f"PRAGMA {name}").fetchone()
        if found != value:
            raise LogUnsafe(name, str(found), str(value))
    if not in_memory and (mode := _write_ahead(connection)) != "wal":
        raise LogUnsafe("journal_mode", mode, "wal, on a local disk")


def _write_ahead(connection: sqlite3.Connection) -> str:
    """The journal mode after asking for WAL.

    SQLite does not wait by itself for another process that is changing the mode at this moment.
    """
    deadline = time.monotonic() + LOCK_PATIENCE_MS * 5 / 1000
    while True:
        try:
            [mode] = connection.execute("PRAGMA journal_mode").fetchone()
            if mode != "wal":
                [mode] = connection.execute("PRAGMA journal_mode=WAL").fetchone()
            return str(mode)
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - spreads processes, no secret


def _postgresql(url: URL) -> Engine:
    url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args=dict(_POSTGRESQL_ARGUMENTS))

    def settle(connection: Any, _record: object) -> None:
        _settle_postgresql(connection)

    event.listen(engine, "connect", settle)
    return engine


def _settle_postgresql(connection: Any) -> None:
    """Set every setting in one round trip and read back those that could lose records."""
    names = list(_POSTGRESQL_SETTINGS)
    sets = ", ".join("set_config(%s, %s, false)" for _ in names)
    gets = ", ".join("current_setting(%s)" for _ in _POSTGRESQL_NEEDED)
    values = [part for name in names for part in (name, _POSTGRESQL_SETTINGS[name])]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sets}", values)
        cursor.execute(f"SELECT {gets}", list(_POSTGRESQL_NEEDED))
        found = cursor.fetchone()
    connection.commit()
    for (name, needed), value in zip(_POSTGRESQL_NEEDED.items(), found, strict=True):
        if value != needed:
            raise LogUnsafe(name, value, needed)
