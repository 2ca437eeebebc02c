"""Rates of exchange: what a minor unit of a layer's currency is worth in a plan's.

A plan's own rates where it has them, else the market rate of the date; exact, never inverted and
never crossed.
"""

from collections.abc import Iterator
from fractions import Fraction

import polars as pl

from engine.rulebook import BEFORE_ALL_TIME, Rulebook
from schemas.currencies import DIGITS
from schemas.plans import Plan

_FACTORS = {
    "plan": pl.String(),
    "currency": pl.String(),
    "since": pl.Int64(),
    "fx_num": pl.Int128(),
    "fx_den": pl.Int128(),
}


def factor(rules: Rulebook, plan: Plan, currency: str, at: int) -> Fraction | None:
    """Minor units of the plan's currency for one of another at an instant; None: nobody said."""
    if currency == plan.currency:
        return Fraction(1)
    if plan.exchange is not None:
        rate = plan.exchange.get(currency)
    else:
        rate = rules.rate_at(currency, plan.currency, at)
    return None if rate is None else rate * _scale(plan, currency)


def exchanged(rows: pl.DataFrame, rules: Rulebook, at: str = "opened_at") -> pl.DataFrame:
    """Rows with `fx_num / fx_den` (Int128), the factor of their `currency` at a date; null: none.

    `plan` is the version whose rates hold, never null. Rows keep their order.
    """
    home = pl.col("currency") == _paid_in(rules)
    one = pl.lit(1, dtype=pl.Int128)
    asked = rows.select("plan", "currency", _at=at, _home=home).with_row_index("_row")
    if asked["_home"].all():
        return rows.with_columns(fx_num=one, fx_den=one)
    at_par = asked.filter("_home").select("_row", fx_num=one, fx_den=one)
    foreign = asked.filter(pl.col("_home").not_())
    pairs = foreign.select("plan", "currency").unique().sort("plan", "currency")
    told = pl.DataFrame(list(_factors(rules, pairs)), schema=_FACTORS, orient="row")
    looked_up = foreign.sort("_at").join_asof(
        told.sort("since", maintain_order=True),
        left_on="_at",
        right_on="since",
        by=["plan", "currency"],
        strategy="backward",
        check_sortedness=False,
    )
    found = pl.concat([at_par, looked_up.select(at_par.columns)]).sort("_row")
    return rows.with_columns(found["fx_num"], found["fx_den"])


def _paid_in(rules: Rulebook) -> pl.Expr:
    """The currency of the plan of a row; written out where all plans pay in one."""
    paid_in = {name: version.plan.currency for name, version in rules.named.items()}
    if len(currencies := set(paid_in.values())) == 1:
        return pl.lit(currencies.pop())
    return pl.col("plan").replace_strict(paid_in, return_dtype=pl.String)


def _factors(rules: Rulebook, pairs: pl.DataFrame) -> Iterator[tuple[str, str, int, int, int]]:
    """From when on a factor holds for a plan and a currency; few, as rates are published."""
    for name, currency in pairs.iter_rows():
        plan = rules.named[name].plan
        if plan.exchange is not None:
            fixed = plan.exchange.get(currency)
            told = [] if fixed is None else [(BEFORE_ALL_TIME, fixed)]
        else:
            told = [*rules.rates.get((currency, plan.currency), ())]
        for since, rate in told:
            scaled = rate * _scale(plan, currency)
            yield name, currency, since, scaled.numerator, scaled.denominator


def _scale(plan: Plan, currency: str) -> Fraction:
    return Fraction(10) ** (DIGITS[plan.currency] - DIGITS[currency])
