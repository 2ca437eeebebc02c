"""The steps of a tiered window as they stand at the end of a period, exactly, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from engine.eligibility import satisfying
from engine.explanations.asked import Asked
from engine.explanations.coefficients import scale_of
from engine.explanations.targets import attained, attainments
from engine.explanations.values import Credit
from engine.rulebook import Version
from engine.valued import Valued, worth_at_opening
from schemas.currencies import DIGITS
from schemas.plans import RateRow, RateTable, Tiered


@dataclass(frozen=True)
class Step:
    """A layer in a window: `x` its credited amount now, `opened` at first, in minor units."""

    credit: Credit
    version: Version
    part: Tiered
    x: Fraction
    opened: Fraction
    scale: Fraction

    @property
    def fact(self) -> int:
        """The fact that opened the layer, or shrank it."""
        row = self.credit.row
        return int(row["fact"] if "fact" in row else row["layer"])

    @property
    def order(self) -> tuple[int, int, str, int]:
        """What sorts steps in order of effect."""
        row = self.credit.row
        return int(row["opened_at"]), self.fact, str(row["source"]), -int(row["layer"])


@dataclass(frozen=True)
class Slice:
    """What a step adds to the payout of its window, with the sums it is read at.

    `before` and `upto` are amounts the table is read between, `by_table` what it pays there, `adds`
    that times the coefficient, `paid_before` what all slices before it come to. `reached` is the
    figure that decides a row, where one does.
    """

    step: Step
    before: Fraction
    upto: Fraction
    unit: Fraction
    reached: Fraction | None
    by_table: Fraction
    paid_before: Fraction

    @property
    def adds(self) -> Fraction:
        """What it adds to the exact payout of the window."""
        return self.by_table * self.step.scale


def steps(asked: Asked, period: int) -> list[Step]:
    """The steps of the line's window as at the end of a period, in order of effect."""
    part = asked.part
    assert isinstance(part, Tiered)
    found: list[Step] = []
    for version, same in asked.alike(Tiered):
        run = version.runs_from == asked.version.runs_from
        if same.window == part.window and (run or part.window == "deal"):
            for of in asked.books.valued:
                found += _of_part(asked, of, (version, same), period)
    return sorted(found, key=lambda step: step.order)


def _of_part(
    asked: Asked, of: Valued, parts: tuple[Version, Tiered], period: int
) -> Iterator[Step]:
    version, part = parts
    mine = of.credited.filter(
        pl.col("payee") == asked.payee,
        pl.col("plan") == version.plan.name,
        pl.col("role") == part.credits,
        _same_window(asked, part),
    )
    if part.source is not None:
        mine = mine.filter(pl.col("source") == part.source)
    opening = of.values if of.sign < 0 else worth_at_opening(asked.ground)
    opened = dict(opening.select("layer", "value").iter_rows())
    for row in satisfying(mine, asked.ground, part, version).iter_rows(named=True):
        credit = Credit(row, of)
        fx, value = asked.exchange(row["currency"], row["opened_at"]), credit.value(period)
        if fx is None or value is None:
            continue
        each = fx * credit.share * of.sign
        scale = scale_of(asked, version, part.id, row["dated"])
        yield Step(credit, version, part, value * each, opened[row["layer"]] * each, scale)


def _same_window(asked: Asked, part: Tiered) -> pl.Expr:
    if part.window == "deal":
        return pl.col("deal") == str(asked.row["deal"])
    number = asked.plan.window_of(asked.dated, part.window)
    numbers = [
        month
        for month in range(asked.dated - 12, asked.dated + 13)
        if asked.plan.window_of(month, part.window) == number
    ]
    return pl.col("dated").is_in(numbers)


def slices(asked: Asked, of: list[Step], period: int) -> Iterator[Slice]:
    """What each step adds, one after the other."""
    total = sum((step.x for step in of), Fraction(0))
    many = sum(step.x > 0 for step in of)
    now, opened, paid = Fraction(0), Fraction(0), Fraction(0)
    nth, nth_opened = 0, 0
    for step in of:
        nth += step.x > 0
        own = step.version.plan.decreases == "own-slice"
        place = many if _retroactive(step) else (nth_opened + (step.x > 0) if own else nth)
        before = opened if own and not _retroactive(step) else now
        unit = _unit(asked, step)
        reached = _reached(asked, step, period, (total, unit, place))
        by_table = _by_table(step, before, unit, reached)
        found = Slice(step, before, before + step.x, unit, reached, by_table, paid)
        yield found
        now, opened, paid = now + step.x, opened + step.opened, paid + found.adds
        nth_opened += step.opened > 0


def _retroactive(step: Step) -> bool:
    return step.part.table.mode == "retroactive"


def _unit(asked: Asked, step: Step) -> Fraction:
    """Minor units in one of what bounds are in: a unit of the currency, or the quota."""
    if step.part.quota is None:
        return Fraction(10 ** DIGITS[step.version.plan.currency])
    of = attainments(asked, step.part.quota, step.part.window, step.version)
    return of.target(asked.payee, step.version.plan.window_of(asked.dated, step.part.window))


def _reached(
    asked: Asked, step: Step, period: int, sums: tuple[Fraction, Fraction, int]
) -> Fraction | None:
    """The figure whose row prices the step: of the whole window, or its turn; None for slices."""
    total, unit, place = sums
    if step.part.table.by == "deals":
        return Fraction(place - 1)
    paid_for = step.version.plan.counts_what_it_pays(step.part)
    if step.part.quota is not None and _retroactive(step) and not paid_for:
        of = attainments(asked, step.part.quota, step.part.window, step.version)
        number = step.version.plan.window_of(asked.dated, step.part.window)
        window = of.attendance.window(step.part.window, number)
        return attained(of, asked.payee, window, period)
    if unit == 0:
        zero = next(q.zero for q in step.version.plan.quotas if q.id == step.part.quota)
        return Fraction(zero == "reached")
    return abs(total) / unit if _retroactive(step) else None


def _by_table(step: Step, before: Fraction, unit: Fraction, reached: Fraction | None) -> Fraction:
    table = step.part.table
    if reached is None:
        return upto(table, before + step.x, unit) - upto(table, before, unit)
    row = row_at(table, reached)
    if row.amount is not None:
        return row.amount.minor * step.credit.share if step.x > 0 else Fraction(0)
    return (row.rate or 0) * step.x


def row_at(table: RateTable, reached: Fraction) -> RateRow:
    """The row that holds a figure; below zero the first."""
    return [row for row in table.rows if row.starts <= max(reached, Fraction(0))][-1]


def upto(table: RateTable, amount: Fraction, unit: Fraction) -> Fraction:
    """F(amount): each part of it at the rate of the row it lies in; below zero, below zero."""
    size = sum((each * (row.rate or 0) for row, each in parts(table, abs(amount), unit)), 0)
    return Fraction(size if amount >= 0 else -size)


def parts(table: RateTable, amount: Fraction, unit: Fraction) -> Iterator[tuple[RateRow, Fraction]]:
    """How much of an amount above zero lies in each row."""
    for row in table.rows:
        ends = amount if row.ends is None else min(amount, row.ends * unit)
        yield row, max(Fraction(0), ends - row.starts * unit)
