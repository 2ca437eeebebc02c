"""What is paid for signings: an amount for each, or a rate, shared by those who are credited.

The whole is rounded once and divided by largest remainder among all credited in the role and class;
where a coefficient makes it depend on the payee, each line is rounded by itself.
"""

from typing import Final

import polars as pl

from engine.allocation import divided
from engine.coefficients import coefficients
from engine.deal_lines import deal_lines, in_time, rounded_alone
from engine.eligibility import OfDeals, eligible
from engine.exchange import exchanged
from engine.ground import Ground
from engine.rulebook import Version
from engine.turns import in_turn
from schemas.frames import ENTITLED, empty

_CLASS = ("deal", "layer", "source", "role")
_LINE = (*_CLASS, "payee", "plan", "component")
TURN: Final = ("payee", "name", "component", "run", "window")
"""Whose turns are counted together: a payee's of one component of one plan in a window."""


def promised(ground: Ground, part: OfDeals, version: Version, name: str) -> pl.DataFrame:
    """The credits (CREDITED) of signings, no upsell or renewal, that a component `name` pays for.

    With what follows from its plan alone: `name, component, run, pays, rounding, scaled`.
    """
    signings = ground.world.signings.select(layer="signing")
    signed = ground.credited.join(signings, on="layer", how="semi")
    plan = version.plan
    return eligible(signed, ground, part, version).with_columns(
        name=pl.lit(f"{plan.plan}/{plan.currency}"),
        component=pl.lit(name),
        run=pl.lit(version.runs_from, dtype=pl.Int64),
        pays=pl.lit(plan.currency),
        rounding=pl.lit(plan.rounding),
        scaled=pl.lit(any(name in each.applies_to for each in plan.coefficients)),
    )


def paid_for_signings(offers: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """What `promised` signings entitle to (ENTITLED).

    Each has `unit`, the amount for a deal while it has a value, or if null `rate_num / rate_den` of
    its value and the `rate` as text; and the turns it takes: `window`, and `most` or null.
    """
    if offers.is_empty():
        return empty(ENTITLED)
    told = coefficients(ground, in_time(_exchanged(offers, ground), ground))
    by_value = pl.col("unit").is_null()
    stands = pl.col("value") > 0
    worth = pl.when(by_value).then("value").when(stands).then("unit").otherwise(0)
    priced = told.with_columns(worth=worth, stands=stands, fact=pl.col("layer"))
    scaled = priced.filter("scaled")
    alone = scaled.with_columns(
        amount=rounded_alone(_with_share(scaled, "weight"), "worth", _FACTORS)
    )
    counted = in_turn(pl.concat([_shared(priced, ground), alone]), _LINE, TURN)
    lines = counted.with_columns(
        amount=pl.when("in_turn").then("amount").otherwise(0),
        base=pl.when(by_value).then("value"),
        base_currency=pl.when(by_value).then("currency"),
        share_num=pl.col("weight"),
        share_den=pl.col("whole"),
    ).with_columns(currency=pl.col("pays"))
    return deal_lines(lines.drop("fact"), ground.world)


_FACTORS: Final = ["rate", "fx", "share", "coef"]


def _exchanged(offers: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Offers with `fx_num / fx_den`: an amount needs none; a rate without it pays nothing."""
    one = pl.lit(1, dtype=pl.Int128)
    amounts = offers.filter(pl.col("unit").is_not_null()).with_columns(fx_num=one, fx_den=one)
    rates = exchanged(offers.filter(pl.col("unit").is_null()), ground.world.rules)
    return pl.concat([amounts, rates.filter(pl.col("fx_num").is_not_null())])


def _with_share(rows: pl.DataFrame, weight: str) -> pl.DataFrame:
    return rows.with_columns(share_num=pl.col(weight), share_den=pl.col("whole"))


def _shared(priced: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """The offers without a coefficient, each with its part of the whole as `amount`.

    The whole is divided among all who are credited, also those whom another plan pays.
    """
    plain = priced.filter(pl.col("scaled").not_())
    group = [*_CLASS, "plan", "component", "period"]
    wholes = plain.unique(group, maintain_order=False)
    payouts = wholes.with_columns(
        payout=rounded_alone(_with_share(wholes, "class_weight"), "worth", _FACTORS)
    ).select(*group, "payout", "class_weight")
    members = ground.credited.select(*_CLASS, "payee", "weight")
    parts = divided(
        payouts.join(members, on=_CLASS), "payout", "weight", "class_weight", group
    ).select(*group, "payee", amount="part")
    return plain.join(parts, on=[*group, "payee"])
