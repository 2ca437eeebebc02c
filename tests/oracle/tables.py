"""Tables: the row that holds a figure, and what rows come to. Rows are half-open `[from, to)`."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.oracle.numbers import exact

Row = Mapping[str, Any]


def row_of(rows: Sequence[Row], figure: Fraction | int) -> Row:
    """The last row at or below a figure; what is below zero belongs to the first."""
    return [row for row in rows if exact(row["from"]) <= max(0, figure)][-1]


def in_row(row: Row, figure: Fraction, scale: Fraction) -> Fraction:
    """The part of a figure that lies in a row whose bounds are multiplied by a scale."""
    starts = exact(row["from"]) * scale
    ends = figure if row.get("to") is None else exact(row["to"]) * scale
    return max(Fraction(0), min(figure, ends) - starts)


def payout(table: Mapping[str, Any], attainment: Fraction) -> Fraction:
    """The share of a target that an attainment is worth."""
    rows, row, one = table["rows"], row_of(table["rows"], attainment), Fraction(1)
    match table["mode"]:
        case "marginal":
            return sum((in_row(r, attainment, one) * exact(r["times"]) for r in rows), Fraction(0))
        case "retroactive":
            return attainment * exact(row["times"])
        case "highest":
            return exact(row["pays"])
        case _:
            assert table["mode"] == "interpolated"
            return sum((filled(r, attainment) * exact(r["pays"]) for r in rows), Fraction(0))


def filled(row: Row, attainment: Fraction) -> Fraction:
    """How much of a row is reached: all of those below, a part of the one that holds it."""
    starts, ends = exact(row["from"]), exact(row["to"])
    return min(Fraction(1), max(Fraction(0), (attainment - starts) / (ends - starts)))
