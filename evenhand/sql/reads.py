"""Reading the log as records, each checked before use.

Every page is a short transaction of its own: a long one would keep PostgreSQL from cleaning the
head, and SQLite from shortening its write-ahead log. That is sound because a reader always sees a
prefix, and records never change.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, RowMapping, select, text

from evenhand.sql import tables
from evenhand.sql.connections import reading
from evenhand.sql.errors import LogDamaged, LogNewer
from evenhand.sql.rows import COLUMNS, agrees, recorded
from evenhand.sql.trouble import attempts
from schemas.recorded import Recorded

PAGE = 5_000

_Answer = TypeVar("_Answer")

Types = Mapping[str, int]
"""The event types a reader knows, each with the newest schema version it can read."""

_PAGE_OF_ROWS = text(
    f"SELECT {', '.join(COLUMNS)} FROM events "  # noqa: S608 - constants
    "WHERE position > :after AND position <= :through ORDER BY position LIMIT :limit"
)
_STREAM = text(
    f"SELECT {', '.join(COLUMNS)} FROM events "  # noqa: S608 - constants
    "WHERE stream = :stream ORDER BY version"
)


def ask(engine: Engine, question: Callable[[Connection], _Answer]) -> _Answer:
    """The answer to a question, in a short transaction of its own; our errors, not the driver's."""

    def work() -> _Answer:
        with reading(engine) as connection:
            return question(connection)

    return attempts(work)


def end(connection: Connection) -> RowMapping:
    """The row of the head."""
    return connection.execute(select(tables.head)).mappings().one()


def page(engine: Engine, after: int, through: int, limit: int = PAGE) -> Sequence[Sequence[Any]]:
    """The rows of the next positions, at most `limit`, in order."""
    asked = {"after": after, "through": through, "limit": limit}
    return ask(engine, lambda connection: connection.execute(_PAGE_OF_ROWS, asked).all())


def last(engine: Engine) -> RowMapping:
    """The row of the head, now."""
    return ask(engine, end)


def records(
    engine: Engine, after: int, through: int | None, types: Types | None
) -> Iterator[Recorded]:
    """Records with `after < position <= through`, each checked against its leaf before use."""
    stop = last(engine)["position"] if through is None else through
    after = max(after, 0)
    while after < stop:
        rows = page(engine, after, stop)
        for row in rows:
            if row[0] != after + 1:
                raise LogDamaged(f"position {after + 1} is missing before position {row[0]}")
            yield checked(row, types)
            after = row[0]
        if len(rows) < PAGE:
            return


def stream(engine: Engine, name: str, types: Types | None) -> list[Recorded]:
    """All records of one stream, in order of version."""
    rows = ask(engine, lambda connection: connection.execute(_STREAM, {"stream": name}).all())
    return [checked(row, types) for row in rows]


def checked(row: Sequence[Any], types: Types | None) -> Recorded:
    """The record of a row; refused if it was changed, or if its type is not known."""
    if not agrees(row):
        raise LogDamaged(f"the record at position {row[0]} does not agree with its leaf")
    record = recorded(row)
    if types is not None:
        check_type(types, record.type, record.schema_version)
    return record


def check_type(types: Types, type_: str, version: int) -> None:
    """Refuse a type, or a version of one, that this version of Evenhand does not know."""
    if version > types.get(type_, -1):
        raise LogNewer(f"{type_} events of version {version}")
