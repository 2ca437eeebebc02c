"""Clawback: what a payee keeps of a commission when the contract shrinks, by the time served.

By the law a commission falls with the layer it is for, all of it. A clawback's line stands beside
it and gives back what is kept: the commission's rate on the kept value, sum of dv x keep over the
decreases dv of the layer. The commission's gates, cap and instalments hold for it (its `rule`).
"""

import polars as pl

from engine.allocation import largest, product_dtype
from engine.components.commission import rates
from engine.components.matrix import matrix_lines
from engine.ground import Ground
from engine.pricing import PART, offered, priced
from engine.rulebook import Version
from engine.valued import Valued, decreases
from engine.zones import local, month
from schemas.frames import ENTITLED, empty
from schemas.plans import Clawback, Commission, MatrixCommission

_KEYED = ("deal", "layer", *PART)


def entitlements(ground: Ground) -> pl.DataFrame:
    """What clawbacks leave the payees (ENTITLED), per period of a decrease."""
    told = [empty(ENTITLED)]
    for name in sorted({part.id for _, part in ground.parts(Clawback)}):
        parts = [(version, part) for version, part in ground.parts(Clawback) if part.id == name]
        kept = _kept(parts, ground)
        told.append(kept.with_columns(component=pl.lit(name), rule=pl.col("component")))
    return pl.concat(told)


def _kept(parts: list[tuple[Version, Clawback]], ground: Ground) -> pl.DataFrame:
    """What is kept of each commission a clawback applies to, as lines of the commission."""
    shrunk = _shrunk(ground)
    wanted = {
        (version.plan.name, component): part
        for version, part in parts
        for component in part.applies_to
    }
    values = [_values(shrunk, part).with_columns(plan=pl.lit(plan), component=pl.lit(component))
              for (plan, component), part in wanted.items()]  # fmt: skip
    members = ground.credited.join(shrunk, on="layer", how="semi")
    of = Valued(credited=members, members=members, values=pl.concat(values), by=_KEYED)
    flat = [(v, p) for v, p in ground.parts(Commission) if (v.plan.name, p.id) in wanted]
    looked_up = [(v, p) for v, p in ground.parts(MatrixCommission) if (v.plan.name, p.id) in wanted]
    offers = offered(members, flat, ground).join(rates(flat), on=PART)
    return pl.concat([priced(offers, of, ground), matrix_lines(of, looked_up, ground)])


def _shrunk(ground: Ground) -> pl.DataFrame:
    """The decreases of layers with their days: `starts`, of the layer, and `falls`, local dates."""
    world = ground.world
    opened = world.layers.select("layer", "opened_at")
    terms = world.details.select("deal", "term_months")
    return (
        decreases(world)
        .join(opened, on="layer")
        .join(terms, on="deal", how="left")
        .with_columns(
            starts=_day(pl.col("opened_at"), ground),
            falls=_day(pl.col("at"), ground),
            period=month(pl.col("at"), ground.zone),
        )
        .sort("layer", "at", maintain_order=True)
    )


def _day(at: pl.Expr, ground: Ground) -> pl.Expr:
    return local(at, ground.zone).cast(pl.Datetime("us")).dt.date()


def _values(shrunk: pl.DataFrame, part: Clawback) -> pl.DataFrame:
    """The kept value of each layer as at the ends of periods: VALUES with `value_den` and `base`.

    A layer without a term keeps nothing.
    """
    timed = shrunk.with_columns(served=_served(part), term=_term(part)).drop_nulls("term")
    whole = pl.max_horizontal("term", 1)
    partly = pl.col("served") if part.takes == "unserved" else pl.lit(0, dtype=pl.Int64)
    kept = pl.when(pl.col("served") >= pl.col("term")).then(whole).otherwise(partly)
    product_dtype(largest(timed["value"]), max(1, largest(timed["term"])), max(1, timed.height))
    amount = pl.col("value").cast(pl.Int128) * kept.cast(pl.Int128)
    return (
        timed.with_columns(value=amount.cum_sum().over("layer"), value_den=whole.cast(pl.Int128))
        .unique(["layer", "period"], keep="last", maintain_order=True)
        .with_columns(base=(pl.col("value") // pl.col("value_den")).cast(pl.Int64))
        .select("deal", "layer", "period", "value", "value_den", "base", "because")
    )


def _served(part: Clawback) -> pl.Expr:
    """Completed months, or days, from the layer's date to the decrease."""
    starts, falls = pl.col("starts"), pl.col("falls")
    if part.unit == "days":
        first = 1 if part.first_day == "counts" else 0
        return (falls - starts).dt.total_days() + first
    months = _months(falls) - _months(starts)
    same_day = pl.min_horizontal(starts.dt.day(), falls.dt.month_end().dt.day())
    return months - (falls.dt.day() < same_day).cast(pl.Int64)


def _term(part: Clawback) -> pl.Expr:
    """How long must be served, in months or days; null where nobody says."""
    if part.within is not None:
        return pl.lit(part.within, dtype=pl.Int64)
    if part.unit == "months":
        return pl.col("term_months")
    ends = pl.col("starts").dt.offset_by(pl.format("{}mo", "term_months"))
    return (ends - pl.col("starts")).dt.total_days()


def _months(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64)
