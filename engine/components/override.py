"""Override: a rate for the managers above the payees who are credited.

Who reports to whom is that of the layer's date, so a change of managers between a sale and its
cancellation changes nothing: the line that takes back is the line that paid. Where several paths of
one deal meet at a manager, what comes together there is one credit and one line. As a ladder meets
nobody twice, no more than the class's share of the deal can come together.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import polars as pl

from engine.allocation import INT128_BOUND, AmountTooLarge
from engine.coefficients import coefficients
from engine.deal_lines import deal_lines, in_time, rounded_alone
from engine.eligibility import eligible
from engine.exchange import exchanged
from engine.ground import Ground, paid_under
from engine.hierarchy import ladders
from engine.rulebook import Version
from schemas.frames import ENTITLED, empty
from schemas.plans import Override

_CREDIT = (
    "deal", "layer", "split", "opened_at", "currency", "dated", "source", "role", "class_weight",
    "whole",
)  # fmt: skip
"""A class of a layer in a role: what managers are credited beside."""


def entitlements(ground: Ground) -> pl.DataFrame:
    """What override components entitle to (ENTITLED), per period of change."""
    parts = list(ground.parts(Override))
    above = managers(ground, max(len(part.levels) for _, part in parts))
    credited = pl.concat([_credited(above, ground, part, version) for version, part in parts])
    if credited.is_empty():
        return empty(ENTITLED)
    priced = exchanged(credited, ground.world.rules).filter(pl.col("fx_num").is_not_null())
    told = in_time(coefficients(ground, priced), ground)
    lines = told.with_columns(
        amount=rounded_alone(told, "value", ["rate", "fx", "coef"]),
        base=pl.col("value"),
        base_currency=pl.col("currency"),
        currency=pl.col("pays"),
    )
    return deal_lines(lines.drop("role", "rate_num", "rate_den"), ground.world)


def managers(ground: Ground, levels: int) -> pl.DataFrame:
    """The credits of managers: CREDITED with `level`, a row a layer, class, role, manager, level.

    The weight is what is credited below them; the plan is their own at the layer's date. Who is
    credited in the class and role has no credit as a manager; those above have theirs.
    """
    credited = ground.credited
    pairs = credited.select("payee", at="opened_at").unique()
    rungs = ladders(pairs, ground.world.people, levels).rename({"at": "opened_at"})
    paid_already = credited.select("layer", "source", "role", manager="payee")
    above = (
        credited.join(rungs, on=["payee", "opened_at"])
        .join(paid_already, on=["layer", "source", "role", "manager"], how="anti")
        .group_by(*_CREDIT, "manager", "level")
        .agg(pl.col("weight").sum())
        .rename({"manager": "payee"})
    )
    return paid_under(above, ground.world, "opened_at")


def rates_of_levels(part: Override) -> list[Fraction]:
    """What each level is paid of the amount credited below it.

    >>> levels = [{"above": k, "rate": "10%"} for k in (1, 2, 3)]
    >>> net = {"id": "o", "kind": "override", "credits": "sales", "basis": "net", "levels": levels}
    >>> [str(rate * 100) for rate in rates_of_levels(Override.model_validate(net))]
    ['10', '9', '81/10']
    """
    if part.basis == "gross":
        return [level.rate for level in part.levels]
    left = 1 - (part.below or Fraction(0))
    rates: list[Fraction] = []
    for level in part.levels:
        rates.append(level.rate * left)
        left *= 1 - level.rate
    return rates


def _credited(
    above: pl.DataFrame, ground: Ground, part: Override, version: Version
) -> pl.DataFrame:
    """The credits of managers that a component pays for: one row a layer, class and manager.

    With `rate_num / rate_den`: what all levels come to, of the value of the layer.
    """
    levels = rates_of_levels(part)
    scale = lcm(*(rate.denominator for rate in levels))
    mine = eligible(above, ground, part, version).join(_table(levels, scale), on="level")
    return (
        mine.with_columns(rate_num=pl.col("rate_num") * pl.col("weight"))
        .group_by(*_CREDIT, "payee", "plan")
        .agg(pl.col("weight", "rate_num").sum())
        .with_columns(
            component=pl.lit(part.id),
            pays=pl.lit(version.plan.currency),
            rounding=pl.lit(version.plan.rounding),
            rate_den=pl.col("whole") * pl.lit(scale, dtype=pl.Int128),
            share_num=pl.col("weight"),
            share_den=pl.col("whole"),
        )
    )


def _table(levels: Sequence[Fraction], scale: int) -> pl.DataFrame:
    """Rates over one denominator: `level, rate_num`. Raises `AmountTooLarge`."""
    if (bound := scale * 10**6) >= INT128_BOUND:  # 10^6: the largest whole of a split
        raise AmountTooLarge(bound)
    rows = [
        (level, rate.numerator * (scale // rate.denominator))
        for level, rate in enumerate(levels, 1)
    ]
    return pl.DataFrame(rows, schema={"level": pl.Int64(), "rate_num": pl.Int128()}, orient="row")
