"""Looking up many streams or keys at once, one index probe each."""

from collections.abc import Collection, Sequence
from itertools import islice
from json import dumps

from sqlalchemy import Connection, text

from evenhand.sql.connections import driver
from evenhand.sql.rows import COLUMNS, recorded
from schemas.recorded import Recorded

_COLUMNS = ", ".join(f"events.{name}" for name in COLUMNS)
_VERSIONS = (
    "SELECT asked.stream, coalesce((SELECT version FROM events WHERE events.stream = asked.stream "
    "ORDER BY version DESC LIMIT 1), 0) FROM "
)
_VERSIONS_ON_SQLITE = f"{_VERSIONS} (SELECT value AS stream FROM json_each(?)) AS asked"  # noqa: S608 - constants
_VERSIONS_ON_POSTGRESQL = f"{_VERSIONS} unnest(%s::text[]) AS asked(stream)"
_BY_KEYS = {
    "sqlite": f"SELECT {_COLUMNS} FROM json_each(:keys) AS asked "  # noqa: S608 - constants
    "CROSS JOIN events ON events.source = asked.value ->> 0 AND events.id = asked.value ->> 1",
    "postgresql": f"SELECT {_COLUMNS} FROM "  # noqa: S608 - constants
    "unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS asked(source, id) "
    "JOIN events ON events.source = asked.source AND events.id = asked.id",
}


def versions(connection: Connection, streams: Collection[str]) -> dict[str, int]:
    """The version of each stream; 0 for one that does not exist."""
    asked = sorted(streams)
    with driver(connection) as beneath:
        if connection.dialect.name == "postgresql":
            found = beneath.execute(_VERSIONS_ON_POSTGRESQL, (asked,))
        else:
            found = beneath.execute(_VERSIONS_ON_SQLITE, (dumps(asked),))
        return dict(found.fetchall())


def by_keys(
    connection: Connection, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Recorded]:
    """The records that have one of these keys, by key."""
    found: dict[tuple[str, str], Recorded] = {}
    statement = text(_BY_KEYS[connection.dialect.name])
    remaining = iter(sorted(set(keys)))
    while page := list(islice(remaining, 5_000)):
        asked: dict[str, object] = (
            {"sources": [source for source, _ in page], "ids": [id_ for _, id_ in page]}
            if connection.dialect.name == "postgresql"
            else {"keys": dumps(page)}
        )
        for row in connection.execute(statement, asked):
            record = recorded(row)
            found[record.key] = record
    return found
