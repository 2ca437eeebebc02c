"""What components come to for a payee in a window, as guarantees and ceilings look at it."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Literal

import polars as pl

from engine.allocation import rounded
from engine.attendance import Window, window_name
from engine.explanations.asked import Asked, at_end
from engine.explanations.words import exact_money, money, month_name
from engine.reasons import Reason
from schemas.plans import MONTHS_OF

_LINE = ("subject", "fact", "component", "source", "plan", "role")


def lines_of(asked: Asked, components: Sequence[str], kind: str) -> pl.DataFrame:
    """The payee's entitlements of components that are dated in the line's window."""
    first = asked.plan.window_of(asked.dated, kind) * MONTHS_OF[kind] + asked.plan.year_starts - 1
    return asked.books.released.filter(
        pl.col("payee") == asked.payee,
        pl.col("plan").is_in(asked.attendance.names_in_currency),
        pl.col("component").is_in(components),
        pl.col("dated") >= first,
        pl.col("dated") < first + MONTHS_OF[kind],
    )


def sum_reason(asked: Asked, components: Sequence[str], kind: str, period: int) -> Reason:
    """What the components come to as at the end of a period, with the sum as its amount."""
    of = lines_of(asked, components, kind)
    told = [(name, _total(of.filter(pl.col("component") == name), period)) for name in components]
    total, currency = sum(amount for _, amount in told), asked.currency
    window = window_name(asked.plan, asked.window(kind))
    text = (
        f"{', '.join(components)} come to {money(total, currency)} for {window} as at the end of "
        f"{month_name(period)}"
    )
    below = (Reason(f"{name}: {money(amount, currency)}") for name, amount in told)
    return Reason(text, (), tuple(below) if len(told) > 1 else (), total)


def _total(of: pl.DataFrame, period: int) -> int:
    return sum(at_end(line, period) for line in _each(of))


def _each(of: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return iter(of.partition_by(_LINE)) if not of.is_empty() else iter(())


def level(
    asked: Asked, minor: Fraction, window: Window, prorate: Literal["none", "days"]
) -> tuple[int, Reason]:
    """The amount for a window, or for the payee's days of it."""
    plan, attendance = asked.plan, asked.attendance
    taken = attendance.days_in(asked.payee, window.days)
    part = Fraction(1) if prorate == "none" else Fraction(taken, window.length)
    amount = rounded(minor * part, plan.rounding)
    whole = f"The amount for {window_name(plan, window)} is {money(amount, asked.currency)}"
    days = f" for {taken} of {window.length} days under the plan"
    prorated = f"{whole}, {exact_money(minor, asked.currency)}{days}"
    return amount, Reason(whole if prorate == "none" else prorated)
