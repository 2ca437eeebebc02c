"""Payout tables: which share of a target amount an attainment is worth, exactly.

Rows are half-open `[from, to)`. Attainments are fractions, zero or above; 1 is 100 %.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from schemas.plans import PayoutRow, PayoutTable


def payout_share(table: PayoutTable, attainment: Fraction) -> Fraction:
    """The share of the target that an attainment is worth.

    >>> rows = [{"from": "0", "to": "100%", "times": "1"}, {"from": "100%", "times": "160%"}]
    >>> slices = PayoutTable.model_validate({"mode": "marginal", "rows": rows})
    >>> payout_share(slices, Fraction("1.15")) * 25_000
    Fraction(31000, 1)
    >>> whole = PayoutTable.model_validate({"mode": "retroactive", "rows": rows})
    >>> payout_share(whole, Fraction("1.15")) * 25_000
    Fraction(46000, 1)
    """
    return _MODES[table.mode](table, attainment)


def marginal(table: PayoutTable, attainment: Fraction) -> Fraction:
    """Each slice of the attainment times the multiplier of its row."""
    return sum((_within(row, attainment) * _times(row) for row in table.rows), Fraction(0))


def retroactive(table: PayoutTable, attainment: Fraction) -> Fraction:
    """All of the attainment times the multiplier of the row it reached."""
    return attainment * _times(_reached(table, attainment))


def highest(table: PayoutTable, attainment: Fraction) -> Fraction:
    """The share of the row that is reached, alone."""
    return _pays(_reached(table, attainment))


def interpolated(table: PayoutTable, attainment: Fraction) -> Fraction:
    """The shares of the rows below whole, that of the row reached in proportion; at the end all.

    >>> rows = [{"from": "0", "to": "50%", "pays": "20%"}, {"from": "50%", "to": "1", "pays": "1"}]
    >>> table = PayoutTable.model_validate({"mode": "interpolated", "rows": rows})
    >>> [str(interpolated(table, Fraction(a))) for a in ("1/4", "1/2", "3/4", "2")]
    ['1/10', '1/5', '7/10', '6/5']
    """
    shares = (_pays(row) * _within(row, attainment) / _length(row) for row in table.rows)
    return sum(shares, Fraction(0))


_MODES: Final[Mapping[str, Callable[[PayoutTable, Fraction], Fraction]]] = {
    "marginal": marginal,
    "retroactive": retroactive,
    "interpolated": interpolated,
    "highest": highest,
}


def _within(row: PayoutRow, attainment: Fraction) -> Fraction:
    """How much of the attainment lies in the row."""
    upto = attainment if row.ends is None else min(attainment, row.ends)
    return max(Fraction(0), upto - row.starts)


def _reached(table: PayoutTable, attainment: Fraction) -> PayoutRow:
    return [row for row in table.rows if row.starts <= attainment][-1]


def _length(row: PayoutRow) -> Fraction:
    assert row.ends is not None, "the rows of an interpolated table all end"
    return row.ends - row.starts


def _times(row: PayoutRow) -> Fraction:
    assert row.times is not None, "the rows of this table multiply"
    return row.times


def _pays(row: PayoutRow) -> Fraction:
    assert row.pays is not None, "the rows of this table pay shares"
    return row.pays
