"""The value of a journey in minor units, divided over its touches by largest remainder.

Parts sum to the value exactly. Ties go to the larger share, then to the earlier place. A negative
value is divided as its absolute value is and takes the sign back, so a journey that is taken back
takes back from each touch what it was given.
"""

import polars as pl

from engine.allocation import divided
from engine.crediting_models.paths import in_runs, with_channels
from engine.crediting_models.runs import Runs
from schemas.frames import CREDIT, JOURNEYS, checked


def cents(credit: pl.DataFrame, journeys: pl.DataFrame, *, by_channel: bool) -> pl.DataFrame:
    """Credit with `part` (minor units of `currency`), of touches whose journey has a value.

    `by_channel`: the value is divided over the channels first, ties by the channel's bytes, and a
    channel's cents over its touches then. Only so do repeated touches not move a single cent, for
    models that promise it; their touches of one channel must have one share. Without it the
    touches of a journey must have one denominator.

    Raises `AmountTooLarge`.
    """
    priced = _priced(in_runs(checked(credit, CREDIT)), journeys)
    numbered = with_channels(priced) if by_channel else priced
    sharing = (
        numbered.drop("journey", "channel", "sign", "currency")
        .with_row_index("row")
        .filter(
            pl.col("num") > 0  # else a share of nothing could get a cent
        )
    )
    dealt = _through_channels(sharing) if by_channel else _over_touches(sharing)
    parts = pl.zeros(priced.height, pl.Int64, eager=True).scatter(dealt["row"], dealt["part"])
    return priced.select(*CREDIT, part=parts * priced["sign"], currency="currency")


def _priced(credit: pl.DataFrame, journeys: pl.DataFrame) -> pl.DataFrame:
    """Credit in runs with the absolute value of its journey as `whole`, and its sign."""
    values = (
        checked(journeys, JOURNEYS)
        .filter(pl.col("value").is_not_null())
        .select("journey", "currency", whole=pl.col("value").abs(), sign=pl.col("value").sign())
    )
    row = Runs.of(credit["journey"]).places_in(values["journey"])
    told = values.select(pl.col("whole", "sign", "currency").gather(row))
    return credit.with_columns(told).filter(row.is_not_null())


def _over_touches(priced: pl.DataFrame) -> pl.DataFrame:
    return divided(priced.with_columns(payee="place"), "whole", "num", "den", ["run"])


def _through_channels(priced: pl.DataFrame) -> pl.DataFrame:
    """Over channels, whose share is num / (den / touches) here, then over the touches of each."""
    touches = pl.len().cast(pl.Int64)
    channels = priced.group_by("of_channel").agg(
        pl.col("run", "whole", "num").first(), total=pl.col("den").first() // touches
    )
    shared = divided(
        channels.with_columns(payee="of_channel"), "whole", "num", "total", ["run"]
    ).select("of_channel", whole="part")
    pieces = (
        priced.drop("whole")
        .join(shared, on="of_channel")
        .with_columns(
            one=pl.lit(1, dtype=pl.Int64), touches=touches.over("of_channel"), payee="place"
        )
    )
    return divided(pieces, "whole", "one", "touches", ["of_channel"])
