"""The tables of a plan as tables that people read: tiers, payouts, matrices, coefficients."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from projections.plan_documents.blocks import Table
from projections.plan_documents.telling import Telling
from projections.plan_documents.words import number, percent
from schemas.plans import Axis, Deduction, Matrix, PayoutTable, RateRow, RateTable


def tiers(table: RateTable, told: Telling) -> Table:
    """A rate table; by deals its rows are told by the number of the deal, from the first on."""
    pays = "rate" if table.rows[0].rate is not None else "amount"
    return Table(
        caption=told.words("tiers-caption"),
        columns=told.columns(f"tiers-{table.by}-{pays}", currency=told.currency),
        rows=[_tier(row, table.by, told) for row in table.rows],
    )


def _tier(row: RateRow, by: str, told: Telling) -> list[str]:
    pays = percent(row.rate) if row.rate is not None else ""
    if row.amount is not None:
        pays = told.words.money(row.amount)
    if by != "deals":
        return [*_bounds(row.starts, row.ends, told, shares=by == "attainment"), pays]
    last = told.words("endless") if row.ends is None else f"{ceil(row.ends):,}"
    return [f"{ceil(row.starts) + 1:,}", last, pays]


def _bounds(starts: Fraction, ends: Fraction | None, told: Telling, *, shares: bool) -> list[str]:
    written = percent if shares else number
    return [written(starts), told.words("endless") if ends is None else written(ends)]


def payout(table: PayoutTable, told: Telling, caption: str) -> Table:
    """A payout table."""
    multiplies = table.rows[0].times is not None
    rows: list[Sequence[str]] = []
    for row in table.rows:
        pays = percent(row.pays) if row.pays is not None else number(row.times or Fraction(0))
        rows.append([*_bounds(row.starts, row.ends, told, shares=True), pays])
    name = "payout-times" if multiplies else "payout-pays"
    return Table(caption=caption, columns=told.columns(name), rows=rows)


def falling(table: RateTable | PayoutTable, told: Telling) -> list[str]:
    """That a table may pay less for more, where it says so."""
    return [told.words("falling")] if table.falling else []


def factors(rows: Sequence[Deduction], told: Telling) -> Table:
    """The rows of a coefficient."""
    return Table(
        caption=told.words("coefficient-caption"),
        columns=told.columns("coefficient-rows"),
        rows=[
            [*_bounds(row.starts, row.ends, told, shares=True), number(row.times)] for row in rows
        ],
    )


def matrix(table: Matrix, told: Telling) -> Table:
    """A matrix: its rows down, its columns across."""
    across, down = axis(table.columns, told), axis(table.rows, told)
    return Table(
        caption=told.words("matrix-caption", rows=down, columns=across),
        columns=["", *(f"{label}>" for label in _labels(table.columns, told))],
        rows=[
            [label, *map(percent, rates)]
            for label, rates in zip(_labels(table.rows, told), table.rates, strict=True)
        ],
        headed=True,
    )


def axis(side: Axis, told: Telling) -> str:
    """What is looked up on a side of a matrix."""
    known = f"axis-{side.by}"
    return told.words(known, currency=told.currency) if told.words.knows(known) else side.by


def _labels(side: Axis, told: Telling) -> list[str]:
    if side.starts is not None:
        shares = side.by == "attainment" or told.plan.attributes.get(side.by) == "rate"
        written = percent if shares else number
        return [told.words("matrix-from", figure=written(figure)) for figure in side.starts]
    others = told.words("matrix-others")
    return [others if word == "*" else word for word in side.words or ()]


def has_gaps(table: Matrix) -> bool:
    """Whether there are words that no row or column of a matrix is for."""
    return any(
        side.words is not None and "*" not in side.words for side in (table.rows, table.columns)
    )
