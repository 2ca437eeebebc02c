"""The touches of journeys in their order, numbered: what every crediting model starts from."""

import polars as pl

from schemas.frames import JOURNEYS, TOUCHES, checked


def paths(touches: pl.DataFrame) -> pl.DataFrame:
    """Touches in order, with `run` (a number for the journey), `nth` (from 0) and `touches`.

    The places of a journey only order its touches: they may start anywhere and leave gaps.
    """
    return (
        checked(touches, TOUCHES)
        .sort("journey", "place")
        .with_columns(run=pl.col("journey").rle_id())
        .with_columns(
            nth=pl.int_range(pl.len(), dtype=pl.Int64).over("run"),
            touches=pl.len().over("run").cast(pl.Int64),
        )
    )


def converted(touches: pl.DataFrame, journeys: pl.DataFrame) -> pl.DataFrame:
    """The touches of journeys that converted, with `ended_at` of their conversion."""
    ended = checked(journeys, JOURNEYS).filter("converted").select("journey", "ended_at")
    return checked(touches, TOUCHES).join(ended, on="journey", how="inner")
