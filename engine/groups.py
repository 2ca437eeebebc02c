"""Groups of rows that stand together, as after a sort: where they begin, and running sums in them.

Comparing each row with the one before it costs a tenth of finding the groups again by their keys.
Sums are differences of sums over all rows; where those wrap around, so do the differences, back.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

_ROWS_AT_ONCE: Final = 200_000


def some_at_a_time(rows: pl.DataFrame, sizes: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows of some groups at a time, of which not too many come about when they are told again.

    `sizes` are the columns that tell groups apart, in whose order they come, and how many rows
    come about of each: `size`.
    """
    groups = [name for name in sizes.columns if name != "size"]
    part = (pl.col("size").cum_sum() // _ROWS_AT_ONCE).alias("_part")
    numbered = sizes.sort(groups).select(*groups, part)
    yield from rows.join(numbered, on=groups).partition_by("_part", include_key=False)


def first_of(group: Sequence[str]) -> pl.Expr:
    """Whether a row is the first of its group, by the columns that tell groups apart."""
    another = (pl.col(name).ne_missing(pl.col(name).shift(1)) for name in group)
    return pl.any_horizontal(*another, pl.int_range(pl.len()) == 0)


def last_where(first: pl.Expr) -> pl.Expr:
    """Whether a row is the last of its group, by whether it is the first."""
    return first.shift(-1, fill_value=True)


def place_in(first: pl.Expr) -> pl.Expr:
    """The place of a row in its group, 0, 1, .., by whether it is the first."""
    row = pl.int_range(pl.len(), dtype=pl.Int64)
    return row - pl.when(first).then(row).forward_fill()


def summed_up(column: pl.Expr, first: pl.Expr) -> pl.Expr:
    """The sum of an integer column up to and with each row of its group."""
    return column.cum_sum() - pl.when(first).then(column.cum_sum() - column).forward_fill()


def summed(column: pl.Expr, first: pl.Expr) -> pl.Expr:
    """The sum of an integer column over the whole group of each row."""
    return pl.when(last_where(first)).then(summed_up(column, first)).backward_fill()
