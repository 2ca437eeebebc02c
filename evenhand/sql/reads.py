"""Reading the log: as records, checked one by one, or as the columns of a frame, for replay.

Every page is a short transaction of its own: a long one would keep PostgreSQL from cleaning the
head, and SQLite from shortening its write-ahead log. That is sound because a reader always sees a
prefix, and records never change.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine, RowMapping, select, text

from evenhand.sql import tables
from evenhand.sql.connections import reading
from evenhand.sql.errors import LogDamaged, LogNewer
from evenhand.sql.rows import COLUMNS, proof, recorded
from evenhand.sql.trouble import attempts
from schemas.recorded import Recorded

PAGE = 5_000
_FRAME_PAGE = 200_000

Types = Mapping[str, int]
"""The event types a reader knows, each with the newest schema version it can read."""

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "position": pl.Int64,
    "stream": pl.String,
    "version": pl.Int64,
    "type": pl.String,
    "schema_version": pl.Int64,
    "recorded_at": pl.Int64,
    "effective_at": pl.Int64,
    "source": pl.String,
    "id": pl.String,
    "state": pl.String,
}
"""The columns of `columns`; the instants are microseconds since 1970-01-01T00:00Z."""

_PAGE_OF_ROWS = text(
    f"SELECT {', '.join(COLUMNS)} FROM events "  # noqa: S608 - constants
    "WHERE position > :after AND position <= :through ORDER BY position LIMIT :limit"
)
_STREAM = text(
    f"SELECT {', '.join(COLUMNS)} FROM events "  # noqa: S608 - constants
    "WHERE stream = :stream ORDER BY version"
)


def end(connection: Connection) -> RowMapping:
    """The row of the head."""
    return connection.execute(select(tables.head)).mappings().one()


def page(engine: Engine, after: int, through: int, limit: int = PAGE) -> Sequence[Sequence[Any]]:
    """The rows of the next positions, at most `limit`, in order."""
    asked = {"after": after, "through": through, "limit": limit}

    def work() -> Sequence[Sequence[Any]]:
        with reading(engine) as connection:
            return connection.execute(_PAGE_OF_ROWS, asked).all()

    return attempts(work)


def last(engine: Engine) -> RowMapping:
    """The row of the head, now."""

    def work() -> RowMapping:
        with reading(engine) as connection:
            return end(connection)

    return attempts(work)


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

    def work() -> Sequence[Sequence[Any]]:
        with reading(engine) as connection:
            return connection.execute(_STREAM, {"stream": name}).all()

    return [checked(row, types) for row in attempts(work)]


def checked(row: Sequence[Any], types: Types | None) -> Recorded:
    """The record of a row; refused if it was changed, or if its type is not known."""
    if proof(row) != row[-1]:
        raise LogDamaged(f"the record at position {row[0]} does not agree with its leaf")
    record = recorded(row)
    if types is not None:
        _check_type(types, record.type, record.schema_version)
    return record


def columns(engine: Engine, after: int, through: int | None, types: Types | None) -> pl.DataFrame:
    """The columns of a range of the log, in order of position, without its leaves."""
    stop = last(engine)["position"] if through is None else through
    frame = _frame(engine, after, stop)
    first = max(after, 0) + 1
    if frame.height and not frame["position"].equals(
        pl.Series("position", pl.int_range(first, first + frame.height, eager=True))
    ):
        raise LogDamaged(f"positions are missing after position {after}")
    if types is not None:
        pairs = frame.select("type", "schema_version").unique()  # pyright: ignore[reportUnknownMemberType]
        for type_, version in pairs.iter_rows():
            _check_type(types, type_, version)
    return frame


def _check_type(types: Types, type_: str, version: int) -> None:
    if version > types.get(type_, -1):
        raise LogNewer(f"{type_} events of version {version}")


def _frame(engine: Engine, after: int, stop: int) -> pl.DataFrame:
    read = _from_postgresql if engine.dialect.name == "postgresql" else _from_sqlite
    starts = range(max(after, 0), stop, _FRAME_PAGE)
    frames = [read(engine, start, min(start + _FRAME_PAGE, stop)) for start in starts]
    return pl.concat(frames, rechunk=True) if frames else pl.DataFrame(schema=SCHEMA)


def _from_sqlite(engine: Engine, after: int, through: int) -> pl.DataFrame:
    """One page, column by column; the state comes as text because SQLite reads that once."""
    chosen = ("CAST(state AS TEXT)" if name == "state" else name for name in SCHEMA)
    query = (
        f"SELECT {', '.join(chosen)} FROM events "  # noqa: S608 - constants
        "WHERE position > ? AND position <= ? ORDER BY position"
    )

    def work() -> list[tuple[Any, ...]]:
        with reading(engine) as connection:
            driver: Any = connection.connection.driver_connection
            found: list[tuple[Any, ...]] = driver.execute(query, (after, through)).fetchall()
            return found

    rows = attempts(work)
    if not rows:
        return pl.DataFrame(schema=SCHEMA)
    named = zip(SCHEMA.items(), zip(*rows, strict=True), strict=True)
    return pl.DataFrame([pl.Series(name, column, dtype) for (name, dtype), column in named])


def _from_postgresql(engine: Engine, after: int, through: int) -> pl.DataFrame:
    """One page as CSV, which PostgreSQL writes and polars reads without a Python object a cell."""
    chosen = ("convert_from(state, 'UTF8')" if name == "state" else name for name in SCHEMA)
    query = (
        f"COPY (SELECT {', '.join(chosen)} FROM events "  # noqa: S608 - constants and integers
        f"WHERE position > {after:d} AND position <= {through:d} ORDER BY position) "
        "TO STDOUT (FORMAT CSV)"
    )

    def work() -> BytesIO:
        content = BytesIO()
        with reading(engine) as connection:
            driver: Any = connection.connection.driver_connection
            with driver.cursor() as cursor, cursor.copy(query) as copy:
                for piece in copy:
                    content.write(piece)
        return content

    content = attempts(work)
    if content.tell() == 0:
        return pl.DataFrame(schema=SCHEMA)
    content.seek(0)
    return pl.read_csv(content, has_header=False, schema=SCHEMA, empty_string_is_null=False)
