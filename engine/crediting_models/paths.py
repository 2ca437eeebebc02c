"""The touches of journeys in their order, numbered: what every crediting model starts from."""

import polars as pl

from engine.crediting_models.runs import Runs, in_order
from schemas.frames import JOURNEYS, TOUCHES, checked


def journey_rows(touches: pl.DataFrame, journeys: pl.DataFrame) -> pl.Series:
    """Of each touch, the row of its journey among journeys (UInt32); null where it has none."""
    names = checked(touches, TOUCHES)["journey"]
    return Runs.of(names).places_in(checked(journeys, JOURNEYS)["journey"])


def converted(
    touches: pl.DataFrame, journeys: pl.DataFrame, rows: pl.Series | None = None
) -> pl.DataFrame:
    """The touches of journeys that converted, with `ended_at` of their conversion.

    `rows` is what `journey_rows` tells, of who has asked already.
    """
    row = journey_rows(touches, journeys) if rows is None else rows
    won = journeys["converted"].gather(row)
    return touches.filter(won).with_columns(ended_at=journeys["ended_at"].gather(row.filter(won)))


def paths(touches: pl.DataFrame, *, by_channel: bool) -> pl.DataFrame:
    """Touches in order as `in_runs` numbers them, with `nth` (from 0) and `touches` of the journey.

    `by_channel` adds what `with_channels` does. The places of a journey only order its touches:
    they may start anywhere and leave gaps.
    """
    row = pl.int_range(pl.len(), dtype=pl.Int64)
    starts = pl.when(pl.col("run") != pl.col("run").shift(1)).then(row).fill_null(0).cum_max()
    numbered = in_runs(checked(touches, TOUCHES)).with_columns(
        nth=row - starts, touches=pl.len().over("run").cast(pl.Int64)
    )
    return with_channels(numbered) if by_channel else numbered


def in_runs(touches: pl.DataFrame) -> pl.DataFrame:
    """Rows by journey and place; `run` is the number of a journey, in the order of their bytes.

    To sort and to group by numbers is faster than by text, and only the names of journeys are
    compared here, not that of each touch.
    """
    runs = Runs.of(touches["journey"])
    numbers = runs.names.rank("dense").cast(pl.Int64) - 1
    numbered = touches.with_columns(run=runs.spread(numbers))
    return numbered if in_order(numbered, "run") else numbered.sort("run", "place")


def with_channels(numbered: pl.DataFrame) -> pl.DataFrame:
    """Rows with `of_channel`: the number of a channel within its run, in the order of bytes."""
    channels = numbered["channel"].unique().sort()
    code = pl.col("channel").cast(pl.Enum(channels)).to_physical()
    return numbered.with_columns(of_channel=pl.col("run") * len(channels) + code)
