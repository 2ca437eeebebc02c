"""Reading the log as the columns of a frame, for replay.

Leaves are not read: computing a hash for each row costs more than reading it. `verify` does that.
"""

from collections.abc import Collection, Sequence
from io import BytesIO
from typing import Any

import polars as pl
from sqlalchemy import Engine, text

from evenhand.sql.connections import driver, reading
from evenhand.sql.errors import LogDamaged
from evenhand.sql.reads import Types, ask, check_type, last
from evenhand.sql.trouble import attempts

PAGES = {"sqlite": 4_000, "postgresql": 50_000}
"""Rows a page. Rows of SQLite become Python objects first: more of them than the processor's cache
holds take twice as long."""

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

_KIND = ("type", "schema_version")
_ENDS = (
    pl.col("position").min().alias("low"),
    pl.col("position").max().alias("high"),
    pl.len().cast(pl.Int64).alias("many"),
)
_KINDS = text(
    "SELECT type, schema_version, min(position), max(position), count(*) FROM events "
    "WHERE position > :after AND position <= :through GROUP BY type, schema_version"
)


def columns(
    engine: Engine,
    after: int,
    through: int | None,
    known: Types | None,
    types: Collection[str] | None = None,
) -> pl.DataFrame:
    """The columns of a range of the log, in order of position, without its leaves.

    All records, or those of some types. `known` are the types that can be read, if it is asked.
    Whichever are read, the whole range is looked at for gaps, and for what cannot be read.
    """
    stop = last(engine)["position"] if through is None else through
    frame = _frame(engine, after, stop, None if types is None else sorted(types))
    kinds = _kinds(engine, after, stop) if types is not None else frame.group_by(*_KIND).agg(*_ENDS)
    _check(kinds, max(after, 0) + 1)
    if known is not None:
        for type_, version in kinds.select(_KIND).iter_rows():
            check_type(known, type_, version)
    return frame


def _check(kinds: pl.DataFrame, first: int) -> None:
    """Refuse a range with a gap; positions are unique, so their number tells."""
    low, high, many = kinds.select(pl.min("low"), pl.max("high"), pl.sum("many")).row(0)
    if many and (low, high) != (first, first + many - 1):
        raise LogDamaged(f"positions are missing after position {first - 1}")


def _kinds(engine: Engine, after: int, stop: int) -> pl.DataFrame:
    """The types in a range with their versions, how many records each has and where."""
    asked = {"after": after, "through": stop}
    rows = ask(engine, lambda connection: connection.execute(_KINDS, asked).all())
    schema = dict.fromkeys(("schema_version", "low", "high", "many"), pl.Int64)
    return pl.DataFrame(rows, schema={"type": pl.String, **schema}, orient="row")


def _frame(engine: Engine, after: int, stop: int, types: Sequence[str] | None) -> pl.DataFrame:
    read = _from_postgresql if engine.dialect.name == "postgresql" else _from_sqlite
    size = PAGES[engine.dialect.name]
    starts = range(max(after, 0), stop, size)
    frames = [read(engine, start, min(start + size, stop), types) for start in starts]
    return pl.concat(frames, rechunk=True) if frames else pl.DataFrame(schema=SCHEMA)


def _from_sqlite(
    engine: Engine, after: int, through: int, types: Sequence[str] | None
) -> pl.DataFrame:
    """One page, column by column; the state comes as text because SQLite reads that once."""
    chosen = ("CAST(state AS TEXT)" if name == "state" else name for name in SCHEMA)
    some = "" if types is None else f"AND type IN ({', '.join('?' for _ in types)}) "
    query = (
        f"SELECT {', '.join(chosen)} FROM events "  # noqa: S608 - constants
        f"WHERE position > ? AND position <= ? {some}ORDER BY position"
    )

    def work() -> list[tuple[Any, ...]]:
        with reading(engine) as connection, driver(connection) as beneath:
            rows = beneath.execute(query, (after, through, *(types or ())))
            found: list[tuple[Any, ...]] = rows.fetchall()
            return found

    rows = attempts(work)
    if not rows:
        return pl.DataFrame(schema=SCHEMA)
    named = zip(SCHEMA.items(), zip(*rows, strict=True), strict=True)
    return pl.DataFrame([pl.Series(name, column, dtype) for (name, dtype), column in named])


def _from_postgresql(
    engine: Engine, after: int, through: int, types: Sequence[str] | None
) -> pl.DataFrame:
    """One page as CSV, which PostgreSQL writes and polars reads without a Python object a cell."""
    chosen = ("convert_from(state, 'UTF8')" if name == "state" else name for name in SCHEMA)
    some = "" if types is None else "AND type = ANY(%s) "
    query = (
        f"COPY (SELECT {', '.join(chosen)} FROM events "  # noqa: S608 - constants and integers
        f"WHERE position > {after:d} AND position <= {through:d} {some}ORDER BY position) "
        "TO STDOUT (FORMAT CSV)"
    )

    def work() -> BytesIO:
        content = BytesIO()
        with (
            reading(engine) as connection,
            driver(connection) as beneath,
            beneath.cursor() as cursor,
            cursor.copy(query, None if types is None else (list(types),)) as copy,
        ):
            for piece in copy:
                content.write(piece)
        return content

    content = attempts(work)
    if content.tell() == 0:
        return pl.DataFrame(schema=SCHEMA)
    content.seek(0)
    return pl.read_csv(content, has_header=False, schema=SCHEMA, empty_string_is_null=False)
