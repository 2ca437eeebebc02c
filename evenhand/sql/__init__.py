"""The durable log: one implementation for SQLite and PostgreSQL.

`SqlLog.open(url)` is the log the engine needs; `evenhand.sql.eventsourced` lets commands save
through eventsourcing's `Application` into the same tables.
"""

from evenhand.sql.log import SqlLog

__all__ = ["SqlLog"]
