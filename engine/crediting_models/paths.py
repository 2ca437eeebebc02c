"""The touches of journeys in their order, numbered: what every crediting model starts from."""

import polars as pl

from schemas.frames import JOURNEYS, TOUCHES, checked


def converted(touches: pl.DataFrame, journeys: pl.DataFrame) -> pl.DataFrame:
    """The touches of journeys that converted, with `ended_at` of their conversion."""
    ended = checked(journeys, JOURNEYS).filter("converted").select("journey", "ended_at")
    return checked(touches, TOUCHES).join(ended, on="journey", how="inner")


def paths(touches: pl.DataFrame) -> pl.DataFrame:
    """Touches in order as `in_runs` numbers them, with `nth` (from 0) and `touches` of the journey.

    The places of a journey only order its touches: they may start anywhere and leave gaps.
    """
    row = pl.int_range(pl.len(), dtype=pl.Int64)
    starts = pl.when(pl.col("run") != pl.col("run").shift(1)).then(row).fill_null(0).cum_max()
    return in_runs(checked(touches, TOUCHES)).with_columns(
        nth=row - starts, touches=pl.len().over("run").cast(pl.Int64)
    )


def in_runs(touches: pl.DataFrame) -> pl.DataFrame:
    """Rows by journey and place, with whole numbers to group by, which is faster than by text.

    `run` is a journey's number and `of_channel` that of a channel within it, in the order of the
    channels' bytes.
    """
    channels = touches["channel"].unique().sort()
    ordered = touches.sort("journey", "place").with_columns(
        run=pl.col("journey").rle_id().cast(pl.Int64)
    )
    code = pl.col("channel").cast(pl.Enum(channels)).to_physical()
    return ordered.with_columns(of_channel=pl.col("run") * len(channels) + code)
