"""Shares of a journey in proportion to whole weights of channels.

This is how learned weights pay: they are trained and frozen elsewhere, and a deal is shared by
arithmetic that looks at its own touches alone.
"""

from collections.abc import Mapping

import polars as pl

from engine.allocation import INT64_BOUND, AmountTooLarge, largest
from engine.crediting_models.paths import paths, with_channels
from engine.crediting_models.rules import (
    Share,
    is_first_of_channel,
    linear,
    linear_distinct,
    touches_of_channel,
)
from schemas.frames import CREDIT


def by_channel_weights(
    touches: pl.DataFrame, weights: Mapping[str, int], *, distinct: bool
) -> pl.DataFrame:
    """The credit of every touch given, by its channel's weight over those of its journey.

    `distinct`: a channel's weight counts once for a journey and is split equally over its touches,
    so that touching twice gains nothing; else once for each touch. A channel without a weight
    weighs 0; a journey whose touches all weigh 0 is linear over its distinct channels.

    Raises `AmountTooLarge` when a denominator would not fit into 64 bits.
    """
    numbered = with_weights(paths(touches, by_channel=False), weights)
    all_weigh = bool((numbered["weight"] > 0).all())
    if distinct or not all_weigh:
        numbered = with_channels(numbered)
    share = _in_proportion(distinct=distinct)
    num, den = share if all_weigh else _unless_all_are_0(share, linear_distinct())
    return numbered.with_columns(num=num, den=den).select(*CREDIT)


def with_weights(numbered: pl.DataFrame, weights: Mapping[str, int]) -> pl.DataFrame:
    """Numbered touches with `weight`. Raises `AmountTooLarge`."""
    longest = largest(numbered["touches"])
    bound = max(weights.values(), default=0) * longest * longest
    if bound >= INT64_BOUND:
        raise AmountTooLarge(bound)
    channels = pl.DataFrame(
        {"channel": list(weights), "weight": list(weights.values())},
        schema={"channel": pl.String, "weight": pl.Int64},
    )
    joined = numbered.join(channels, on="channel", how="left", maintain_order="left")
    return joined.with_columns(pl.col("weight").fill_null(0))


def channel_weights(*, distinct: bool) -> Share:
    """The share of a touch that has a `weight`; weights that are all 0 count as all 1."""
    alike = linear_distinct() if distinct else linear()
    return _unless_all_are_0(_in_proportion(distinct=distinct), alike)


def _in_proportion(*, distinct: bool) -> Share:
    """The share of a touch by its `weight`, over the sum of its journey."""
    weight = pl.col("weight")
    if not distinct:
        return weight, weight.sum().over("run")
    first = is_first_of_channel().cast(pl.Int64)
    return weight, (weight * first).sum().over("run") * touches_of_channel()


def _unless_all_are_0(share: Share, otherwise: Share) -> Share:
    """A share by `weight`; another where all weights in its journey are 0."""
    nothing = pl.col("weight").sum().over("run") == 0
    return (
        pl.when(nothing).then(otherwise[0]).otherwise(share[0]),
        pl.when(nothing).then(otherwise[1]).otherwise(share[1]),
    )
