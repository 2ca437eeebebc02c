"""The records that segments are made from and held to, each checked against its leaf."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from evenhand.segments.parquet import ROWS
from evenhand.sql import reads
from evenhand.sql.errors import LogDamaged
from evenhand.sql.log import SqlLog
from evenhand.sql.rows import COLUMNS, proof
from replay.segments import Stretch
from schemas.frames import RECORDS, Schema

SEALABLE: Final[Schema] = {**RECORDS, "recorded_at": pl.Int64()}
"""The columns of records that a segment is made from."""


class Group(NamedTuple):
    """Records that become one row group (SEALABLE), and their leaves."""

    records: pl.DataFrame
    leaves: Sequence[bytes]


def groups(log: SqlLog, stretch: Stretch) -> Iterator[Group]:
    """The records of a stretch, so many at a time. Raises `LogDamaged`."""
    for first in range(stretch.first, stretch.last + 1, ROWS):
        pages = list(_pages(log, Stretch(first, min(first + ROWS - 1, stretch.last))))
        yield Group(
            pl.concat([page.records for page in pages], rechunk=True),
            [leaf for page in pages for leaf in page.leaves],
        )


def _pages(log: SqlLog, stretch: Stretch) -> Iterator[Group]:
    """The same page by page: rows are Python objects until they are a frame."""
    after = stretch.first - 1
    while after < stretch.last:
        rows = reads.page(log.engine, after, stretch.last)
        if not rows:
            raise LogDamaged(f"position {after + 1} is missing")
        for position, row in enumerate(rows, after + 1):
            if row[0] != position or proof(row) != row[-1]:
                raise LogDamaged(f"position {position} is missing or does not agree with its leaf")
        yield _group(rows, log.types)
        after += len(rows)


def _group(rows: Sequence[Sequence[Any]], types: reads.Types | None) -> Group:
    columns: dict[str, Sequence[Any]] = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    columns["state"] = [state.decode() for state in columns["state"]]
    if types is not None:
        for kind, version in set(zip(columns["type"], columns["schema_version"], strict=True)):
            reads.check_type(types, kind, version)
    chosen = [pl.Series(name, columns[name], dtype) for name, dtype in SEALABLE.items()]
    return Group(pl.DataFrame(chosen), columns["leaf"])
