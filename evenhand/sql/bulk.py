"""Writing many rows at once, each database in its fastest way.

PostgreSQL takes one binary COPY, packed here: half the cost of the driver's row by row, and
unlike a pipeline of statements it cannot fill both directions of a socket and wait for ever.
SQLite takes one prepared statement for all rows.
"""

from collections.abc import Sequence
from struct import Struct

from sqlalchemy import Connection

from evenhand.sql.connections import driver
from evenhand.sql.rows import COLUMNS, Row

_INSERT = f"INSERT INTO events ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - constants
_COPY = f"COPY events ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"
_COPY_START = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
_COPY_END = b"\xff\xff"
_COPY_NUMBERS = Struct(">hiqiqiqiqiq").pack
_COPY_LENGTH = Struct(">i").pack
_COPY_PIECE = 1 << 20


def insert(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert rows in the caller's transaction; a constraint fails all of them."""
    if connection.dialect.name == "postgresql":
        _copy(connection, packed(rows))
    else:
        connection.exec_driver_sql(_INSERT, list(rows))


def packed(rows: Sequence[Row]) -> bytes:
    """Rows in PostgreSQL's binary COPY format."""
    parts = [_COPY_START]
    numbers, length = _COPY_NUMBERS, _COPY_LENGTH
    columns = len(COLUMNS)
    known: dict[str, bytes] = {}
    for (
        position,
        version,
        schema,
        at,
        effective,
        stream,
        type_,
        source,
        id_,
        actor,
        state,
        leaf,
    ) in rows:
        if (shared := known.get(type_ + "\0" + source)) is None:
            shared = known[type_ + "\0" + source] = _field(type_) + _field(source)
        if (actor_field := known.get(actor)) is None:
            actor_field = known[actor] = _field(actor)
        stream_bytes, id_bytes = stream.encode(), id_.encode()
        parts += (
            numbers(columns, 8, position, 8, version, 8, schema, 8, at, 8, effective),
            length(len(stream_bytes)),
            stream_bytes,
            shared,
            length(len(id_bytes)),
            id_bytes,
            actor_field,
            length(len(state)),
            state,
            length(len(leaf)),
            leaf,
        )
    parts.append(_COPY_END)
    return b"".join(parts)


def _field(value: str) -> bytes:
    content = value.encode()
    return _COPY_LENGTH(len(content)) + content


def _copy(connection: Connection, content: bytes) -> None:
    with driver(connection) as beneath, beneath.cursor() as cursor, cursor.copy(_COPY) as copy:
        for start in range(0, len(content), _COPY_PIECE):
            copy.write(content[start : start + _COPY_PIECE])
