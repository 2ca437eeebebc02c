"""Windows of a plan, as columns: the calendar window that holds a payout period."""

import polars as pl

from schemas.plans import MONTHS_OF, Plan


def window_number(period: pl.Expr, kind: str, plan: Plan) -> pl.Expr:
    """The number of the window that holds a period, as `Plan.window_of` gives it."""
    return (period - (plan.year_starts - 1)) // MONTHS_OF[kind]
