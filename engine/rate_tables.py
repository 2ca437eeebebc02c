"""Rate tables as integer column arithmetic: what a table pays for a figure, exactly.

A figure is an integer column over a `unit`, an integer column too: figure / unit is what the rows
`[from, to)` are read by. What is paid comes times `denominator(table)`, so that it is an integer.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import polars as pl

from schemas.plans import RateRow, RateTable

_WIDE = pl.Int128()


def denominator(tables: Sequence[RateTable]) -> int:
    """The least number that every rate of some tables is a whole number of parts of.

    >>> denominator([RateTable(by="amount", mode="marginal", rows=[{"from": "0", "rate": "2.5%"}])])
    40
    """
    return lcm(*(row.rate.denominator for table in tables for row in table.rows if row.rate))


def bound_denominator(table: RateTable) -> int:
    """What a unit must be a multiple of, so that every bound is a whole number in it."""
    return lcm(*(row.starts.denominator for row in table.rows))


def marginal(figure: pl.Expr, unit: pl.Expr, table: RateTable, parts: int) -> pl.Expr:
    """F(figure) times `parts`: the part of the figure in each row times the row's rate.

    Of a figure below zero what is paid is below zero: F(-A) = -F(A).

    >>> rows = [{"from": "0", "to": "100", "rate": "5%"}, {"from": "100", "rate": "8%"}]
    >>> table = RateTable(by="amount", mode="marginal", rows=rows)
    >>> paid = marginal(pl.col("a"), pl.col("unit"), table, 100)
    >>> pl.DataFrame({"a": [99, 100, 101, -101], "unit": 1}).select(paid).to_series().to_list()
    [495, 500, 508, -508]
    """
    size, total = figure.cast(_WIDE).abs(), _literal(0)
    for row in table.rows:
        above = size if row.ends is None else pl.min_horizontal(size, _bound(row.ends, unit))
        inside = pl.max_horizontal(above - _bound(row.starts, unit), _literal(0))
        total += inside * _literal(_rate(row) * parts)
    return total * figure.sign()


def rate_at(figure: pl.Expr, unit: pl.Expr, table: RateTable, parts: int) -> pl.Expr:
    """The rate of the row that holds a figure, times `parts`; below zero that of the first row.

    >>> rows = [{"from": "0", "to": "100.5", "rate": "3%"}, {"from": "100.5", "rate": "5%"}]
    >>> table = RateTable(by="amount", mode="retroactive", rows=rows)
    >>> rate = rate_at(pl.col("a"), pl.lit(10), table, 100)
    >>> pl.DataFrame({"a": [1004, 1005, 1006, -1]}).select(rate).to_series().to_list()
    [3, 5, 5, 3]
    """
    return _row_at(figure, unit, table, [_literal(_rate(row) * parts) for row in table.rows])


def amount_at(figure: pl.Expr, unit: pl.Expr, table: RateTable) -> pl.Expr:
    """The amount per deal (minor units) of the row that holds a figure."""
    amounts = [Fraction(row.amount.minor if row.amount else 0) for row in table.rows]
    return _row_at(figure, unit, table, [_literal(amount) for amount in amounts])


def place_at(figure: pl.Expr, unit: pl.Expr, table: RateTable) -> pl.Expr:
    """The number, from 0, of the row that holds a figure; below zero the first."""
    places = range(len(table.rows))
    return _row_at(figure, unit, table, [pl.lit(place, dtype=pl.Int64) for place in places])


def rate_of(figure: Fraction, table: RateTable) -> Fraction:
    """The rate of the row that holds a figure.

    >>> rows = [{"from": "0", "to": "80%", "rate": "3%"}, {"from": "80%", "rate": "5%"}]
    >>> rate_of(Fraction(4, 5), RateTable(by="attainment", mode="marginal", rows=rows))
    Fraction(1, 20)
    """
    held = [row for row in table.rows if row.starts <= figure]
    return _rate(held[-1] if held else table.rows[0])


def _row_at(figure: pl.Expr, unit: pl.Expr, table: RateTable, values: Sequence[pl.Expr]) -> pl.Expr:
    """The value of the last row that starts at or below the figure."""
    found = values[0]
    wide, units = figure.cast(_WIDE), unit.cast(_WIDE)
    for row, value in zip(table.rows[1:], values[1:], strict=True):
        starts = row.starts
        reached = wide * _literal(starts.denominator) >= units * _literal(starts.numerator)
        found = pl.when(reached).then(value).otherwise(found)
    return found


def _bound(bound: Fraction, unit: pl.Expr) -> pl.Expr:
    return unit.cast(_WIDE) // _literal(bound.denominator) * _literal(bound.numerator)


def _rate(row: RateRow) -> Fraction:
    return row.rate if row.rate is not None else Fraction(0)


def _literal(value: Fraction | int) -> pl.Expr:
    """A whole number as a literal; parts are chosen so that it is one."""
    assert Fraction(value).denominator == 1, "the parts hold every rate"
    return pl.lit(int(value), dtype=_WIDE)
