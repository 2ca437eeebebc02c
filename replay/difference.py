"""The difference between two answers about a period, and the cause of each line that moved."""

import polars as pl

from engine.causes import with_causes
from engine.earned import earned, named
from engine.lookup import Everywhere
from engine.payable import payable
from engine.world import World, world
from schemas.calendar import PayoutPeriod
from schemas.frames import KEY
from schemas.statements import LINES, PAYABLE

DIFFERENCE = {**{name: PAYABLE[name] for name in KEY}, "before": pl.Int64(), "after": pl.Int64()}
"""Lines that moved: the key, the amount before and after, and with them `moved` and `cause`."""


def difference(records: pl.DataFrame, period: PayoutPeriod, known: tuple[int, int]) -> pl.DataFrame:
    """What a period earns as known at the second of two positions less that at the first.

    One row a line that moved: DIFFERENCE with `moved` (minor units) and `cause`, sorted by key.
    """
    first, second = known
    before = _earned_in(records, period, first)
    after_world = world(records.filter(pl.col("position") <= second))
    after = _lines(after_world, period)
    stated = before.with_columns(
        stated_in=pl.lit(period.number, dtype=pl.Int64),
        issue=pl.lit(0, dtype=pl.Int64),
        cause=pl.lit([], dtype=PAYABLE["cause"]),
    ).select(*PAYABLE)
    moved = payable(after, stated, period=period, issue=1).with_columns(
        stated_in=pl.lit(period.number + 1, dtype=pl.Int64)
    )
    news = records.filter(pl.col("position") > first, pl.col("position") <= second)
    caused = with_causes(moved, stated, Everywhere(after_world), lambda: news)
    return _beside(caused, before, after)


def _earned_in(records: pl.DataFrame, period: PayoutPeriod, position: int) -> pl.DataFrame:
    return _lines(world(records.filter(pl.col("position") <= position)), period)


def _lines(told: World, period: PayoutPeriod) -> pl.DataFrame:
    lines = earned(told, through=period.number).filter(pl.col("period") == period.number)
    return named(lines, told).select(*LINES)


def _beside(moved: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    amounts = [
        frame.select(*KEY, pl.col("amount").alias(name))
        for frame, name in ((before, "before"), (after, "after"))
    ]
    told = moved.rename({"amount": "moved"})
    for each in amounts:
        told = told.join(each, on=KEY, how="left", nulls_equal=True)
    filled = told.with_columns(pl.col("before", "after").fill_null(0))
    return filled.select(*DIFFERENCE, "moved", "cause").sort(KEY)
