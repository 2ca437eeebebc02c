"""Models that go by the order of the touches alone: first, last, linear, position.

Each takes numbered touches (see `paths`) and returns the exact share of a touch as two whole
expressions, a numerator and a denominator above zero.
"""

from typing import Final

import polars as pl

from schemas.crediting import LastNonExcluded, Position
from schemas.values import common_denominator

Share = tuple[pl.Expr, pl.Expr]
"""A share as numerator and denominator, Int64."""

ONE: Final = pl.lit(1, dtype=pl.Int64)
_LAST: Final = pl.col("touches") - 1


def first_touch() -> Share:
    """Everything to the first touch."""
    return _whole(pl.col("nth") == 0)


def last_touch() -> Share:
    """Everything to the last touch."""
    return _whole(pl.col("nth") == _LAST)


def last_non_excluded(model: LastNonExcluded) -> Share:
    """Everything to the last touch that is not excluded; to the last one when all are."""
    counts = ~pl.col("channel").is_in(model.excluded)
    latest = pl.when(counts).then("nth").max().over("run").fill_null(_LAST)
    return _whole(pl.col("nth") == latest)


def linear() -> Share:
    """To every touch alike."""
    return ONE, pl.col("touches")


def linear_distinct() -> Share:
    """To every distinct channel alike, a channel's part equally over its touches."""
    channels = is_first_of_channel().cast(pl.Int64).sum().over("run")
    return ONE, channels * touches_of_channel()


def position(model: Position) -> Share:
    """A share to the first, one to the last, the rest equally between them.

    One touch takes all; two share in the proportion of `first` to `last`.
    """
    whole = common_denominator([model.first, model.last])
    first, last = int(model.first * whole), int(model.last * whole)
    between = pl.max_horizontal(pl.col("touches") - 2, ONE)
    is_first, is_last = pl.col("nth") == 0, pl.col("nth") == _LAST
    num = (
        pl.when(is_first & is_last)
        .then(ONE)
        .when(is_first)
        .then(first * between)
        .when(is_last)
        .then(last * between)
        .otherwise(whole - first - last)
    )
    den = (
        pl.when(pl.col("touches") == 1)
        .then(ONE)
        .when(pl.col("touches") == 2)  # noqa: PLR2004 - nothing is between them
        .then(first + last)
        .otherwise(whole * between)
    )
    return num, den


def is_first_of_channel() -> pl.Expr:
    """Whether a touch is the first of its channel in its journey."""
    return pl.col("of_channel").is_first_distinct()


def touches_of_channel() -> pl.Expr:
    """How many touches of its journey are of the same channel."""
    return pl.len().over("of_channel").cast(pl.Int64)


def _whole(takes_all: pl.Expr) -> Share:
    return takes_all.cast(pl.Int64), ONE
