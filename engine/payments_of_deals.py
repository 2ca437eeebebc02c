"""What customers have paid for deals, and what the deals are worth, from when on.

Net cash is payments less refunds in the deal's own currency; money in another currency is not the
price of the deal and does not count. Frames have one row a deal and instant at which it changed.
"""

import polars as pl

from engine.allocation import INT64_BOUND, AmountTooLarge, largest, product_dtype
from engine.world import World


def net_cash(world: World) -> pl.DataFrame:
    """Payments less refunds: `deal, at, net` in minor units of the deal's currency.

    Below zero when more was refunded than was paid. Raises `AmountTooLarge`.
    """
    paid, refunded = payments(world), _moved(world, "refund-issued")
    changes = [
        paid.select("deal", "at", change="paid"),
        refunded.select("deal", "at", change=-pl.col("paid")),
    ]
    return _running(pl.concat(changes), "net")


def payments(world: World) -> pl.DataFrame:
    """Every payment for a deal in its own currency: `deal, at, paid`, a row a payment."""
    return _moved(world, "payment-received")


def values(world: World) -> pl.DataFrame:
    """What a deal is worth: `deal, at, value`, the sum of its layers. Raises `AmountTooLarge`."""
    same = pl.col("layer") == pl.col("layer").shift(1)
    was = pl.when(same).then(pl.col("value").shift(1)).otherwise(0).fill_null(0)
    changes = world.states.sort("layer", "at", maintain_order=True).select(
        "deal", "at", change=pl.col("value") - was
    )
    return _running(changes, "value")


def paid_of_value(world: World) -> pl.DataFrame:
    """`deal, at, net, value` at every instant at which either changed; 0 before the first."""
    net, worth = net_cash(world), values(world)
    moments = pl.concat([net.select("deal", "at"), worth.select("deal", "at")]).unique().sort("at")
    told = moments
    for frame in (net, worth):
        told = told.join_asof(
            frame.sort("at"), on="at", by="deal", strategy="backward", check_sortedness=False
        )
    return told.with_columns(pl.col("net", "value").fill_null(0)).sort("deal", "at")


def paid_in_full(world: World) -> pl.DataFrame:
    """Whether the customer has paid a deal that is worth something: `deal, at, full`."""
    full = (pl.col("value") > 0) & (pl.col("net") >= pl.col("value"))
    told = paid_of_value(world).select("deal", "at", full=full)
    was = pl.col("full").shift(1).over("deal").fill_null(value=False)
    return told.filter(pl.col("full") != was)


def _moved(world: World, kind: str) -> pl.DataFrame:
    return (
        world.facts.filter(pl.col("type") == kind)
        .join(world.signings.select("deal", _currency="currency"), on="deal")
        .filter(pl.col("currency") == pl.col("_currency"))
        .select("deal", at="effective_at", paid="amount")
    )


def _running(changes: pl.DataFrame, name: str) -> pl.DataFrame:
    """The sum so far at each instant: `deal, at` and the sum by its name."""
    dtype = product_dtype(largest(changes["change"]), changes.height)
    summed = (
        changes.group_by("deal", "at")
        .agg(pl.col("change").cast(dtype).sum())
        .sort("deal", "at")
        .select("deal", "at", pl.col("change").cum_sum().over("deal").alias(name))
    )
    if (most := largest(summed[name])) >= INT64_BOUND:
        raise AmountTooLarge(most)
    return summed.with_columns(pl.col(name).cast(pl.Int64))
