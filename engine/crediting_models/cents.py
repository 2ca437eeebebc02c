"""The value of a journey in minor units, divided over its touches by largest remainder.

Parts sum to the value exactly. Ties go to the larger share, then to the earlier place. A negative
value is divided as its absolute value is and takes the sign back, so a journey that is taken back
takes back from each touch what it was given.
"""

import polars as pl

from engine.allocation import divided
from schemas.frames import CREDIT, JOURNEYS, checked


def cents(credit: pl.DataFrame, journeys: pl.DataFrame, *, by_channel: bool) -> pl.DataFrame:
    """Credit with `part` (minor units of `currency`), of touches whose journey has a value.

    `by_channel`: the value is divided over the channels first, ties by the channel's bytes, and a
    channel's cents over its touches then. Only so do repeated touches not move a single cent, for
    models that promise it; their touches of one channel must have one share. Without it the
    touches of a journey must have one denominator.

    Raises `AmountTooLarge`.
    """
    priced = _priced(checked(credit, CREDIT), journeys)
    sharing = priced.filter(pl.col("num") > 0)  # else a share of nothing could get a cent
    parts = _through_channels(sharing) if by_channel else _over_touches(sharing)
    nothing = priced.filter(pl.col("num") == 0).with_columns(part=pl.lit(0, dtype=pl.Int64))
    return pl.concat([_signed(parts), _signed(nothing)]).sort("journey", "place")


def _signed(parts: pl.DataFrame) -> pl.DataFrame:
    """Credit with its part, negative where the value of the journey is."""
    return parts.with_columns(pl.col("part") * pl.col("sign")).select(*CREDIT, "part", "currency")


def _priced(credit: pl.DataFrame, journeys: pl.DataFrame) -> pl.DataFrame:
    """Credit with the absolute value of its journey as `whole`, and its sign."""
    values = (
        checked(journeys, JOURNEYS)
        .filter(pl.col("value").is_not_null())
        .select("journey", "currency", whole=pl.col("value").abs(), sign=pl.col("value").sign())
    )
    return credit.join(values, on="journey", how="inner")


def _over_touches(priced: pl.DataFrame) -> pl.DataFrame:
    touches = priced.with_columns(payee="place")
    return divided(touches, "whole", "num", "den", ["journey"])


def _through_channels(priced: pl.DataFrame) -> pl.DataFrame:
    """Over channels, whose share is num / (den / touches) here, then over the touches of each."""
    touches = pl.len().cast(pl.Int64)
    channels = priced.group_by("journey", "channel").agg(
        pl.col("whole", "num").first(), total=pl.col("den").first() // touches
    )
    shared = divided(
        channels.with_columns(payee="channel"), "whole", "num", "total", ["journey"]
    ).select("journey", "channel", whole="part")
    pieces = (
        priced.drop("whole")
        .join(shared, on=["journey", "channel"])
        .with_columns(
            one=pl.lit(1, dtype=pl.Int64),
            touches=touches.over("journey", "channel"),
            payee="place",
        )
    )
    return divided(pieces, "whole", "one", "touches", ["journey", "channel"])
