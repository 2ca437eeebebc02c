"""Overlay: a pool for those who helped with a deal, a rate of its value beside all other credit.

Who has declared by the end of a period takes part in it, so the parts of all become smaller with
each who comes later. A pool is there when somebody who takes part is paid under its plan; it is
divided among all who take part, and each has the part that their own plan's pool gives.
"""

from typing import Final

import polars as pl

from engine.allocation import divided, largest, product_dtype
from engine.coefficients import coefficients
from engine.deal_lines import deal_lines, in_time, rounded_alone
from engine.eligibility import eligible
from engine.exchange import exchanged
from engine.ground import Ground, paid_under
from engine.moments import together, told_at
from engine.rulebook import Version
from engine.windows import window_number
from engine.world import World
from engine.zones import month
from schemas.frames import ENTITLED, empty
from schemas.plans import Overlay
from schemas.rates import rate_text

_POOL: Final = ("layer", "plan", "component")
_CAPPED: Final = ("name", "component", "run", "window")
"""What shares a cap: the pools of one component of one plan, in a window or of a deal."""


def entitlements(ground: Ground) -> pl.DataFrame:
    """What overlay components entitle to (ENTITLED), per period of change."""
    helped = [offers_of(ground, part, version) for version, part in ground.parts(Overlay)]
    offers = pl.concat(helped)
    if offers.is_empty():
        return empty(ENTITLED)
    pools = _capped(_pools(offers, ground))
    parts = _parts(pools, offers, participants(ground.world), ground)
    lines = parts.with_columns(
        base=pl.col("value"),
        base_currency=pl.col("currency"),
        share_num=pl.lit(1, dtype=pl.Int64),
        share_den=pl.col("members"),
        because=pl.concat_list("because", "declared"),
    ).with_columns(currency=pl.col("pays"))
    return deal_lines(lines.drop("source"), ground.world)


def participants(world: World) -> pl.DataFrame:
    """Who declared that they took part in a deal, and as what: `deal, payee, took, declared, at`.

    The first declaration in order of effect of each payee and part; `took` null: any, the first of
    all that a payee made.
    """
    told = world.facts.filter(pl.col("type") == "participation-declared").select(
        "deal", "payee", took="kind", declared="order", at="effective_at"
    )
    named = told.filter(pl.col("took").is_not_null())
    of_any = told.with_columns(took=pl.lit(None, dtype=pl.String))
    return pl.concat([named, of_any]).unique(
        ["deal", "payee", "took"], keep="first", maintain_order=True
    )


def offers_of(ground: Ground, part: Overlay, version: Version) -> pl.DataFrame:
    """Layers that a component has a pool for, a row a payee who takes part and is paid by it."""
    world, plan = ground.world, version.plan
    taking = participants(world).filter(pl.col("took").eq_missing(pl.lit(part.part)))
    layers = world.layers.select("deal", "layer", "opened_at", "currency").join(
        world.sources.select("deal", "source", "signed_at"), on="deal"
    )
    helped = layers.join(taking, on="deal").with_columns(
        dated=month(pl.col("opened_at"), ground.zone),
        declared_in=month(pl.col("at"), ground.zone),
    )
    return eligible(paid_under(helped, world, "opened_at"), ground, part, version).with_columns(
        name=pl.lit(f"{plan.plan}/{plan.currency}"),
        component=pl.lit(part.id),
        run=pl.lit(version.runs_from, dtype=pl.Int64),
        window=_window(ground, part, version),
        cap=pl.lit(part.pool.amount.minor if part.pool else None, dtype=pl.Int64),
        rate=pl.lit(rate_text(part.rate)),
        rate_num=pl.lit(part.rate.numerator, dtype=pl.Int64),
        rate_den=pl.lit(part.rate.denominator, dtype=pl.Int64),
        pays=pl.lit(plan.currency),
        rounding=pl.lit(plan.rounding),
        scaled=pl.lit(any(part.id in each.applies_to for each in plan.coefficients)),
    )


def _window(ground: Ground, part: Overlay, version: Version) -> pl.Expr:
    """What pools are counted together: those of a deal, or of the window of its signing."""
    if part.pool is None or part.pool.per == "deal":
        return "deal/" + pl.col("deal")
    signed_in = month(pl.col("signed_at"), ground.zone)
    return window_number(signed_in, part.pool.per, version.plan).cast(pl.String)


def _pools(offers: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """The rounded pool of each layer, from when somebody under its plan takes part on."""
    first = offers.group_by(_POOL).agg(begins=pl.col("declared_in").min())
    of_layers = (
        offers.drop("payee", "declared", "at", "declared_in")
        .unique(_POOL, maintain_order=False)
        .join(first, on=list(_POOL))
        .with_row_index("pool")
    )
    priced = exchanged(of_layers, ground.world.rules).filter(pl.col("fx_num").is_not_null())
    told = in_time(priced, ground)
    return (
        told.with_columns(whole=rounded_alone(told, "value", ["rate", "fx"]))
        .with_columns(_at=pl.col("period"), period=pl.max_horizontal("period", "begins"))
        .sort("pool", "_at")
        .unique(["pool", "period"], keep="last", maintain_order=True)
        .drop("_at", "rate_num", "rate_den", "fx_num", "fx_den")
    )


def _capped(pools: pl.DataFrame) -> pl.DataFrame:
    """Pools with `whole` cut to what the cap leaves, in order of effect of layers."""
    bounded = pools.filter(pl.col("cap").is_not_null())
    if bounded.is_empty():
        return pools
    group = [*_CAPPED, "period"]
    dtype = product_dtype(largest(bounded["whole"]), bounded.height)
    so_far = pl.col("whole").cast(dtype).cum_sum().over(group)
    upto = pl.min_horizontal(so_far, pl.col("cap").cast(dtype))
    before = pl.min_horizontal(so_far - pl.col("whole"), pl.col("cap").cast(dtype))
    cut = (
        together(bounded, ["pool"], _CAPPED)
        .sort(*group, "opened_at", "layer")
        .with_columns(whole=(upto - before).cast(pl.Int64))
    )
    return pl.concat([pools.filter(pl.col("cap").is_null()), cut.select(pools.columns)])


def _parts(
    pools: pl.DataFrame, offers: pl.DataFrame, taking: pl.DataFrame, ground: Ground
) -> pl.DataFrame:
    """Each payee's part of each pool as at the end of each period in which it changed."""
    joined = taking.select(
        "deal", "payee", "took", "declared", joined=month(pl.col("at"), ground.zone)
    )
    same = ["deal", "took"]
    moments = pools.select("pool", *same).unique().join(joined, on=same, nulls_equal=True)
    told = told_at(pools, moments.select("pool", period="joined").unique(), ["pool"])
    present = told.join(joined, on=same, nulls_equal=True).filter(
        pl.col("joined") <= pl.col("period")
    )
    counted = present.with_columns(
        members=pl.len().over("pool", "period").cast(pl.Int64), weight=pl.lit(1, dtype=pl.Int64)
    )
    shared = divided(counted, "whole", "weight", "members", ["pool", "period"])
    own = shared.join(offers.select(*_POOL, "payee"), on=[*_POOL, "payee"], how="semi")
    scaled = coefficients(ground, own).with_columns(
        share_num=pl.lit(1, dtype=pl.Int64), share_den="members"
    )
    alone = rounded_alone(scaled, "whole", ["share", "coef"])
    return scaled.with_columns(amount=pl.when("scaled").then(alone).otherwise("part"))
